//! Changes in words: for a terminal, and as Markdown for a pull request.

use super::{About, Changes, Creep, Does, Effect, Fate, Point, Promise, SegmentChange};
use crate::diagnostic::text;
use crate::witness::{self, Witness};

impl Effect {
    /// What becomes of an audience, in words.
    pub fn words(self) -> &'static str {
        match self {
            Effect::Same => "same people",
            Effect::Shrinks => "can only shrink",
            Effect::Grows => "can only grow",
            Effect::Either => "may grow and may shrink",
        }
    }
}

impl About {
    /// What a point is about, in a word.
    pub fn word(self) -> &'static str {
        match self {
            About::Guard => "guard",
            About::Condition => "condition",
            About::Delivery => "delivery",
            About::Rows => "rows",
            About::Purpose => "purpose",
            About::Destination => "destination",
            About::Data => "data",
            About::Exposure => "exposure",
            About::Retention => "retention",
        }
    }
}

fn verdict(changes: &Changes, change: &SegmentChange) -> String {
    let seen = changes.seen.get(&change.segment).filter(|_| !change.placement);
    match &change.fate {
        Fate::Added => "new".to_owned(),
        Fate::Removed => "removed".to_owned(),
        Fate::Renamed { was } => format!("renamed, was {was}"),
        Fate::Kept => seen.map_or(change.audience.words(), |seen| seen.words(change.audience)).to_owned(),
    }
}

/// How a point bears on people: `+` somebody may enter or data goes further, `-` somebody may leave, `·` neither.
fn sign(point: &Point) -> char {
    if point.effect.lets_in() || point.reaches_further {
        '+'
    } else if point.effect == Effect::Same {
        '·'
    } else {
        '-'
    }
}

/// For people at a terminal, one segment after the other.
pub fn plain(changes: &Changes) -> String {
    let mut out = String::new();
    for change in &changes.segments {
        let what = match (change.placement, change.report) {
            (true, _) => "placement ",
            (false, true) => "report ",
            (false, false) => "",
        };
        out.push_str(&format!("{what}{}  {}\n", text::line(&change.segment), text::line(&verdict(changes, change))));
        for point in &change.points {
            out.push_str(&format!("  {} {:<12} {}\n", sign(point), point.about.word(), text::line(&point.said)));
        }
        out.push_str(&people(changes, change, &witness::plain));
    }
    for creep in &changes.creep {
        out.push_str(&format!("{}: {}\n", creep.code, text::line(&crept(creep))));
    }
    if !changes.promises.is_empty() {
        out.push_str("declarations\n");
    }
    for promise in &changes.promises {
        out.push_str(&format!("  {} {}\n", mark(promise.does), text::line(&promised(promise))));
    }
    out + &summary(changes)
}

/// What a difference of a declaration does: `+` less is promised than before, `-` more is, `·` neither by itself.
fn mark(does: Does) -> char {
    match does {
        Does::Weakens => '+',
        Does::Strengthens => '-',
        Does::Neither => '·',
    }
}

fn promised(promise: &Promise) -> String {
    format!("`{}` {}", promise.declaration, promise.said)
}

/// Who was found beside a change, in a form.
fn people(changes: &Changes, change: &SegmentChange, form: &dyn Fn(&Witness) -> String) -> String {
    let seen = changes.seen.get(&change.segment).filter(|_| !change.placement);
    let all = seen.into_iter().flat_map(|seen| [&seen.enters, &seen.leaves]).flatten();
    all.map(form).collect()
}

/// What is given another purpose, in words.
fn crept(creep: &Creep) -> String {
    let listed = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = if creep.reads.is_empty() { "everybody".to_owned() } else { listed(&creep.reads) };
    let mut said = format!("an edit of `{}` gives {what}", creep.segment);
    if !creep.purposes.is_empty() {
        said.push_str(&format!(" another purpose: {}", listed(&creep.purposes)));
    }
    if !creep.destinations.is_empty() {
        let and = if creep.purposes.is_empty() { "" } else { "," };
        said.push_str(&format!("{and} another recipient: {}", listed(&creep.destinations)));
    }
    said
}

fn differ(n: usize) -> String {
    format!("{} differ", text::counted(n as u64, "clause"))
}

fn summary(changes: &Changes) -> String {
    let (changed, widened) = (changes.segments.len(), changes.segments.iter().filter(|change| change.widens()).count());
    let counted = |n: usize| text::counted(n as u64, "segment");
    let weaker = changes.weakened();
    let promises = match (weaker, changes.promises.len()) {
        (_, 0) => String::new(),
        (0, 1) => "1 clause differs, and promises no less\n".to_owned(),
        (_, 1) => "1 clause differs, and promises less to people\n".to_owned(),
        (0, n) => format!("{}, and none promises less\n", differ(n)),
        (1, n) => format!("{}, 1 of them promises less to people\n", differ(n)),
        (weaker, n) => {
            format!("{}, {weaker} of them promise less to people\n", differ(n))
        }
    };
    let audiences = match (changed, widened) {
        (0, _) if !promises.is_empty() => format!("no audience changes ({})\n", counted(changes.unchanged)),
        (0, _) => format!("nothing changes for anybody ({})\n", counted(changes.unchanged)),
        (_, 0) => format!("{} changed; nobody enters and no data goes further\n", counted(changed)),
        _ => format!("{} changed, {widened} of them may let people in or send data further\n", counted(changed)),
    };
    audiences + &promises
}

/// As Markdown; every text of an author stands in a code span that it cannot leave.
pub fn markdown(changes: &Changes) -> String {
    let mut out = String::from("### What this change does to people\n\n");
    if !changes.segments.is_empty() {
        out.push_str("| segment | audience | why |\n| --- | --- | --- |\n");
    }
    for change in &changes.segments {
        let points: Vec<String> = change
            .points
            .iter()
            .map(|point| format!("{} {}: {}", sign(point), point.about.word(), cell(&point.said)))
            .collect();
        out.push_str(&format!(
            "| {} | {} | {} |\n",
            span(&change.segment),
            cell(&verdict(changes, change)),
            points.join("<br>")
        ));
    }
    if !changes.segments.is_empty() {
        out.push('\n');
    }
    for creep in &changes.creep {
        out.push_str(&format!("**{}** {}\n\n", creep.code, cell(&crept(creep))));
    }
    if !changes.promises.is_empty() {
        out.push_str("| declaration | what it does |\n| --- | --- |\n");
        for promise in &changes.promises {
            let (does, said) = (mark(promise.does), cell(&promise.said));
            out.push_str(&format!("| {} | {does} {said} |\n", span(&promise.declaration)));
        }
        out.push('\n');
    }
    for change in &changes.segments {
        let fenced = |witness: &Witness| {
            let said = witness::plain(witness);
            let fence = "`".repeat(said.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
            format!("{}\n\n{fence}text\n{said}{fence}\n\n", span(&change.segment))
        };
        out.push_str(&people(changes, change, &fenced));
    }
    out + &summary(changes)
}

/// Plain text inside a table: nothing in it is markup.
fn cell(said: &str) -> String {
    let mut out = String::new();
    for (at, part) in text::line(said).split('`').enumerate() {
        // Every second part stood between backquotes.
        out.push_str(&if at % 2 == 1 { span(part) } else { escaped(part) });
    }
    out
}

fn span(said: &str) -> String {
    let fence = "`".repeat(said.split(|c| c != '`').map(str::len).max().unwrap_or(0) + 1);
    let pad = if said.starts_with('`') || said.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text::line(said).replace('|', "\\|"))
}

fn escaped(said: &str) -> String {
    said.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | ';' | '(' | ')' | '%' | '\'' | '-' | '+' | '/') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

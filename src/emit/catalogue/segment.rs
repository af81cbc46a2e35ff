//! The page of a segment.

use sha2::{Digest, Sha256};

use super::leave;
use super::markdown::{code, fence, paragraph, prose, table, text};
use super::{Catalogue, absence, brief, guarded, lineage, receivers, standing, terms, vouched};
use crate::diagnostic::Diagnostic;
use crate::emit::owed::Account;
use crate::model::{Basis, FieldRole, Length, Model, Retain, Segment, TableKind, describe};
use crate::plan::{About, ConsentAbout, Read, SegmentPlan};
use crate::privacy::obligations::{By, Duty, Obligations};

pub(super) fn page(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let (model, name) = (catalogue.model, &plan.about.name);
    let segment = model.segments.values().find(|segment| segment.name.value == *name);
    let id = model.segment_named(name);
    let obligations = id.map(|id| Obligations::of(model, catalogue.facts, id).settle(model, catalogue.findings));
    let sections = [
        head(catalogue, segment, &plan.about),
        brief::of_segment(catalogue, segment, plan),
        who(catalogue, segment, plan),
        leave::section(plan),
        retention(catalogue, plan),
        data(catalogue, plan),
        receivers::section(catalogue, segment, plan),
        findings(catalogue, plan),
        obligations.as_ref().map(|owed| vouched(catalogue, segment, plan, owed)).unwrap_or_default(),
        obligations.as_ref().map(|owed| account(model, owed)).unwrap_or_default(),
        signature(catalogue, &plan.hash),
        format!("## Lineage\n\n{}", fence("mermaid", &lineage::of_segment(plan))),
        sql_of(catalogue, name),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Why what fairness protects may decide, and what the campaign is about.
fn fairness(catalogue: &Catalogue<'_>, segment: Option<&Segment>) -> String {
    let campaign = segment.and_then(|segment| catalogue.model.campaigns(segment).next());
    let campaign = campaign.map(|campaign| format!("**Campaign:** about {}\n\n", campaign.word())).unwrap_or_default();
    let fairness = segment.and_then(|segment| segment.fairness.as_ref());
    let fairness = fairness.map(|why| format!("**Fairness:** {}\n\n", text(&why.value))).unwrap_or_default();
    campaign + &fairness
}

fn head(catalogue: &Catalogue<'_>, segment: Option<&Segment>, about: &About) -> String {
    let title = about.title.as_deref().map(paragraph).map(|title| format!("{title}\n\n")).unwrap_or_default();
    format!("# {}\n\n{title}{}", about.name, fairness(catalogue, segment)).trim_end().to_owned() + "\n"
}

fn who(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let lines = segment.map(|segment| describe::segment(catalogue.model, segment)).unwrap_or_default();
    let list: String = lines.iter().map(|line| format!("- {}\n", text(line))).collect();
    format!(
        "## Who is in it\n\nSomebody is in it only if the leave below is there and all of this is certain. A person of whom any \
         of these facts is unknown is not in:\n\n{list}{}",
        absence::mark(plan)
    )
}

/// What somebody wrote and no compiler can check: whoever signs vouches for it.
fn vouched(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan, owed: &Obligations) -> String {
    let asked = matches!(plan.about.consent, ConsentAbout::Required(_));
    let mut rows: Vec<vouched::Row> = Vec::new();
    for one in &owed.all {
        if matches!(one.duty, Duty::Purpose | Duty::Membership | Duty::Refresh | Duty::Need(_))
            || asked && one.duty == Duty::Leave
        {
            continue;
        }
        let (kind, about) = one.duty.about(catalogue.model);
        for by in one.discharged.iter().filter(|by| by.by == By::Clause && !by.says.is_empty()) {
            let says = prose(by.says.strip_prefix(kind).unwrap_or(&by.says).trim_start());
            match rows.iter_mut().find(|(of, said, _)| of == kind && *said == says) {
                Some((.., names)) => names.push(about.clone()),
                None => rows.push((kind.to_owned(), says, vec![about.clone()])),
            }
        }
    }
    rows.extend(vouched::rows(catalogue.model, segment, plan));
    if rows.is_empty() {
        return String::new();
    }
    let names = |names: &[String]| {
        let named = names.iter().filter(|name| !name.is_empty()).map(|name| code(name));
        named.collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<Vec<String>> =
        rows.iter().map(|(kind, says, of)| vec![kind.clone(), names(of), says.clone()]).collect();
    format!(
        "## What whoever signs vouches for\n\nThis is taken as it is written. Whether it is true, a person has to know:\n\n{}",
        table(&["what", "of", "is said to be"], &rows)
    )
}

/// What is owed, and what discharges each of it.
fn account(model: &crate::model::Model, obligations: &Obligations) -> String {
    Account { model, obligations, sources: None }.section()
}

pub(super) fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Consent => "consent",
        Basis::LegitimateInterest => "a legitimate interest",
        Basis::Contract => "a contract",
        Basis::LegalDuty => "a legal duty",
    }
}

/// How long a membership is kept, for people.
pub(super) fn kept(retain: Length) -> String {
    if retain == Length::default() { "never stored".to_owned() } else { retain.to_string() }
}

/// R − S = U and W ≤ U, table by table.
fn retention(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let lookup = |read: &Read| {
        let table = catalogue.model.tables.values().find(|table| table.name.value == read.table);
        table.is_some_and(|table| table.is_lookup())
    };
    for read in &plan.reads {
        let (kept, usable) =
            if lookup(read) { ("as what leads to it", "as what leads to it") } else { ("while listed", "unbounded") };
        let row = vec![
            code(&read.table),
            read.retention.map_or_else(|| kept.to_owned(), |kept| kept.to_string()),
            clock(catalogue.model, &read.table),
            read.usable.map_or_else(|| usable.to_owned(), |usable| usable.to_string()),
            if read.window.is_empty() { "as it is now".to_owned() } else { read.window.clone() },
        ];
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let heads = ["data", "kept for", "counted from", "used while younger than", "looks back"];
    let stored = if plan.about.retain == Length::default() {
        "That somebody is in it is never stored, so what is read may be as old as it is kept.".to_owned()
    } else {
        let stored = plan.about.retain;
        format!(
            "That somebody is in it is stored for {stored}. So that it never shows what should have been forgotten, rows are used only \
             while they are younger than what they are kept for, less these {stored}."
        )
    };
    let stays = plan.stay.as_ref().map_or_else(String::new, |stay| {
        format!(
            " Once in, a member remains for {}, by what is stored; permission, what is left out, the cap and the minimum are asked anew \
             in each run.",
            stay.lasts
        )
    });
    format!("## How long\n\n{stored}{stays}\n\n{}", table(&heads, &rows))
}

/// The clock by which retention is counted: the field after `after`, else when rows happened, of nested rows that of their parent.
fn clock(model: &Model, table: &str) -> String {
    let mut at = model.tables.values().find(|known| known.name.value == table);
    for _ in 0..=model.tables.len() {
        let Some(table) = at else { break };
        if let TableKind::Rows { of, .. } = &table.kind {
            at = Some(&model.tables[*of]);
            continue;
        }
        let after = match table.retain.as_ref().map(|retain| &retain.value) {
            Some(Retain::For { after, .. }) => *after,
            Some(Retain::WhileListed { .. }) | None => None,
        };
        let happened = || table.fields.iter().copied().find(|field| model.fields[*field].role == FieldRole::At);
        return after.or_else(happened).map_or_else(|| "–".to_owned(), |field| code(&model.fields[field].name.value));
    }
    "–".to_owned()
}

pub(super) fn data(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let row = |read: &Read| {
        let categories: Vec<_> = read.categories.iter().map(|category| terms::label(category)).collect();
        let trained = read.via.last().is_some_and(|step| step.starts_with("model "));
        let what = match read.field.as_str() {
            "" if trained => "what the model was trained on".to_owned(),
            "" => "the rows themselves".to_owned(),
            field => code(field),
        };
        let own = format!("segment {}", plan.about.name);
        let via: Vec<_> = read.via.iter().filter(|step| **step != own).map(|step| text(step)).collect();
        let here = if plan.figures.is_some() { "in this report" } else { "in this segment" };
        let via = if via.is_empty() { here.to_owned() } else { via.join(" → ") };
        let released = read.released.iter().map(|released| format!("released from {}", text(released)));
        let reveals: Vec<_> =
            std::iter::once(categories.join(", ")).filter(|it| !it.is_empty()).chain(released).collect();
        [code(&read.table), what, reveals.join("; "), via]
    };
    let rows = together(plan.reads.iter().map(row).chain(guarded::rows(catalogue, plan)));
    if rows.is_empty() {
        return "## What it reads\n\nNothing but ledgers.\n".to_owned();
    }
    format!("## What it reads\n\n{}", table(&["table", "fields", "tells of", "where it is asked"], &rows))
}

/// Rows that differ in the field alone are one.
fn together(all: impl Iterator<Item = [String; 4]>) -> Vec<Vec<String>> {
    let mut rows: Vec<([String; 3], Vec<String>)> = Vec::new();
    for [table, field, tells, via] in all {
        let key = [table, tells, via];
        match rows.iter_mut().find(|(known, _)| *known == key) {
            Some((_, fields)) if fields.contains(&field) => {}
            Some((_, fields)) => fields.push(field),
            None => rows.push((key, vec![field])),
        }
    }
    rows.into_iter().map(|([table, tells, via], fields)| vec![table, fields.join(", "), tells, via]).collect()
}

pub(super) fn findings(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let line = |finding: &Diagnostic| {
        let state = standing::state(finding);
        let policy = finding.policy.as_deref().map(|name| format!(" by policy {}", code(name))).unwrap_or_default();
        format!("- **{} {}**{policy}: {} ({state})\n", finding.severity.word(), finding.code, prose(&finding.message))
    };
    let list: String = catalogue.findings_of(plan).map(line).collect();
    let list = if list.is_empty() { "None.\n".to_owned() } else { list };
    format!("## Findings and exceptions\n\n{list}")
}

/// What is signed: the very definition, and the ground that it stands on.
pub(super) fn signature(catalogue: &Catalogue<'_>, hash: &str) -> String {
    format!(
        "## To be signed\n\nWhat is signed is this definition alone. Another meaning is another definition, and a change of catalog, \
         policies or packs is another ground: both must be signed anew.\n\n- definition `{}`\n- ground `{}`\n\n\
         | read and approved by | on |\n| --- | --- |\n|  |  |\n",
        hash, catalogue.plan.ground
    )
}

/// Where the SQL of a view of this name is, dialect by dialect, and what it is known by.
pub(super) fn sql_of(catalogue: &Catalogue<'_>, view: &str) -> String {
    let row = |(dialect, name, sql): &(String, String, String)| {
        let sum: String = Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect();
        vec![
            format!("[{dialect}](../../sql/{dialect}/{name}.sql)"),
            sql.lines().count().to_string(),
            format!("`{sum}`"),
        ]
    };
    let mine = catalogue.sql.iter().filter(|(_, name, _)| name == view);
    let rows: Vec<Vec<String>> = mine.map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("## SQL\n\nWhat runs, with every check in it:\n\n{}", table(&["dialect", "lines", "sha256"], &rows))
}

//! The page of a segment.

use super::markdown::{code, fence, paragraph, table, text};
use super::{Catalogue, absence, guarded, lineage, promises, terms};
use crate::diagnostic::Diagnostic;
use crate::emit::owed::Account;
use crate::faults::{Fault, on};
use crate::model::{Basis, Length, Segment, SubjectKind, describe};
use crate::plan::{About, Asks, ConsentAbout, Read, SegmentPlan};
use crate::privacy::obligations::Obligations;

pub(super) fn page(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let segment = catalogue.model.segments.values().find(|segment| segment.name.value == plan.about.name);
    let sections = [
        head(catalogue, segment, &plan.about),
        who(catalogue, segment, plan),
        leave(plan),
        owed(catalogue, segment, plan),
        promises::of_segment(segment),
        retention(catalogue, plan),
        data(catalogue, plan),
        receivers(segment, plan),
        findings(catalogue, plan),
        signature(catalogue, segment, plan),
        format!("## Lineage\n\n{}", fence("mermaid", &lineage::of_segment(plan))),
        sql(catalogue, plan),
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
    let because = about.because.as_deref().map(|why| format!("**Why:** {}\n\n", text(why))).unwrap_or_default();
    let owner = about.owner.as_deref().map_or_else(|| "nobody is named".to_owned(), text);
    let refresh = about.refresh.map(|every| format!(" It is rebuilt {}.", every.each())).unwrap_or_default();
    format!("# {}\n\n{title}{because}{}**Owner:** {owner}.{refresh}\n", about.name, fairness(catalogue, segment))
}

fn who(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let lines = segment.map(|segment| describe::segment(catalogue.model, segment)).unwrap_or_default();
    let list: String = lines.iter().map(|line| format!("- {}\n", text(line))).collect();
    format!(
        "## Who is in it\n\nSomebody is a member only if the guard below lets them pass and all of this is certain; whatever is \
         unknown keeps them out:\n\n{list}{}",
        absence::mark(plan)
    )
}

pub(super) fn leave(plan: &SegmentPlan) -> String {
    let purposes: String = plan
        .about
        .purposes
        .iter()
        .map(|purpose| {
            let title = purpose.title.as_deref().map(|title| format!(" ({})", text(title))).unwrap_or_default();
            format!("- {}{title}, on the basis of {}\n", code(&purpose.name), basis_words(purpose.basis))
        })
        .collect();
    let consent = match &plan.about.consent {
        ConsentAbout::Required(purposes) => {
            let names: Vec<_> = purposes.iter().map(|purpose| code(purpose)).collect();
            let silence = match silent_countries(plan) {
                countries if countries.is_empty() => String::new(),
                countries => format!(
                    " In {} nobody need have been asked: there a member may have said nothing at all, but never no.",
                    text(&countries.join(", "))
                ),
            };
            format!("A member has said yes to {}, and has not taken it back.{silence}", names.join(" and to "))
        }
        ConsentAbout::NotNeeded(because) => format!("Consent is not needed: {}.", text(because)),
    };
    let guards: String = plan
        .guard
        .purposes
        .iter()
        .filter(|_| !on(Fault::F44))
        .map(|guard| {
            let valid = guard.valid.map_or_else(|| "however old".to_owned(), |valid| format!("at most {valid} old"));
            let notice =
                guard.notice.as_deref().map(|n| format!(", under notice {} or later", text(n))).unwrap_or_default();
            match guard.basis {
                Basis::Consent => format!("- {}: a grant {valid}{notice}, and no later denial\n", code(&guard.purpose)),
                Basis::LegitimateInterest => format!("- {}: no objection\n", code(&guard.purpose)),
                Basis::Contract | Basis::LegalDuty => {
                    format!("- {}: not restricted, not erased\n", code(&guard.purpose))
                }
            }
        })
        .collect();
    let ledgers: Vec<_> = plan.guard.ledgers.iter().map(|ledger| code(&ledger.name)).collect();
    let asked = if ledgers.is_empty() {
        "No ledger speaks of these people.".to_owned()
    } else {
        format!("Ledgers asked: {}.", ledgers.join(", "))
    };
    let suspended =
        plan.guard.suspended.as_deref().map(|why| format!("\n**Suspended, so nobody is reached:** {}\n", text(why)));
    let suspended = suspended.unwrap_or_default();
    format!(
        "## What it is for, and on whose leave\n\n{purposes}\n{consent}\n\n### The guard\n\n{guards}{}\n{asked}{suspended}\n",
        jurisdictions(plan)
    )
}

/// What is owed, and what discharges each of it.
fn owed(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let Some(id) = segment.and_then(|_| catalogue.model.segment_named(&plan.about.name)) else { return String::new() };
    let model = catalogue.model;
    let obligations = Obligations::of(model, catalogue.facts, id).settle(model, catalogue.findings);
    Account { model, obligations: &obligations, sources: None }.section()
}

/// Countries where a purpose of consent takes silence for a yes.
fn silent_countries(plan: &SegmentPlan) -> Vec<String> {
    if !plan.guard.purposes.iter().any(|purpose| purpose.basis == Basis::Consent) {
        return Vec::new();
    }
    let silent = plan.guard.residence.rules.iter().filter(|rule| rule.asks.absent_means_yes);
    silent
        .flat_map(|rule| if rule.countries.is_empty() { vec![rule.name.clone()] } else { rule.countries.clone() })
        .collect()
}

/// What the law of each place asks besides, as far as it touches this segment.
fn jurisdictions(plan: &SegmentPlan) -> String {
    let bases: Vec<Basis> = plan.guard.purposes.iter().map(|purpose| purpose.basis).collect();
    if !bases.iter().any(|basis| basis.leaves_a_choice()) {
        return String::new();
    }
    let residence = &plan.guard.residence;
    let places = residence.rules.iter().map(|rule| {
        let countries =
            if rule.countries.is_empty() { String::new() } else { format!(" ({})", text(&rule.countries.join(", "))) };
        (format!("in {}{countries}", code(&rule.name)), &rule.asks)
    });
    let elsewhere = (!residence.rules.is_empty() && residence.path.is_some())
        .then(|| ("anywhere else, or where nobody knows".to_owned(), &residence.strictest));
    let line = |(place, asks): (String, &Asks)| {
        let asked = asked_of(plan, asks, bases.contains(&Basis::Consent));
        format!("- {place}: {}\n", if asked.is_empty() { "nothing more".to_owned() } else { asked.join("; ") })
    };
    places.chain(elsewhere).map(line).collect()
}

fn asked_of(plan: &SegmentPlan, asks: &Asks, by_consent: bool) -> Vec<String> {
    let mut asked = Vec::new();
    if by_consent {
        let silence = if asks.absent_means_yes {
            "who never answered may be reached (absent means yes)"
        } else {
            "who never answered is left out (absent means no)"
        };
        asked.push(silence.to_owned());
    }
    if let Some(age) = asks.adult_at.filter(|_| plan.guard.kind == SubjectKind::Person) {
        asked.push(format!("at least {age} years old, and whoever may be younger is left out"));
    }
    let ledgers = asks.opt_outs.iter().filter_map(|ledger| plan.guard.ledgers.get(*ledger));
    asked.extend(ledgers.map(|ledger| format!("no refusal of sale in {}", code(&ledger.name))));
    asked
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
            read.usable.map_or_else(|| usable.to_owned(), |usable| usable.to_string()),
            if read.window.is_empty() { "attributes: now".to_owned() } else { read.window.clone() },
        ];
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let heads = ["data", "kept for R", "usable U = R − S", "looks back"];
    let stored = kept(plan.about.retain);
    let stays = plan.stay.as_ref().map_or_else(String::new, |stay| {
        format!(
            " Once in, a member remains for {}, by what is stored; permission, what is left out, the cap and the minimum are asked anew \
             in each run.",
            stay.lasts
        )
    });
    format!(
        "## How long\n\nA stored membership lives S = {stored}. What it was made from may not be older than U.{stays}\n\n{}",
        table(&heads, &rows)
    )
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
        let via = if via.is_empty() { "written here".to_owned() } else { via.join(" → ") };
        let released = read.released.iter().map(|released| format!("released from {}", text(released)));
        let reveals: Vec<_> =
            std::iter::once(categories.join(", ")).filter(|it| !it.is_empty()).chain(released).collect();
        vec![code(&read.table), what, reveals.join("; "), via]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in plan.reads.iter().map(row).chain(guarded::rows(catalogue, plan)) {
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return "## What it reads\n\nNothing but ledgers.\n".to_owned();
    }
    format!("## What it reads\n\n{}", table(&["table", "field", "reveals", "how it got here"], &rows))
}

fn receivers(segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let destinations: String = plan
        .about
        .destinations
        .iter()
        .map(|destination| {
            let region =
                destination.region.as_deref().map(|region| format!(", in {}", text(region))).unwrap_or_default();
            let party = if destination.outside_party { ", an outside party" } else { "" };
            let matched = destination.matched.as_ref().map(|(field, hashed)| {
                format!(", matched on {}{}", code(field), if *hashed { " as a hash" } else { "" })
            });
            let matched = matched.unwrap_or_default();
            format!(
                "- [{0}](../destinations/{0}.md): {1}{region}{party}{matched}\n",
                destination.name,
                code(&destination.channel)
            )
        })
        .collect();
    let destinations =
        if destinations.is_empty() { "Nobody: it stays in the warehouse.\n".to_owned() } else { destinations };
    let columns = leaving(plan);
    let minimum = match plan.delivery.minimum {
        0 | 1 => String::new(),
        n => format!(" With fewer than {n} people, nobody leaves."),
    };
    let per = segment.and_then(|segment| segment.cap.as_ref()).map(|cap| format!(" in {}", cap.value.per));
    let per = per.unwrap_or_default();
    let cap =
        plan.delivery.cap.as_ref().map(|cap| format!(" Whoever has had {} contacts{per} is left out.", cap.contacts));
    let holdout =
        plan.delivery.holdout.as_ref().map(|h| {
            format!(" {}.{:02} % are held out as a control group.", h.basis_points / 100, h.basis_points % 100)
        });
    format!(
        "## Who receives it\n\n{destinations}\nWhat leaves: {columns}.{minimum}{}{}\n",
        cap.unwrap_or_default(),
        holdout.unwrap_or_default()
    )
}

/// The columns that leave, and what goes by matching on it.
fn leaving(plan: &SegmentPlan) -> String {
    let columns: Vec<_> = plan.delivery.expose.iter().map(|exposed| code(&exposed.name)).collect();
    let matched: Vec<_> = plan
        .about
        .destinations
        .iter()
        .filter_map(|destination| {
            let key = plan.subject_key().map(|(key, _)| key);
            let (field, hashed) = destination.matched.as_ref().filter(|(field, _)| Some(field) != key.as_ref())?;
            let how = if *hashed { " as a hash" } else { " in the clear" };
            Some(format!("{}{how} (`{}` matches on it)", code(field), destination.name))
        })
        .collect();
    match (columns.as_slice(), matched.as_slice()) {
        ([], []) => "the key alone".to_owned(),
        (_, _) => format!("the key, {}", [columns, matched].concat().join(", ")),
    }
}

fn findings(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let line = |finding: &Diagnostic| {
        let leave = finding.suppressed.as_ref().map(|leave| format!(" ({}: {})", leave.by.state(), text(&leave.words)));
        let suppressed = leave.unwrap_or_default();
        let policy = finding.policy.as_deref().map(|name| format!(" by policy {}", code(name))).unwrap_or_default();
        format!("- **{} {}**{policy}: {}{suppressed}\n", finding.severity.word(), finding.code, text(&finding.message))
    };
    let list: String = catalogue.findings_of(plan).map(line).collect();
    let list = if list.is_empty() { "None.\n".to_owned() } else { list };
    format!("## Findings and exceptions\n\n{list}")
}

/// What is signed: the very definition, the ground that it stands on, and when somebody looks again.
fn signature(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let review = segment.and_then(|segment| segment.review.as_ref()).map(|review| {
        let last = review.value.last.map_or_else(|| "never yet".to_owned(), |day| day.to_string());
        format!("It is to be looked at again {}; last: {last}.", review.value.every.each())
    });
    let review = review.unwrap_or_else(|| "Nobody has said when it is to be looked at again.".to_owned());
    format!(
        "## To be signed\n\n{review} Any change of its meaning changes the definition `{}`; \
         a change of catalog, policies or packs changes the ground `{}`.\n\n| read and approved by | on |\n| --- | --- |\n|  |  |\n",
        plan.hash, catalogue.plan.ground
    )
}

fn sql(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    sql_of(catalogue, &plan.about.name)
}

/// The SQL of a view of this name.
pub(super) fn sql_of(catalogue: &Catalogue<'_>, view: &str) -> String {
    let mine = catalogue.sql.iter().filter(|(_, name, _)| name == view);
    let blocks: String = mine.map(|(dialect, _, sql)| format!("### {dialect}\n\n{}\n", fence("sql", sql))).collect();
    if blocks.is_empty() { blocks } else { format!("## SQL\n\n{blocks}") }
}

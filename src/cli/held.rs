//! What somebody who asks for access must be told beside rows: what each segment is for, of what it is made and who gets it, and which
//! tables of the project hold them.

use segma::diagnostic::text;
use segma::model::{FieldRole, KeyedBy, LedgerOf, Model, Origin, Retain, Table, TableId};
use segma::plan::{ConsentAbout, Plan, SegmentPlan, silence};

/// A segment in a sentence.
pub fn about(whole: &Plan, plan: &SegmentPlan) -> String {
    let about = &plan.about;
    let purposes = about.purposes.iter().map(|purpose| match &purpose.title {
        Some(title) => format!("{} ({title})", purpose.name),
        None => purpose.name.clone(),
    });
    let silent = silence::places(plan);
    let leave = match &about.consent {
        ConsentAbout::Required(names) if silent.is_empty() => format!("on consent to {}", names.join(" and to ")),
        ConsentAbout::Required(names) => {
            format!("on consent to {}, or on silence in {}", names.join(" and to "), silent.join(", "))
        }
        ConsentAbout::NotNeeded(why) => format!("without consent: {why}"),
    };
    let kinds = named(plan.reads.iter().flat_map(|read| read.categories.iter().cloned()), "no personal data");
    let tables = named(plan.reads.iter().map(|read| read.table.clone()), "ledgers alone");
    let kept = match about.retain == segma::model::Length::default() {
        true => "never stored".to_owned(),
        false => format!("stored for {} at most", about.retain),
    };
    let to = about.destinations.iter().map(|to| {
        let region = to.region.as_deref().map(|region| format!(", in {region}")).unwrap_or_default();
        let party = if to.outside_party { ", an outside party" } else { "" };
        format!("{} (by {}{region}{party})", to.name, to.channel)
    });
    let shows = whole.placements.iter().flat_map(|placement| placement.shows.iter().map(move |show| (placement, show)));
    let shown = shows.filter(|(_, show)| show.to.about.name == about.name);
    let shown = shown.map(|(placement, show)| format!("{} (which shows them {})", placement.name, show.what));
    let to = named(to.chain(shown), "nobody");
    let purposes = purposes.collect::<Vec<_>>().join("; ");
    text::line(&format!("  {}: for {purposes}, {leave}; made of {kinds} in {tables}; {kept}; goes to {to}", about.name))
}

/// The tables of a project that hold people of an entity, each with the column of their key; Segma asks none of them for rows.
pub fn tables(model: &Model, entity: &str) -> Vec<String> {
    let Some(of) = model.tables.ids().find(|id| model.tables[*id].name.value == entity) else { return Vec::new() };
    let own = model.tables.ids().filter_map(|id| own(model, id, of));
    let ledgers = model.ledgers.values().filter(|ledger| ledger.of == LedgerOf::Entity(of)).filter_map(|ledger| {
        let name = ledger.physical.as_ref()?.value.join(".");
        let by = match ledger.keyed_by {
            KeyedBy::Key => String::new(),
            KeyedBy::Contact(field) => format!(", which holds their {}", model.fields[field].name.value),
        };
        Some(format!("{name}: {}{by}; what they said about the use of their data", ledger.subject.value))
    });
    let links = model.identities.values().filter_map(|identity| {
        let name = identity.physical.as_ref()?.value.join(".");
        let own = (identity.entity == Some(of)).then_some(&identity.from_column);
        let column = own.or_else(|| (identity.to == of).then_some(&identity.to_column))?;
        Some(format!("{name}: {}; which ids are linked to them", column.value))
    });
    own.chain(ledgers).chain(links).map(|line| text::line(&format!("  {line}"))).collect()
}

fn own(model: &Model, id: TableId, of: TableId) -> Option<String> {
    let table = &model.tables[id];
    let name = table.physical.as_ref()?.value.join(".");
    if model.entity_of(id) != Some(of) {
        return None;
    }
    let mut fields = table.fields.iter().map(|field| &model.fields[*field]);
    let key = fields.find(|field| matches!(field.role, FieldRole::Key | FieldRole::Subject));
    let by = key.map_or_else(|| "with the rows that they are part of".to_owned(), |field| field.column.clone());
    Some(format!("{name}: {by}{}", said(table)))
}

/// How long rows are kept, and where they came from.
fn said(table: &Table) -> String {
    let kept = table.retain.as_ref().map(|retain| match &retain.value {
        Retain::For { length, .. } => format!("; kept for {length}"),
        Retain::WhileListed { .. } => "; kept while listed".to_owned(),
    });
    let origin = table.origin.as_ref().map(|origin| match &origin.value {
        Origin::FirstParty => "; observed by us".to_owned(),
        Origin::Volunteered => "; told to us by them".to_owned(),
        Origin::ThirdParty { party, .. } => format!("; from {party}"),
    });
    kept.unwrap_or_default() + &origin.unwrap_or_default()
}

/// Each name once, or what is said where there is none.
fn named(all: impl Iterator<Item = String>, none: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { none.to_owned() } else { names.join(", ") }
}

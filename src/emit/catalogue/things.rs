//! Pages of sources, purposes and destinations.

use super::Catalogue;
use super::markdown::{code, paragraph, table, text};
use super::{guarded, promises, score, terms};
use crate::model::{
    Basis, Destination, Field, FieldId, FieldRole, Labels, Origin, Purpose, Retain, Table, TableKind, Type, Valid,
};
use crate::plan::SegmentPlan;

/// A page for every table that has rows of people or is looked up, by name.
pub(super) fn sources(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    named(catalogue.model.tables.values().map(|table| (table.name.value.clone(), source(catalogue, table))))
}

/// A page for every purpose, by name.
pub(super) fn purposes(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let purposes = catalogue.model.purposes.iter();
    named(purposes.map(|(id, purpose)| (purpose.name.value.clone(), self::purpose(catalogue, id, purpose))))
}

/// A page for every destination, by name.
pub(super) fn destinations(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let destinations = catalogue.model.destinations.values();
    named(destinations.map(|destination| (destination.name.value.clone(), self::destination(catalogue, destination))))
}

fn named(pages: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut pages: Vec<_> = pages.collect();
    pages.sort();
    pages
}

fn source(catalogue: &Catalogue<'_>, table_: &Table) -> String {
    let name = &table_.name.value;
    let readers = readers(catalogue, |plan| {
        plan.reads.iter().any(|read| read.table == *name)
            || guarded::reads(plan).iter().any(|read| read.table == *name)
            || plan.tables.first().is_some_and(|entity| entity.name == *name)
    });
    let fields =
        table_.fields.iter().map(|id| &catalogue.model.fields[*id]).filter(|field| field.role == FieldRole::Plain);
    let rows: Vec<_> = fields.map(|field| field_row(catalogue, field)).collect();
    let released: String = table_.fields.iter().flat_map(|id| releases(catalogue, *id)).collect();
    let released = if released.is_empty() { released } else { format!("## Releases\n\n{released}\n") };
    let trained = match &table_.kind {
        TableKind::Score(facts) => score::section(catalogue.model, facts),
        TableKind::Entity(_)
        | TableKind::Source { .. }
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Visits(_)
        | TableKind::Error => String::new(),
    };
    let allowed: Vec<_> = table_.allowed.iter().map(|p| code(&catalogue.model.purposes[p.value].name.value)).collect();
    let protects: Vec<_> =
        table_.protects.iter().map(|p| code(&catalogue.model.purposes[p.value].name.value)).collect();
    let says: Vec<_> = table_.says.iter().map(|category| terms::label(&category.value)).collect();
    let says =
        if says.is_empty() { String::new() } else { format!("Whoever is in it is thereby {}.\n\n", says.join(", ")) };
    let protects = if protects.is_empty() {
        String::new()
    } else {
        format!("Only to leave somebody out, it may also serve {}.\n\n", protects.join(", "))
    };
    format!(
        "# {name}\n\n{}{} `{}`. {}\n\n**May serve:** {}.\n\n{protects}{says}{trained}## Fields\n\n{}\n{released}## Read by\n\n{readers}",
        doc(table_.doc.as_deref()),
        kind(&table_.kind),
        table_.physical.as_ref().map(|name| code(&name.value.join(".")).replace('`', "")).unwrap_or_default(),
        kept(catalogue, table_),
        if allowed.is_empty() { "nothing of its own; what leads to it decides".to_owned() } else { allowed.join(", ") },
        if rows.is_empty() {
            "None: only who stands in it, and since when, is read.\n".to_owned()
        } else {
            table(&["field", "type", "labels", "what it is"], &rows)
        },
    )
}

/// What was taken away from a field, by whose leave, until when and why.
fn releases<'c>(catalogue: &'c Catalogue<'_>, field: FieldId) -> impl Iterator<Item = String> + 'c {
    catalogue.model.releases_of(field).map(move |release| {
        let from: Vec<_> = release.from.iter().map(|from| code(&from.value)).collect();
        let name = code(&catalogue.model.fields[field].name.value);
        format!("- {name} does not count as {}: {}.\n", from.join(", "), text(&release.words()))
    })
}

fn kind(kind: &TableKind) -> &'static str {
    match kind {
        TableKind::Entity(_) => "An entity, from the table",
        TableKind::Source { .. } => "Events, from the table",
        TableKind::Rows { .. } => "Rows nested in other rows, from the table",
        TableKind::Lookup { .. } => "A lookup without subjects, from the table",
        TableKind::List { .. } => "A list of people, from the table",
        TableKind::Score(_) => "Scores of a model, from the table",
        TableKind::Visits(_) => "Visits: rows of several sources that share a session",
        TableKind::Error => "A table",
    }
}

fn kept(catalogue: &Catalogue<'_>, table: &Table) -> String {
    let kept = match table.retain.as_ref().map(|retain| &retain.value) {
        Some(Retain::For { length, after }) => {
            let after = after.map(|field| &catalogue.model.fields[field].name.value);
            format!("Kept for {length}{}.", after.map(|name| format!(" after {}", code(name))).unwrap_or_default())
        }
        Some(Retain::WhileListed { because }) => format!("Kept while listed: {}.", text(because)),
        None => "Kept as long as what leads to it.".to_owned(),
    };
    let origin = match table.origin.as_ref().map(|origin| &origin.value) {
        Some(Origin::FirstParty) => " Observed by us.".to_owned(),
        Some(Origin::Volunteered) => " Told to us by the person.".to_owned(),
        Some(Origin::ThirdParty { party, contract, apart, inside }) => {
            let contract = contract.as_deref().map(|c| format!(" under contract {}", text(c))).unwrap_or_default();
            let apart = apart.iter().map(|label| code(label)).collect::<Vec<_>>().join(", ");
            let apart = if apart.is_empty() { apart } else { format!(", not to be combined with {apart}") };
            let inside = if *inside { ", not to be delivered" } else { "" };
            format!(" From {}{contract}{apart}{inside}.", text(party))
        }
        None => String::new(),
    };
    format!("{kept}{origin}{}", promises::of_source(catalogue.model, &table.gathering))
}

fn field_row(catalogue: &Catalogue<'_>, field: &Field) -> Vec<String> {
    let optional = if field.optional { ", may be missing" } else { "" };
    let narrowed = field.allowed.as_ref().map(|purposes| {
        let names: Vec<_> = purposes.iter().map(|p| code(&catalogue.model.purposes[p.value].name.value)).collect();
        format!(" Only for {}.", names.join(", "))
    });
    vec![
        code(&field.name.value),
        format!("{}{optional}", type_words(&field.ty)),
        labels(&field.labels),
        format!("{}{}", field.doc.as_deref().map(text).unwrap_or_default(), narrowed.unwrap_or_default()),
    ]
}

fn labels(labels: &Labels) -> String {
    let flags = [
        (labels.direct, "identifies alone"),
        (labels.quasi, "identifies in combination"),
        (labels.free_text, "free text"),
        (labels.protected, "protected"),
        (labels.not_personal, "not personal"),
    ];
    let categories = labels.categories.iter().map(|category| terms::label(&category.value));
    let flags = flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned());
    let proxies = labels.proxies.iter().map(|proxy| format!("stands for {}", code(&proxy.value)));
    categories.chain(flags).chain(proxies).collect::<Vec<_>>().join(", ")
}

fn type_words(ty: &Type) -> String {
    match ty {
        Type::Text => "text".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Integer => "whole number".to_owned(),
        Type::Decimal => "number".to_owned(),
        Type::Money(currency) => format!("amount in {}", text(currency)),
        Type::Probability => "probability".to_owned(),
        Type::Date => "day".to_owned(),
        Type::Instant(None) => "instant".to_owned(),
        Type::Instant(Some(zone)) => format!("time in {}", text(zone)),
        Type::Uuid => "identifier".to_owned(),
        Type::Version => "version".to_owned(),
        Type::Place => "place".to_owned(),
        Type::List(inner) => format!("list of {}", type_words(inner)),
        Type::Error => "unknown".to_owned(),
    }
}

fn purpose(catalogue: &Catalogue<'_>, id: crate::model::PurposeId, purpose: &Purpose) -> String {
    let model = catalogue.model;
    let name = &purpose.name.value;
    let title = purpose.title.as_deref().map(|title| format!("{}\n\n", paragraph(title))).unwrap_or_default();
    let basis = model.basis(id).map_or("no basis is declared", |basis| super::segment::basis_words(basis.value));
    let channel = model.channel(id).map_or("it delivers nowhere", |channel| channel.value.word());
    let valid = match model.valid(id).map(|valid| &valid.value) {
        Some(Valid::For(length)) => format!("{length}"),
        Some(Valid::WithoutEnd { because }) => format!("without end: {}", text(because)),
        None if model.basis(id).is_some_and(|basis| basis.value == Basis::Consent) => "not written".to_owned(),
        None => "none is asked for".to_owned(),
    };
    let notice =
        model.notice(id).map_or_else(|| "any".to_owned(), |notice| format!("{} or later", text(&notice.value)));
    let suspended =
        purpose.suspended.as_ref().map(|why| format!("\n**Suspended:** {}\n", text(&why.value))).unwrap_or_default();
    let campaign = model.campaign(id).map(|about| format!("- campaign: about {}\n", about.value.word()));
    let told = campaign.unwrap_or_default() + &promises::of_purpose(model, id);
    let readers = readers(catalogue, |plan| plan.about.purposes.iter().any(|used| used.name == *name));
    format!(
        "# {name}\n\n{}{title}- basis: {basis}\n- channel: {channel}\n- a grant lasts: {valid}\n- notice: {notice}\n{told}{suspended}\n## Used by\n\n{readers}",
        doc(purpose.doc.as_deref()),
    )
}

fn destination(catalogue: &Catalogue<'_>, destination: &Destination) -> String {
    let name = &destination.name.value;
    let channel = destination.channel.map_or("", |channel| channel.value.word());
    let region =
        destination.region.as_ref().map(|region| format!("- region: {}\n", text(&region.value))).unwrap_or_default();
    let covered = destination.transfer.as_ref().map(|by| format!("- covered on its way by: {}\n", text(&by.value)));
    let region = region + &covered.unwrap_or_default();
    let party = match (&destination.outside_party, &destination.service_provider) {
        (Some(_), _) => "- an outside party, which uses the data for itself\n".to_owned(),
        (None, Some(contract)) => format!("- a service provider under contract {}\n", text(&contract.value)),
        (None, None) => String::new(),
    };
    let removal = match (&destination.removes_members, &destination.expires) {
        (Some(_), _) if destination.removes_by_hand => "- removes people who left, by hand\n".to_owned(),
        (Some(_), _) => "- removes people who left\n".to_owned(),
        (None, Some(after)) => format!("- forgets by itself after {}\n", after.value),
        (None, None) => String::new(),
    };
    let isolates = destination.isolates.as_ref().map(|why| format!("- keeps its lists apart: {}\n", text(&why.value)));
    let isolates = isolates.unwrap_or_default();
    let expands =
        if destination.expands.is_some() { "- looks for people who resemble those it is given\n" } else { "" };
    let names = |list: &[String]| list.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let trains = destination.trains.as_ref().map(|trains| {
        let purposes = trains.value.iter().map(|purpose| catalogue.model.purposes[purpose.value].name.value.clone());
        format!("- trains models on them for {}\n", names(&purposes.collect::<Vec<_>>()))
    });
    let takes = destination.takes.as_ref().map(|takes| match takes.value.as_slice() {
        [] => "- needs nothing beside the key\n".to_owned(),
        some => format!("- needs {}\n", names(&some.iter().map(|name| name.value.clone()).collect::<Vec<_>>())),
    });
    let uses = format!("{expands}{}{}", trains.unwrap_or_default(), takes.unwrap_or_default());
    let matched = destination.matched.as_ref().map(|matched| {
        format!(
            "- matches on {}{}\n",
            code(&matched.field.value),
            if matched.hashed { ", as a hash" } else { ", in the clear" }
        )
    });
    let uses = matched.unwrap_or_default() + &uses;
    let lag = destination.lag.map(|lag| format!("- a change needs {} to reach it\n", lag.value)).unwrap_or_default();
    let minimum = destination
        .minimum
        .map(|n| format!("- takes no audience under {}\n", crate::diagnostic::text::people(n.value)))
        .unwrap_or_default();
    let told = promises::of_destination(destination);
    let readers = readers(catalogue, |plan| plan.about.destinations.iter().any(|used| used.name == *name));
    format!(
        "# {name}\n\n{}- channel: {channel}\n{region}{party}{removal}{isolates}{lag}{minimum}{uses}{told}\n## Receives\n\n{readers}",
        doc(destination.doc.as_deref()),
    )
}

fn doc(doc: Option<&str>) -> String {
    doc.map(|doc| format!("{}\n\n", paragraph(doc))).unwrap_or_default()
}

fn readers(catalogue: &Catalogue<'_>, wanted: impl Fn(&SegmentPlan) -> bool) -> String {
    let names = catalogue.plan.segments.iter().filter(|plan| wanted(plan)).map(|plan| plan.about.name.as_str());
    let list: String = names.map(|name| format!("- [{name}](../segments/{name}.md)\n")).collect();
    if list.is_empty() { "No segment.\n".to_owned() } else { list }
}

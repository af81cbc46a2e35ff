//! What people were told and promised, on the pages of the catalogue.

use super::markdown::{code, text};
use super::terms;
use crate::model::{Destination, Gathering, Informed, Ledger, LedgerRows, Model, PurposeId, StateSays};
use crate::source::Spanned;

/// Lines of a purpose's page; inherited clauses stand there too.
pub(super) fn of_purpose(model: &Model, id: PurposeId) -> String {
    let mut lines = Vec::new();
    if !model.controllers(id).is_empty() {
        lines.push(format!("- who acts: {}\n", names(model.controllers(id))));
    }
    if let Some(tells) = model.tells(id) {
        let categories: Vec<_> = tells.value.iter().map(|category| terms::label(&category.value)).collect();
        lines.push(format!("- its notice tells of: {}\n", categories.join(", ")));
    }
    if let Some(shares) = model.shares(id) {
        let parties = shares.value.iter().map(|to| code(&model.destinations[to.value].name.value));
        lines.push(format!("- its notice says that it shares with: {}\n", parties.collect::<Vec<_>>().join(", ")));
    }
    if let Some(soft) = model.soft_opt_in(id) {
        let source = soft.value.source.map_or_else(String::new, |id| code(&model.tables[id].name.value));
        lines.push(format!("- for people who bought, by {source}: {}\n", text(&soft.value.because)));
    }
    if let Some(why) = model.advertises_nothing(id) {
        lines.push(format!("- no advertising: {}\n", text(&why.value)));
    }
    lines.extend(model.ledgers.values().filter_map(|ledger| of_ledger(model, ledger, id)));
    lines.concat()
}

/// Lines of a destination's page.
pub(super) fn of_destination(destination: &Destination) -> String {
    let works =
        (!destination.controllers.is_empty()).then(|| format!("- works for: {}\n", names(&destination.controllers)));
    let decides = destination.decides.as_ref().map(|what| format!("- decides there: {}\n", text(&what.value)));
    works.into_iter().chain(decides).collect()
}

/// What is added to how a source is kept.
pub(super) fn of_source(model: &Model, gathering: &Gathering) -> String {
    let under = gathering
        .collected_under
        .map(|purpose| format!(" Recorded on people's leave for {}.", code(&model.purposes[purpose.value].name.value)));
    let informed = gathering.informed.as_ref().map(|informed| match &informed.value {
        Informed::By(record) => format!(" People were told: {}.", text(record)),
        Informed::NotNeeded { because } => format!(" People need not be told: {}.", text(because)),
    });
    under.into_iter().chain(informed).collect()
}

/// What a ledger that grants a purpose says of the yes that it holds.
fn of_ledger(model: &Model, ledger: &Ledger, id: PurposeId) -> Option<String> {
    let given = (!ledger.controllers.is_empty() && speaks_of(model, ledger, id))
        .then(|| format!("a yes given to {}", names(&ledger.controllers)));
    let bundled = ledger.bundled.iter().any(|bundled| bundled.covers.grants(model, id));
    let bundled = bundled.then(|| "in part a yes to several purposes at once".to_owned());
    let said: Vec<String> = given.into_iter().chain(bundled).collect();
    (!said.is_empty()).then(|| format!("- ledger {} holds {}\n", code(&ledger.name.value), said.join(", ")))
}

fn speaks_of(model: &Model, ledger: &Ledger, id: PurposeId) -> bool {
    match &ledger.rows {
        LedgerRows::Events(events) => events.purposes.iter().any(|(_, covers)| covers.grants(model, id)),
        LedgerRows::States(columns) => {
            let says = columns.iter().flat_map(|column| &column.arms).flat_map(|arm| &arm.says);
            says.into_iter().any(|says| match says {
                StateSays::Grants(covers) => covers.grants(model, id),
                StateSays::Refuses(_) | StateSays::Nothing => false,
            })
        }
    }
}

fn names(all: &[Spanned<String>]) -> String {
    all.iter().map(|one| text(&one.value)).collect::<Vec<_>>().join(", ")
}

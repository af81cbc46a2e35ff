//! CON-09 and its neighbours: a query stands for a ledger, and makes up what was said, or lets some of it fall. What decides must be a column
//! of one table, renamed or cast at most, and every row must arrive; only a refusal may be a constant, which can but keep people out.

use std::collections::BTreeSet;

use super::tools::listed;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::statement::Selection;
use crate::model::statement::made::{Change, Made, change, made, place};
use crate::model::{
    EventLedger, Identity, Ledger, LedgerOf, LedgerRows, Model, StateColumn, StateSays, StateWhen, Statement, Value,
    Watermark,
};
use crate::source::Spanned;

pub(super) static ABSENCE: Rule = Rule { code: Code("CON-02"), check: |cx, findings| check(cx, "CON-02", findings) };
pub(super) static PURPOSE: Rule = Rule { code: Code("CON-04"), check: |cx, findings| check(cx, "CON-04", findings) };
pub(super) static END: Rule = Rule { code: Code("CON-07"), check: |cx, findings| check(cx, "CON-07", findings) };
pub(super) static NOTICE: Rule = Rule { code: Code("CON-08"), check: |cx, findings| check(cx, "CON-08", findings) };
pub(super) static WITHDRAWAL: Rule = Rule { code: Code("CON-09"), check: |cx, findings| check(cx, "CON-09", findings) };
pub(super) static SUBJECT: Rule = Rule { code: Code("CON-13"), check: |cx, findings| check(cx, "CON-13", findings) };
pub(super) static STITCHED: Rule = Rule { code: Code("CON-14"), check: |cx, findings| check(cx, "CON-14", findings) };
pub(super) static LAG: Rule = Rule { code: Code("SQL-11"), check: |cx, findings| check(cx, "SQL-11", findings) };

/// What is wrong with a query: the class, what it does, where its clause stands, and what comes of it.
type Wrong<'m> = (&'static str, String, Option<&'m Spanned<String>>, &'static str);

const ABSENT: &str = "whoever never said yes would count as having said it";
const LOST: &str = "a withdrawal that does not arrive ends nothing: people who said no would be reached";

/// A query has one finding; each rule files those of its class.
fn check(cx: &Context<'_>, code: &str, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    for ledger in model.ledgers.values() {
        let Some(statement) = model.query_of(ledger.physical.as_ref()) else { continue };
        let wrong = Case { model, ledger, statement }.wrong();
        if wrong.is_none() && code == "SQL-11" {
            findings.extend(masked(ledger, statement));
        }
        let wrong = wrong.filter(|wrong| wrong.0 == code);
        findings.extend(wrong.map(|wrong| told("ledger", &ledger.name, statement, wrong)));
    }
    for (id, identity) in model.identities.iter() {
        let Some(statement) = model.query_of(identity.physical.as_ref()) else { continue };
        if model.ledgers_of_ids(id).next().is_some() {
            findings.extend(
                linked(identity, statement)
                    .filter(|wrong| wrong.0 == code)
                    .map(|wrong| told("identity", &identity.name, statement, wrong)),
            );
        }
    }
}

fn told(kind: &str, name: &Spanned<String>, statement: &Statement, wrong: Wrong<'_>) -> Diagnostic {
    let (code, what, column, because) = wrong;
    let finding = Diagnostic::error(Code(code), format!("the query of {kind} `{}` {what}", name.value))
        .at(statement.span, "what was said does not arrive as it was said")
        .because(because)
        .help(format!(
            "read the table itself, `table schema.name`, or select its columns and all its rows unchanged, and say in the {kind} what its codes mean"
        ))
        .about(&name.value);
    match column {
        Some(column) => finding.and(column.span, "decides"),
        None => finding,
    }
}

/// The latest load of several tables is that of the one that still arrives.
fn masked(ledger: &Ledger, statement: &Statement) -> Option<Diagnostic> {
    let fresh = ledger.fresh.as_ref()?;
    let Watermark::Column(by) = &fresh.value.by else { return None };
    let column = statement.trace.columns.iter().find(|column| column.name == by.column.value)?;
    let tables: BTreeSet<String> = column.data.iter().map(|cell| cell.table.join(".").to_lowercase()).collect();
    (tables.len() > 1).then(|| {
        let name = &ledger.name.value;
        let all: Vec<&str> = tables.iter().map(String::as_str).collect();
        Diagnostic::error(
            Code("SQL-11"),
            format!("how recent ledger `{name}` is, is taken from {} at once", quoted_list(&all)),
        )
        .at(fresh.span, "the latest of either")
        .and(statement.span, "put together here")
        .because("a table that stopped arriving would hide behind one that still does, and refusals given since would not count")
        .help("declare a ledger for each table: all of them must be recent, and a no in any of them counts")
        .about(name)
    })
}

fn quoted_list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    listed(quoted.iter().map(String::as_str))
}

/// A ledger and the query that stands for its table.
struct Case<'m> {
    model: &'m Model,
    ledger: &'m Ledger,
    statement: &'m Statement,
}

impl<'m> Case<'m> {
    fn wrong(&self) -> Option<Wrong<'m>> {
        let body = &self.statement.body;
        let changed = change(body);
        if changed == Some(Change::Joined) {
            return Some(self.joined());
        }
        let said = body.of.iter().find_map(|selection| match &self.ledger.rows {
            LedgerRows::Events(events) => self.event(events, selection),
            LedgerRows::States(columns) => columns.iter().find_map(|column| self.state(column, selection)),
        });
        said.or_else(|| match changed? {
            Change::Grouped => Some(("CON-09", "makes one row of several decisions".to_owned(), None, LOST)),
            Change::Filtered => Some(("CON-09", "leaves rows out".to_owned(), None, LOST)),
            Change::Joined => None,
        })
    }

    /// Rows of several tables are no answers that somebody gave: a link may lend a browser's yes, a join may drop a no or date it anew.
    fn joined(&self) -> Wrong<'m> {
        let tables = &self.statement.trace.tables;
        let links = self.model.identities.values().filter_map(|identity| identity.physical.as_ref());
        if links.into_iter().any(|link| tables.iter().any(|table| self.model.is_one_table(table, &link.value))) {
            let because = "a browser's or a card's yes would count as the yes of everybody whom it was ever linked to";
            return ("CON-14", "joins answers to the people whom ids are linked to".to_owned(), None, because);
        }
        let table = |name: &str| {
            let column = self.statement.trace.columns.iter().find(|column| column.name == name)?;
            column.same.as_ref().map(|cell| &cell.table)
        };
        let fresh = self.fresh();
        if fresh.is_some_and(|by| table(&by.value) != table(&self.ledger.subject.value)) {
            let because = "a ledger that stopped arriving would look fresh, and refusals given since would not count";
            return ("SQL-11", "takes from another table how recent its rows are".to_owned(), fresh, because);
        }
        ("CON-09", "joins tables, so rows may be lost or made up".to_owned(), None, LOST)
    }

    fn fresh(&self) -> Option<&'m Spanned<String>> {
        match &self.ledger.fresh.as_ref()?.value.by {
            Watermark::Column(by) => Some(&by.column),
            Watermark::Taken(_) => None,
        }
    }

    fn event(&self, events: &'m EventLedger, selection: &Selection) -> Option<Wrong<'m>> {
        let denials: Vec<&str> =
            events.states.iter().filter(|(_, state)| state.denies()).map(|(code, _)| code.value.as_str()).collect();
        let state = self.ways(&events.state_column, selection);
        let only_denies = state.iter().all(|way| match way {
            Made::Constant(Value::Text(code)) => denials.contains(&code.as_str()),
            Made::Constant(_) | Made::Column | Made::Nothing | Made::Folded | Made::Computed => false,
        });
        if !only_denies && let Some(wrong) = decided(&events.state_column, &state) {
            return Some(wrong);
        }
        let mut held = vec![(&events.at.column, "CON-09", "a yes would seem later than the no that took it back")];
        if !only_denies {
            held.push((&events.purpose_column, "CON-04", "a yes to one thing would count as a yes to another"));
            let until = events.until.iter().map(|until| &until.column);
            held.extend(until.map(|column| (column, "CON-07", "a yes would outlive the day on which it ended")));
            let version = events.version.iter().map(|version| &version.column);
            held.extend(version.map(|column| (column, "CON-08", UNSEEN)));
        }
        self.held(selection, held)
    }

    fn state(&self, column: &'m StateColumn, selection: &Selection) -> Option<Wrong<'m>> {
        let says = |arm: &&crate::model::StateArm, what: fn(&StateSays) -> bool| arm.says.iter().any(what);
        let grants = column.arms.iter().any(|arm| says(&arm, |it| matches!(it, StateSays::Grants(_))));
        let refuses = |value: &Value| {
            let arm = column.arms.iter().find(|arm| arm.when == StateWhen::Is(value.clone()));
            arm.is_some_and(|arm| says(&arm, |it| matches!(it, StateSays::Refuses(_))))
        };
        let ways = self.ways(&column.column, selection);
        let only_denies = !grants
            && ways.iter().all(|way| match way {
                Made::Constant(value) => refuses(value),
                Made::Column | Made::Nothing | Made::Folded | Made::Computed => false,
            });
        if !only_denies && let Some(wrong) = decided(&column.column, &ways) {
            return Some(wrong);
        }
        let mut held = Vec::new();
        if grants {
            let since = column.since.iter().map(|since| &since.column);
            held.extend(since.map(|column| (column, "CON-09", "a yes would seem later than the no that took it back")));
            let version = column.version.iter().map(|version| &version.column);
            held.extend(version.map(|column| (column, "CON-08", UNSEEN)));
        }
        self.held(selection, held)
    }

    /// What must arrive as it is, beside what somebody said.
    fn held(
        &self,
        selection: &Selection,
        mut held: Vec<(&'m Spanned<String>, &'static str, &'static str)>,
    ) -> Option<Wrong<'m>> {
        let other = match self.ledger.of {
            LedgerOf::Entity(_) => "one person's answer would count as another's",
            LedgerOf::Identity(_) => "one id's answer would count as another's",
        };
        held.push((&self.ledger.subject, "CON-13", other));
        let stale = "a ledger that stopped arriving would look fresh, and refusals given since would not count";
        held.extend(self.fresh().map(|column| (column, "SQL-11", stale)));
        held.into_iter().find_map(|(column, code, because)| {
            let ways = self.ways(column, selection);
            ways.iter()
                .find_map(|way| way_of(*way))
                .map(|how| (code, format!("{how} `{}`, which decides", column.value), Some(column), because))
        })
    }

    fn ways<'s>(&self, column: &Spanned<String>, selection: &'s Selection) -> Vec<Made<'s>> {
        place(&self.statement.body, &column.value).map(|place| made(selection, place)).unwrap_or_default()
    }
}

const UNSEEN: &str = "people would count as having seen a notice that nobody showed them";

/// What somebody said, made up.
fn decided<'m>(column: &'m Spanned<String>, ways: &[Made<'_>]) -> Option<Wrong<'m>> {
    let (way, how) = ways.iter().find_map(|way| way_of(*way).map(|how| (way, how)))?;
    let (code, because) = if *way == Made::Folded { ("CON-09", LOST) } else { ("CON-02", ABSENT) };
    Some((code, format!("{how} `{}`, which says yes or no", column.value), Some(column), because))
}

fn way_of(way: Made<'_>) -> Option<&'static str> {
    match way {
        Made::Column => None,
        Made::Constant(_) | Made::Nothing => Some("gives every row the same"),
        Made::Folded => Some("folds several rows into"),
        Made::Computed => Some("computes"),
    }
}

/// Along these links denials reach people: a link that is lost, or made up, loses a no.
fn linked<'m>(identity: &'m Identity, statement: &'m Statement) -> Option<Wrong<'m>> {
    let because = "along these links a no reaches the people behind an id: one that is lost or made up loses it";
    let what = match change(&statement.body) {
        Some(Change::Filtered) => "leaves links out",
        Some(Change::Grouped) => "makes one link of several",
        Some(Change::Joined) => "joins tables, so links may be lost or made up",
        None => {
            let at = identity.at.iter().map(|at| &at.column);
            let columns = [&identity.from_column, &identity.to_column].into_iter().chain(at);
            return columns.into_iter().find_map(|column| {
                let place = place(&statement.body, &column.value)?;
                let ways = statement.body.of.iter().flat_map(|selection| made(selection, place));
                let how = ways.into_iter().find_map(way_of)?;
                Some(("CON-14", format!("{how} `{}`, which decides", column.value), Some(column), because))
            });
        }
    };
    Some(("CON-14", what.to_owned(), None, because))
}

//! What the plan holds, gathered without looking at how it is emitted: tables, columns, names, texts and times.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::listed::{TEXTS, TIMES, type_names};
use crate::plan::walk::Node;
use crate::plan::{ColumnKind, Cond, Fresh, Ledger, LedgerRows, SegmentPlan};

/// What columns hold whose physical types are asked for.
const TYPES: [ColumnKind; 5] = [
    ColumnKind::Instant,
    ColumnKind::Wall { zone: String::new() },
    ColumnKind::Date,
    ColumnKind::Integer,
    ColumnKind::Boolean,
];

/// Everything that a view of the plan may name or say.
#[derive(Debug)]
pub struct Known {
    /// Columns by table of the warehouse.
    pub tables: BTreeMap<Vec<String>, BTreeSet<String>>,
    /// Names of queries that stand instead of tables.
    pub statements: BTreeSet<String>,
    texts: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Known {
    /// Gathers.
    pub fn of(plan: &SegmentPlan) -> Self {
        let mut known = Self {
            tables: BTreeMap::new(),
            statements: BTreeSet::new(),
            texts: BTreeSet::new(),
            names: BTreeSet::new(),
        };
        for table in &plan.tables {
            known.table(&table.physical, table.columns.iter().map(|column| column.name.clone()));
            if let Some(along) = &table.along {
                known.table(&along.physical, [&along.from, &along.to, &along.at.column].map(Clone::clone));
            }
        }
        for statement in &plan.statements {
            let trace = crate::model::statement::trace::trace(&statement.body);
            trace.tables.iter().for_each(|table| known.table(table, []));
            trace.named.into_iter().for_each(|cell| known.table(&cell.table, [cell.column]));
            known.statements.insert(statement.name.clone());
        }
        for guard in plan.guards() {
            for ledger in &guard.ledgers {
                known.table(&ledger.physical, ledger_columns(ledger));
            }
            for identity in &guard.identities {
                known.table(&identity.physical, [identity.from.clone(), identity.to.clone()]);
            }
            for members in &guard.members {
                let contacts = members.contacts.iter().cloned();
                known.table(
                    &members.physical,
                    [members.key.clone(), members.belongs.clone()].into_iter().chain(contacts),
                );
            }
        }
        known.names.extend(known.tables.keys().flatten().cloned());
        known.names.extend(known.tables.values().flatten().cloned());
        known.names.extend(plan.delivery.expose.iter().map(|exposed| exposed.name.clone()));
        known.names.insert(plan.about.name.clone());
        known.texts.extend(TEXTS.map(str::to_owned));
        known.texts.extend(TYPES.iter().flat_map(type_names).map(|name| (*name).to_owned()));
        known.texts.extend(samples(plan).map(|salt| format!("{salt}:")));
        let compared = plan.figures.iter().filter_map(|figures| figures.compare.as_ref());
        known.texts.extend(compared.map(|compare| format!("{}:", compare.holdout.salt)));
        known.texts.extend(plan.delivery.holdout.iter().map(|holdout| format!("{}:", holdout.salt)));
        if let Ok(json) = serde_json::to_value(plan) {
            known.json(&json);
        }
        known
    }

    /// The table of stored memberships, and what is written into it.
    pub fn storing(&mut self, physical: &[String], key: &str, definition: &str) {
        let columns = crate::plan::stay::COLUMNS.map(str::to_owned);
        self.table(physical, columns.into_iter().chain([key.to_owned()]));
        self.names.extend(physical.iter().cloned());
        self.texts.extend(["denied", "expired", "left", "; ", "", definition].map(str::to_owned));
    }

    fn table(&mut self, physical: &[String], columns: impl IntoIterator<Item = String>) {
        self.tables.entry(physical.to_vec()).or_default().extend(columns);
    }

    /// Every leaf of the plan, as texts of cells would spell it.
    fn json(&mut self, json: &Json) {
        match json {
            Json::Null => {}
            Json::Bool(value) => drop(self.texts.insert(value.to_string())),
            Json::Number(number) => drop(self.texts.insert(number.to_string())),
            Json::String(text) => {
                self.texts.insert(text.to_ascii_lowercase());
                self.texts.insert(format!("{text}-01"));
                self.texts.insert(text.clone());
            }
            Json::Array(list) => list.iter().for_each(|inner| self.json(inner)),
            Json::Object(map) => map.values().for_each(|inner| self.json(inner)),
        }
    }

    /// Whether a literal decodes to something that the plan holds.
    pub fn has_text(&self, text: &str) -> bool {
        self.texts.contains(text)
    }

    /// Whether a literal with a type does: a number, a day or an instant.
    pub fn has_typed(&self, ty: &str, text: &str, as_of: Option<&str>) -> bool {
        if ty == "bignumeric" {
            return self.has_text(text) || text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
        }
        let plain = text.trim_end_matches("+00:00");
        let day = plain.trim_end_matches(" 00:00:00");
        let instant = format!("{}Z", plain.replace(' ', "T"));
        as_of == Some(instant.as_str()) || TIMES.contains(&day) || self.has_text(day) || self.has_text(&instant)
    }

    /// Whether a name is the warehouse's or plainly the emitter's: ASCII, or one of the plan's with ASCII around it.
    pub fn may_name(&self, name: &str) -> bool {
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let around = |known: &String| {
            name.split_once(known.as_str()).is_some_and(|(before, after)| plain(before) && plain(after))
        };
        plain(name) || self.names.iter().filter(|known| !known.is_empty()).any(around)
    }
}

/// The salts of samples.
fn samples(plan: &SegmentPlan) -> impl Iterator<Item = &String> {
    let mut found = Vec::new();
    plan.walk(&mut |node| {
        if let Node::Cond(Cond::Sample { salt, .. }) = node {
            found.push(salt);
        }
    });
    found.into_iter()
}

/// The columns of a ledger that the plan names.
pub fn ledger_columns(ledger: &Ledger) -> Vec<String> {
    let mut all = vec![ledger.subject.clone()];
    if let Some(Fresh::Within { by, .. }) = &ledger.fresh {
        all.push(by.column.clone());
    }
    match &ledger.rows {
        LedgerRows::Events { purpose_column, state_column, at, until, version, evidence, .. } => {
            all.extend([purpose_column, state_column, &at.column].map(String::clone));
            all.extend(until.iter().map(|until| until.column.clone()));
            all.extend(version.iter().map(|version| version.column.clone()));
            all.extend(evidence.clone());
        }
        LedgerRows::States { columns } => {
            for column in columns {
                all.push(column.column.clone());
                all.extend(column.since.iter().map(|since| since.column.clone()));
                all.extend(column.version.iter().map(|version| version.column.clone()));
            }
        }
    }
    all
}

/// Every text that reaches SQL or people, for telling what no engine can hold.
pub fn texts_of(plan: &SegmentPlan) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![serde_json::to_value(plan).unwrap_or(Json::Null)];
    while let Some(json) = left.pop() {
        match json {
            Json::String(text) => found.push(text),
            Json::Array(list) => left.extend(list),
            Json::Object(map) => left.extend(map.into_iter().map(|(_, value)| value)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
    found
}

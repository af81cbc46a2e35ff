//! Plans made comparable: what stands in a plan as an index stands here as a name.
//!
//! Two plans number their tables, links and bindings as they come, so equal conditions may be written with unequal numbers. Here a
//! cell is named by the way that leads to it (table, links, column, what its cells hold), rows by where they come from, and a row
//! bound inside a condition by the order in which it is bound. What is equal by names means the same, provided that the tables
//! named are cut alike, which [`super::tables`] compares.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::plan::SegmentPlan;

/// A plan and which names its outer bindings have.
#[derive(Debug, Clone)]
pub struct Names<'p> {
    plan: &'p SegmentPlan,
    outer: BTreeMap<u64, String>,
}

impl<'p> Names<'p> {
    /// The names of a plan; binding 0 is the subject.
    pub fn new(plan: &'p SegmentPlan) -> Self {
        Self { plan, outer: BTreeMap::from([(0, "subject".to_owned())]) }
    }

    /// The same, inside rows bound as `binding`. How deep it lies is its name, so that rows at the same place of two plans are one.
    #[must_use]
    pub fn inside(&self, binding: u32) -> Self {
        let mut outer = self.outer.clone();
        let name = format!("row {}", outer.len());
        outer.insert(u64::from(binding), name);
        Self { plan: self.plan, outer }
    }

    /// A part of the plan by names.
    pub fn of(&self, part: &impl Serialize) -> Value {
        // Plans hold no maps with keys other than text and no floats, so every part has a JSON form.
        let raw = serde_json::to_value(part).unwrap_or_default();
        let mut bound = self.outer.clone();
        bind(&raw, &mut bound);
        self.named(raw, &bound)
    }

    /// A table by what people call it and where it lies.
    pub fn table(&self, index: usize) -> Value {
        self.plan.tables.get(index).map_or(Value::Null, |table| json!([table.name, table.physical]))
    }

    /// A column of a table, and what its cells hold.
    pub fn column(&self, table: usize, column: usize) -> Value {
        let column = self.plan.tables.get(table).and_then(|table| table.columns.get(column));
        column.map_or(Value::Null, |column| json!([column.name, column.kind]))
    }

    /// A link: which column of which table leads where.
    pub fn link(&self, index: usize) -> Value {
        let link = self.plan.links.get(index);
        link.map_or(Value::Null, |link| {
            json!([link.name, self.table(link.from), self.column(link.from, link.by), self.table(link.to)])
        })
    }

    fn named(&self, value: Value, bound: &BTreeMap<u64, String>) -> Value {
        match value {
            Value::Array(parts) => parts.into_iter().map(|part| self.named(part, bound)).collect(),
            Value::Object(fields) => self.object(fields, bound),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
        }
    }

    fn object(&self, fields: Map<String, Value>, bound: &BTreeMap<u64, String>) -> Value {
        let home = fields.get("table").and_then(index);
        // What a referenced segment is called is for people.
        let refers = fields.contains_key("guard") && fields.contains_key("condition");
        let told = |key: &String| key != "scan" && !(refers && key == "segment");
        let named = fields.into_iter().filter(|(key, _)| told(key)).map(|(key, value)| {
            let value = match key.as_str() {
                "binding" | "of" if value.is_u64() => value.as_u64().and_then(|n| bound.get(&n)).cloned().into(),
                "table" | "entity" if value.is_u64() => index(&value).map_or(Value::Null, |table| self.table(table)),
                "column" if value.is_u64() => {
                    home.zip(index(&value)).map_or(Value::Null, |(table, column)| self.column(table, column))
                }
                "link" if value.is_u64() => index(&value).map_or(Value::Null, |link| self.link(link)),
                "hops" | "via" => {
                    links(&value).map_or(Value::Null, |links| links.map(|link| self.link(link)).collect())
                }
                _ => self.named(value, bound),
            };
            (key, value)
        });
        Value::Object(named.collect())
    }
}

/// Names the rows that are bound inside a part, in the order in which they stand there.
fn bind(value: &Value, bound: &mut BTreeMap<u64, String>) {
    match value {
        Value::Array(parts) => parts.iter().for_each(|part| bind(part, bound)),
        Value::Object(fields) => {
            if let Some(binding) = fields.get("binding").and_then(Value::as_u64).filter(|_| fields.contains_key("from"))
            {
                let name = format!("bound {}", bound.len());
                bound.entry(binding).or_insert(name);
            }
            fields.values().for_each(|field| bind(field, bound));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|n| usize::try_from(n).ok())
}

fn links(value: &Value) -> Option<impl Iterator<Item = usize>> {
    value.as_array().map(|links| links.iter().filter_map(index))
}

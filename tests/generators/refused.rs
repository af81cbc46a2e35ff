//! Programs that are *just* unacceptable: an accepted one with a single edit, and the code that it must be refused with.

use super::cases::Case;
use super::catalog::{Table, Whom};
use super::programs::Segment;
use crate::common::chance::Chance;

/// A case, one of its segments, and chance.
pub struct At<'c, 'x> {
    pub case: &'c Case,
    pub segment: &'c Segment,
    pub chance: &'x mut Chance,
}

/// An edit, and any of the codes that it must be refused with.
pub struct Mutation {
    pub name: &'static str,
    pub codes: &'static [&'static str],
    pub edit: fn(&mut At<'_, '_>) -> Option<String>,
}

/// Every edit.
pub const MUTATIONS: &[Mutation] = &[
    Mutation { name: "no consent clause", codes: &["CON-01"], edit: |at| at.without("  consent ") },
    Mutation { name: "no purpose", codes: &["PUR-04"], edit: |at| at.without("  purpose ") },
    Mutation { name: "no retention", codes: &["RET-03"], edit: |at| at.without("  retain ") },
    Mutation {
        name: "consent for another purpose",
        codes: &["CON-04"],
        edit: |at| at.edited(|text| text.replace("consent marketing.email", "consent marketing.ads")),
    },
    Mutation {
        name: "consent called needless",
        codes: &["CON-01", "CON-04"],
        edit: |at| {
            at.edited(|text| {
                text.replace("consent marketing.email", "consent not needed because \"they will like it\"")
            })
        },
    },
    Mutation {
        name: "consent or-ed",
        codes: &["CON-19"],
        edit: |at| at.edited(|text| text.replacen("where ", "where consent marketing.email or ", 1)),
    },
    Mutation {
        name: "consent negated",
        codes: &["CON-20"],
        edit: |at| at.edited(|text| text.replacen("where ", "where not consent marketing.email and ", 1)),
    },
    Mutation { name: "a window one day too long", codes: &["RET-01"], edit: |at| at.long(371) },
    Mutation {
        name: "a window one month too long",
        codes: &["RET-01"],
        edit: |at| {
            let (table, months) = at.table().map(|table| (table.name, table.months))?;
            at.wants(&format!("any {table} over last {} months", months - 1), "2 months")
        },
    },
    Mutation {
        name: "a membership as old as its data",
        codes: &["RET-02", "RET-01"],
        edit: |at| {
            let (table, months) = at.table().map(|table| (table.name, table.months))?;
            at.wants(&format!("any {table} over last 1 days"), &format!("{months} months"))
        },
    },
    Mutation {
        name: "events without a window",
        codes: &["RET-04"],
        edit: |at| {
            let table = at.table()?.name;
            at.wants(&format!("any {table}"), "30 days")
        },
    },
    Mutation {
        name: "a source closed to the purpose",
        codes: &["PUR-01"],
        edit: |at| {
            let (table, root) = (at.table()?, at.root());
            let others: Vec<&str> = table.roots.iter().copied().filter(|other| *other != root).collect();
            let to = if others.is_empty() { return None } else { others.join(", ") };
            let alone = at.alone(&format!("any {} over last 1 days", table.name), "30 days");
            let declared = at.case.catalog.declared();
            let from = format!("retain {} months\n  allowed {}   origin", table.months, table.roots.join(", "));
            let (before, after) = declared.split_at(declared.find(&format!("source {} of", table.name))?);
            Some(before.to_owned() + &after.replacen(&from, &from.replace(&table.roots.join(", "), &to), 1) + &alone)
        },
    },
    Mutation {
        name: "protection turned to selection",
        codes: &["PUR-09"],
        edit: |at| {
            let complaints = at.case.catalog.tables.iter().any(|table| table.name == "complaints");
            if !complaints || at.root() == "service" {
                None
            } else {
                at.wants("any complaints over last 1 days", "30 days")
            }
        },
    },
    Mutation {
        name: "a reference to itself",
        codes: &["COM-06"],
        edit: |at| {
            let name = at.segment.name.clone();
            at.wants(&format!("in segment {name}"), "30 days")
        },
    },
    Mutation {
        name: "a destination that nobody declared",
        codes: &["CHN-03"],
        edit: |at| {
            at.edited(|text| {
                text.replacen("where ", "for nowhere\n  where ", 1)
                    .replace("for mailer\n  ", "")
                    .replace("for ad_network\n  ", "")
            })
        },
    },
    Mutation {
        name: "a destination of another channel",
        codes: &["CON-05", "CHN-06"],
        edit: |at| {
            if at.segment.purpose != "marketing.ads" {
                return None;
            }
            at.edited(|text| text.replace("for ad_network\n  ", "").replacen("where ", "for mailer\n  where ", 1))
        },
    },
    Mutation {
        name: "an address in the clear",
        codes: &["IDN-01", "IDN-02"],
        edit: |at| {
            if at.segment.purpose != "marketing.ads" || !at.case.catalog.us {
                return None;
            }
            at.edited(|text| {
                text.replace("for ad_network\n  ", "").replacen("where ", "for ad_network   expose email\n  where ", 1)
            })
        },
    },
    Mutation {
        name: "refreshed less often than it lives",
        codes: &["RET-05"],
        edit: |at| {
            at.edited(|text| text.replace("retain 14 days\n  refresh daily", "retain 14 days\n  refresh monthly"))
        },
    },
    Mutation {
        name: "a special category without a word on it",
        codes: &["SEN-01", "CON-18"],
        edit: |at| {
            let field = at.case.catalog.person.iter().find(|field| !field.only_service)?.name.clone();
            let alone = at.alone(&format!("{field} is known"), "30 days");
            let declared = at.case.catalog.declared();
            let start = declared.find(&format!("  field {field} "))?;
            let (before, after) = declared.split_at(start);
            let line = after.lines().next()?;
            let label = line.split(" is ").nth(1)?.split(' ').next()?;
            (at.root() != "service").then(|| {
                before.to_owned() + &after.replacen(&format!(" is {label}"), " is health.condition", 1) + &alone
            })
        },
    },
    Mutation {
        name: "an unlabelled field",
        codes: &["GOV-07"],
        edit: |at| at.declared(" is technical.activity\n", "\n"),
    },
    Mutation {
        name: "consent without end",
        codes: &["CON-07"],
        edit: |at| {
            let valid = format!("valid {} months", at.case.catalog.valid?);
            if at.segment.purpose == "marketing.email" { at.declared(&valid, "") } else { None }
        },
    },
    Mutation {
        name: "consent that nobody can give",
        codes: &["CON-23", "CON-13"],
        edit: |at| {
            if at.segment.purpose != "marketing.ads" {
                return None;
            }
            let declared = at
                .case
                .catalog
                .declared()
                .replace("\"a\" = marketing.ads   \"m\" = marketing and narrower", "\"m\" = marketing");
            Some(declared + &at.segments())
        },
    },
    Mutation {
        name: "nobody's residence",
        codes: &["JUR-01"],
        edit: |at| at.declared(if at.case.catalog.always_eu { "residence always eu" } else { "residence country" }, ""),
    },
    Mutation {
        name: "an outside party without an opt-out",
        codes: &["CHN-02"],
        edit: |at| {
            let catalog = &at.case.catalog;
            // Where everybody lives elsewhere, nobody's silence is a yes.
            if at.segment.purpose != "marketing.ads" || !catalog.us || catalog.always_eu {
                return None;
            }
            let alone = at.alone("everyone", "30 days").replacen("  where ", "  for ad_network\n  where ", 1);
            Some(catalog.declared().replacen("sale opt out from ledger gpc", "", 1) + &alone)
        },
    },
    Mutation {
        name: "stored without an end",
        codes: &["RET-03"],
        edit: |at| at.declared("retain 36 months   origin", "origin"),
    },
    Mutation {
        name: "an interest that nobody weighed",
        codes: &["LEG-01"],
        edit: |at| {
            if at.segment.purpose == "analytics" { at.declared("assessment \"LIA-1\"", "") } else { None }
        },
    },
    Mutation {
        name: "members that are never removed",
        codes: &["CON-12"],
        edit: |at| at.declared("lag 1 hour   removes members", "lag 1 hour"),
    },
];

impl At<'_, '_> {
    fn root(&self) -> &'static str {
        self.segment.purpose.split('.').next().unwrap()
    }

    fn table(&mut self) -> Option<Table> {
        let tables = self.case.catalog.tables_for(self.segment.of, self.root());
        if tables.is_empty() { None } else { Some(self.chance.pick(&tables).clone()) }
    }

    fn segments(&self) -> String {
        self.case.segments.iter().map(Segment::print).collect()
    }

    /// The program with another text for the segment; nothing where it is the same text.
    fn edited(&self, edit: impl FnOnce(&str) -> String) -> Option<String> {
        let (old, all) = (self.segment.print(), self.case.text());
        let new = edit(&old);
        (new != old).then(|| all.replace(&old, &new))
    }

    fn without(&self, clause: &str) -> Option<String> {
        self.edited(|text| {
            text.lines().filter(|line| !line.starts_with(clause)).map(|line| format!("{line}\n")).collect()
        })
    }

    /// The program with another catalog.
    fn declared(&self, from: &str, to: &str) -> Option<String> {
        let declared = self.case.catalog.declared();
        declared.contains(from).then(|| declared.replacen(from, to, 1) + &self.segments())
    }

    /// The segment with another condition and retention, and nothing else in it.
    fn alone(&self, condition: &str, kept: &str) -> String {
        let entity = if self.segment.of == Whom::Account { "account" } else { "customer" };
        let (name, purpose) = (&self.segment.name, self.segment.purpose);
        let consent = match purpose {
            "marketing.email" | "marketing.ads" => format!("consent {purpose}"),
            _ => "consent not needed because \"a test\"".to_owned(),
        };
        format!(
            "segment {name} of {entity} {{\n  purpose {purpose}\n  {consent}\n  retain {kept}\n  refresh daily\n  where {condition}\n}}\n"
        )
    }

    fn wants(&self, condition: &str, kept: &str) -> Option<String> {
        Some(self.case.catalog.declared() + &self.alone(condition, kept))
    }

    /// A table kept for 400 days, a membership for 30, and a window of so many days.
    pub fn long(&mut self, days: u32) -> Option<String> {
        let table = self.table()?;
        let alone = self.alone(&format!("any {} over last {days} days", table.name), "30 days");
        let declared = self.case.catalog.declared();
        let (before, after) = declared.split_at(declared.find(&format!("source {} of", table.name))?);
        Some(
            before.to_owned()
                + &after.replacen(&format!("retain {} months", table.months), "retain 400 days", 1)
                + &alone,
        )
    }
}

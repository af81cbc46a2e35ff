//! What policies forbid: categories, combinations, origins, fields.

use super::super::tools::{chain, listed, origin, through, what};
use super::super::ways;
use super::Case;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldId, Origin, OriginKind};
use crate::privacy::taxonomy::is_under;
use crate::privacy::{Context as Standing, Read, Revealed};

impl<'a> Case<'a> {
    pub(super) fn forbid_category(&self, category: &str) -> Vec<Diagnostic> {
        let found = self.revealing(category).map(|(read, revealed)| {
            let read_name = what(self.cx.model, read);
            let verb = if revealed.inferred.is_some() { "implies" } else { "is" };
            let message = format!(
                "`{read_name}` {verb} `{}`, which policy `{}` forbids here",
                revealed.category, self.policy.name.value
            );
            (read, revealed, message)
        });
        distinct(found.map(|(read, revealed, message)| {
            let finding = self
                .finding(message)
                .at(read.entry, format!("reveals `{}`{}", revealed.category, through(self.cx.model, read)));
            let finding = origin(chain(self.cx.model, finding, read), revealed);
            let help = self.help("leave it out: a condition reveals what it reads, also under `not` and in a filter");
            ways::named(self.cx.model, self.segment, self.cited(finding).help(help), (read, revealed))
        }))
    }

    /// Readings that can only leave somebody out are no targeting: rows of which more can only exclude, and what is asked under `not` or
    /// `except`.
    pub(super) fn forbid_targeting(&self, category: &str) -> Vec<Diagnostic> {
        let found = self.revealing(category).filter(|(read, _)| read.context == Standing::Expose || !read.leaves_out());
        distinct(found.map(|(read, revealed)| {
            let read_name = what(self.cx.model, read);
            let verb = if revealed.inferred.is_some() { "implies" } else { "is" };
            let message = format!(
                "`{read_name}` {verb} `{}` and picks people, which policy `{}` forbids here",
                revealed.category, self.policy.name.value
            );
            let finding = self
                .finding(message)
                .at(read.entry, format!("picks by `{}`{}", revealed.category, through(self.cx.model, read)));
            let finding = origin(chain(self.cx.model, finding, read), revealed);
            let help = self.help("leave it out; to spare people by it is fine: `except …`");
            ways::named(self.cx.model, self.segment, self.cited(finding).help(help), (read, revealed))
        }))
    }

    pub(super) fn forbid_combining(&self, categories: &[String]) -> Option<Diagnostic> {
        let first = |category: &String| self.revealing(category).next();
        let mut parts: Vec<(&Read, &Revealed)> = categories.iter().map(first).collect::<Option<_>>()?;
        parts.sort_by_key(|(read, _)| read.entry);
        let (last, _) = *parts.last()?;
        let names = listed(categories.iter().map(String::as_str));
        let mut finding = self
            .finding(format!("{names} together single people out, which policy `{}` forbids", self.policy.name.value))
            .at(last.entry, "completes the combination");
        for (read, revealed) in &parts {
            if read.entry != last.entry {
                finding = finding.and(read.entry, format!("reads `{}`", revealed.category));
            }
            finding = chain(self.cx.model, finding, read);
        }
        Some(self.cited(finding).help(self.help("leave one of them out")))
    }

    pub(super) fn forbid_origin(&self, kind: OriginKind) -> Vec<Diagnostic> {
        let model = self.cx.model;
        let of_kind = self.facts.reads.iter().filter_map(|read| {
            let table = &model.tables[model.governing(read.table)];
            let declared = table.origin.as_ref().filter(|declared| kind_of(&declared.value) == kind)?;
            Some((read, table, declared))
        });
        distinct(of_kind.map(|(read, table, declared)| {
            let words = origin_words(&declared.value);
            let message =
                format!("`{}` is {words}, which policy `{}` forbids here", table.name.value, self.policy.name.value);
            let finding =
                self.finding(message).at(read.entry, format!("reads `{}`{}", what(model, read), through(model, read)));
            let finding = chain(model, finding, read).and(declared.span, "its origin");
            self.cited(finding).help(self.help("use data of another origin"))
        }))
    }

    pub(super) fn forbid_field(&self, field: FieldId) -> Vec<Diagnostic> {
        let model = self.cx.model;
        let looked_at = |read: &&Read| match read.context {
            Standing::Training => match read.field {
                Some(named) => named == field,
                None => read.table == model.fields[field].table,
            },
            Standing::Condition
            | Standing::Filter
            | Standing::Aggregate
            | Standing::Rows
            | Standing::Link
            | Standing::Expose
            | Standing::Cap => read.field == Some(field),
            Standing::Delivery => false,
        };
        distinct(self.facts.reads.iter().filter(looked_at).map(|read| {
            let whole = &model.fields[field];
            let name = format!("{}.{}", model.tables[whole.table].name.value, whole.name.value);
            let message = format!("policy `{}` forbids `{name}` here", self.policy.name.value);
            let finding = self.finding(message).at(read.entry, "read here");
            self.cited(chain(model, finding, read)).help(self.help("leave it out"))
        }))
    }

    /// Every reading that reveals a category or one under it, with what reveals it, in the order of the text.
    pub(super) fn revealing<'s>(&'s self, category: &'s str) -> impl Iterator<Item = (&'a Read, &'a Revealed)> + 's {
        self.facts.reads.iter().filter_map(move |read| {
            let under = |revealed: &&Revealed| is_under(self.cx.model, &revealed.category, category);
            read.reveals.iter().find(under).map(|revealed| (read, revealed))
        })
    }
}

/// One finding for each place in the segment.
pub(super) fn distinct(findings: impl Iterator<Item = Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        match kept.iter_mut().find(|known| overlap(known, &finding)) {
            Some(known) => finding.also.into_iter().for_each(|code| {
                if !known.also.contains(&code) && known.code != code {
                    known.also.push(code);
                }
            }),
            None => kept.push(finding),
        }
    }
    kept
}

/// Whether two findings of one demand are about one place: a source, say, and its field in the filter behind it.
fn overlap(a: &Diagnostic, b: &Diagnostic) -> bool {
    match (a.span(), b.span()) {
        (Some(a), Some(b)) => a.holds(b) || b.holds(a),
        (_, _) => false,
    }
}

fn kind_of(origin: &Origin) -> OriginKind {
    match origin {
        Origin::FirstParty => OriginKind::FirstParty,
        Origin::Volunteered => OriginKind::Volunteered,
        Origin::ThirdParty { .. } => OriginKind::ThirdParty,
    }
}

fn origin_words(origin: &Origin) -> String {
    match origin {
        Origin::FirstParty => "first party data".to_owned(),
        Origin::Volunteered => "volunteered data".to_owned(),
        Origin::ThirdParty { party, .. } => format!("data of `{party}`"),
    }
}

//! Rows in plain English: whose, when, which of them, and how many.
//!
//! The window stands before the filter, and a filter that joins something stands in brackets, so that no word can be taken for a part of
//! what it is no part of. A field of another row than the one that is spoken of says whose it is.

use super::*;

impl English<'_> {
    pub(super) fn count(&self, rows: &Rows, op: CompareOp, n: u64, word: CountWord) -> String {
        if word == CountWord::AllHave {
            return self.all_have(rows);
        }
        let what = self.rows(rows);
        let has = match &rows.anchored {
            Some(anchored) if anchored.open && !between(anchored) => "is followed by",
            Some(_) | None => "has",
        };
        let of = if rows.latest.is_some() { "" } else { "of " };
        let what = if rows.latest.is_some() { format!("of {what}") } else { what };
        match (word, n) {
            (CountWord::Any | CountWord::AllHave, _) | (CountWord::AtLeast, 1) => format!("{has} one or more {what}"),
            (CountWord::No | CountWord::Begins, _) => {
                let none = if rows.latest.is_some() { "none" } else { "no" };
                format!("{has} {none} {what}")
            }
            (CountWord::AtLeast, _) => format!("{has} at least {n} {what}"),
            (CountWord::AtMost, 1) => format!("{has} at most one {of}{what}"),
            (CountWord::AtMost, _) => format!("{has} at most {n} {what}"),
            (CountWord::Exactly, 1) if op == CompareOp::Equal => format!("{has} exactly one {of}{what}"),
            (CountWord::Exactly, _) if op == CompareOp::Equal => format!("{has} exactly {n} {what}"),
            (CountWord::Exactly, _) => format!("{has} a number {} {n} {of}{what}", op.sign()),
        }
    }

    /// `each of orders over the last 12 months, if there are any, …`: the last part of the filter is what is missing, negated.
    pub(super) fn all_have(&self, rows: &Rows) -> String {
        let (kept, lacking) = match rows.filter.as_deref().map(|filter| (&filter.kind, filter)) {
            Some((CondKind::And(parts), whole)) => match parts.as_slice() {
                [kept, lacking] => (Some(kept), lacking),
                _ => (None, whole),
            },
            Some((_, whole)) => (None, whole),
            None => return format!("has no {}", self.rows(rows)),
        };
        let plain = Rows { filter: kept.map(|kept| Box::new(kept.clone())), ..rows.clone() };
        let each = self.inside(rows, || {
            if let CondKind::Not(inner) = &lacking.kind { self.about_it(inner) } else { self.negated(lacking) }
        });
        format!("each of {}, if there are any, certainly meets ({each})", self.rows(&plain))
    }

    /// Rows with their window and filter: `orders over the last 12 months where status is "paid"`.
    pub(super) fn rows(&self, rows: &Rows) -> String {
        let filtered = |filter: &Cond| match self.inside(rows, || self.about_it(filter)) {
            said if is_one(filter) && !said.contains(" where ") => format!(" where {said}"),
            said => format!(" (where {said})"),
        };
        if let Some((_, asked)) = rows.begin_visits() {
            let asked = asked.iter().map(&filtered).collect::<String>();
            let over = rows.window.map(|w| format!(" {}", window(w.value))).unwrap_or_default();
            return format!("visits that begin in {}{over}{asked}", self.source(rows));
        }
        let kept = match &rows.latest {
            Some(latest) => latest.of.as_ref(),
            None => rows.filter.as_deref(),
        };
        let filter = kept.map(filtered).unwrap_or_default();
        let timed = rows.timed();
        let over = match &timed.anchored {
            Some(anchored) => self.anchored(anchored),
            None => timed.window.map(|w| window(w.value)).unwrap_or_default(),
        };
        let over = if over.is_empty() { over } else { format!(" {over}") };
        let Some(latest) = &rows.latest else { return format!("{}{over}{filter}", self.source(rows)) };
        let rest = rows.filter.as_deref().map(|rest| format!(", of which those{}", filtered(rest))).unwrap_or_default();
        format!("the latest {} {}{over}{filter}{rest}", latest.n, self.source(rows))
    }

    /// Rows inside a noun, where what follows them must not be taken for a part of their filter.
    pub(super) fn noun(&self, rows: &Rows) -> String {
        let said = self.rows(rows);
        match said.split_once(" where ") {
            Some((rows, filter)) if !said.contains("(where ") => format!("{rows} (where {filter})"),
            Some(_) | None => said,
        }
    }

    /// Speaks of what a row is asked.
    pub(super) fn inside<T>(&self, rows: &Rows, say: impl FnOnce() -> T) -> T {
        let before = self.within.borrow().len();
        let mut around = Some(rows);
        while let Some(rows) = around {
            let said = self.source(rows);
            self.within.borrow_mut().insert(before, (rows.binding, said));
            around = rows.each.as_deref();
        }
        let said = say();
        self.within.borrow_mut().truncate(before);
        said
    }

    /// A condition of a row: what has no subject gets one.
    pub(super) fn about_it(&self, cond: &Cond) -> String {
        let said = self.cond(cond);
        let bare = ["has ", "is followed ", "is on ", "is not on ", "is in the ", "belongs ", "certainly does "];
        let CondKind::And(parts) = &cond.kind else {
            return if bare.iter().any(|verb| said.starts_with(verb)) { format!("it {said}") } else { said };
        };
        let parts: Vec<String> = parts.iter().map(|part| self.about_it(part)).collect();
        let joins = |said: &str| [" and ", " or ", " where "].iter().any(|word| said.contains(word));
        let one = |said: &String| if joins(said) { format!("({said})") } else { said.clone() };
        parts.iter().map(one).collect::<Vec<_>>().join(" and ")
    }

    /// `over the first 14 days after signup_at`; `within 2 days`.
    pub(super) fn anchored(&self, anchored: &Anchored) -> String {
        let so_far = if anchored.so_far { " so far" } else { "" };
        if !anchored.open {
            let long = anchored.ends.first().map(|(_, length)| *length).unwrap_or_default();
            return format!("over the first {long} after {}{so_far}", self.expr(&anchored.start));
        }
        if between(anchored) {
            return "in between".to_owned();
        }
        let innermost = self.within.borrow().last().map(|(binding, _)| *binding);
        let end = |(from, length): &(Expr, Length)| {
            let ExprKind::Field(path) = &from.kind else { return format!("within {length}") };
            if Some(path.binding) == innermost {
                return format!("within {length}");
            }
            format!("within {length} of {}", self.that_row(path).unwrap_or_else(|| "the first".to_owned()))
        };
        let ends: Vec<String> = anchored.ends.iter().map(end).collect();
        format!("{}{so_far}", ends.join(" and ")).trim().to_owned()
    }

    pub(super) fn source(&self, rows: &Rows) -> String {
        let table = |id: TableId| self.model.tables[id].name.value.clone();
        let members = |id: LinkId| {
            let link = &self.model.links[id];
            link.reverse.as_ref().map_or_else(|| table(link.from), |name| name.value.clone())
        };
        let whose = |via: &[LinkId]| {
            let hops = via.iter().rev().map(|link| format!(" of the {}", self.model.links[*link].name.value));
            hops.collect::<String>()
        };
        match &rows.from {
            RowsFrom::Subject { table: id, via, .. } => format!("{}{}{}", table(*id), self.along(*id), whose(via)),
            RowsFrom::Nested { table: id, .. } => match &rows.each {
                Some(each) => format!("{} of {}", table(*id), self.noun(&bare(each))),
                None => table(*id),
            },
            RowsFrom::Related { link, via, .. } => format!("{}{}", members(*link), whose(via)),
            RowsFrom::RelatedRows { link, via, table: id, .. } => {
                format!("{}{} of {}{}", table(*id), self.along(*id), members(*link), whose(via))
            }
            RowsFrom::Error => "…".to_owned(),
        }
    }

    /// How rows of ids are told from those of people.
    pub(super) fn along(&self, table: TableId) -> String {
        let identity = self.model.tables[table].along.map(|identity| &self.model.identities[identity].name.value);
        identity.map_or_else(String::new, |name| format!(" (of each {name} of theirs alone)"))
    }
}

/// Rows without their window, which is said once, of those that they hold.
fn bare(rows: &Rows) -> Rows {
    let mut bare = rows.clone();
    let timed = bare.timed_mut();
    (timed.window, timed.anchored) = (None, None);
    bare
}

/// Whether rows lie between two steps of a sequence.
fn between(anchored: &Anchored) -> bool {
    matches!(anchored.ends.as_slice(), [(_, none)] if *none == Length::default())
}

/// Whether a filter is one comparison, after which nothing can be taken for a part of it.
fn is_one(cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::Compare { .. }
        | CondKind::OneOf { .. }
        | CondKind::Has { .. }
        | CondKind::Between { .. }
        | CondKind::Within { .. }
        | CondKind::Around { .. }
        | CondKind::Text { .. }
        | CondKind::Truth(_)
        | CondKind::Missing(_)
        | CondKind::InList { .. } => true,
        CondKind::Everyone
        | CondKind::Sample(_)
        | CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::Not(_)
        | CondKind::Count { .. }
        | CondKind::AtLeastOf { .. }
        | CondKind::InSegment { .. }
        | CondKind::Defined { .. }
        | CondKind::Error => false,
    }
}

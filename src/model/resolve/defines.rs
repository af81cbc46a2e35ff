//! Definitions: named measures, conditions and sets of rows. Each is typed once, where it is written, and inlined where it is used.
//!
//! They are resolved from the bottom up as far as names tell, so that a long chain of them is no deep recursion; a circle is an error
//! that prints the circle.

use std::collections::BTreeMap;

use crate::diagnostic::Code;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

use super::typing::{Typer, measure};
use super::*;

/// How many definitions may be underway at once; deeper nesting than this only arises where names mislead or run in a circle.
const MOST_UNDERWAY: usize = 48;

impl<'a> Resolver<'a> {
    pub(super) fn defines(&mut self) {
        self.segment_entities();
        for (id, it) in self.declared.defines.clone() {
            let of = self.entity(&it.of);
            self.model.defines[id].of = of;
            if let Some(of) = of {
                self.add_member(of, &it.name, Some(Member::Define(id)));
            }
        }
        for (id, span) in self.bottom_up() {
            self.define_resolved(id, span);
        }
    }

    /// Every definition, after those that it names.
    fn bottom_up(&self) -> Vec<(DefineId, Span)> {
        let named: BTreeMap<(Option<TableId>, &str), usize> = self
            .declared
            .defines
            .iter()
            .enumerate()
            .map(|(i, (id, it))| ((self.model.defines[*id].of, it.name.value.as_str()), i))
            .collect();
        let needs: Vec<Vec<usize>> = self
            .declared
            .defines
            .iter()
            .map(|(id, it)| {
                let of = self.model.defines[*id].of;
                names_in(&it.body).iter().filter_map(|name| named.get(&(of, *name)).copied()).collect()
            })
            .collect();
        let order = after_needs(&needs);
        order.into_iter().filter_map(|i| self.declared.defines.get(i)).map(|(id, it)| (*id, it.name.span)).collect()
    }

    /// Types a definition where that has not been done; `false` where it is underway, which is a circle.
    pub(super) fn define_resolved(&mut self, id: DefineId, used: Span) -> bool {
        match self.progress.get(id.index()) {
            Some(Progress::Done { .. }) => true,
            Some(Progress::Underway) => {
                self.circle(id, used);
                false
            }
            Some(Progress::Untouched) if self.underway.len() < MOST_UNDERWAY => {
                self.type_define(id);
                true
            }
            Some(Progress::Untouched) => {
                let finding = Diagnostic::error(codes::TOO_LARGE, "definitions build on each other too deeply")
                    .at(used, "too deep");
                self.report(finding.help(format!("at most {MOST_UNDERWAY} levels can be followed")));
                false
            }
            None => false,
        }
    }

    fn type_define(&mut self, id: DefineId) {
        let Some(it) = self.declared.defines.get(id.index()).map(|(_, it)| *it) else { return };
        self.set_progress(id, Progress::Underway);
        self.underway.push(id);
        if let Some(of) = self.model.defines[id].of {
            let body = Typer::new(self, of).definition(&it.body);
            self.model.defines[id].body = body;
        }
        self.underway.pop();
        let (size, height) = measure(&self.model.defines[id].body);
        self.set_progress(id, Progress::Done { size, height });
    }

    fn set_progress(&mut self, id: DefineId, progress: Progress) {
        if let Some(slot) = self.progress.get_mut(id.index()) {
            *slot = progress;
        }
    }

    fn circle(&mut self, id: DefineId, used: Span) {
        let from = self.underway.iter().position(|underway| *underway == id).unwrap_or(0);
        let round: Vec<DefineId> = self.underway.iter().skip(from).copied().chain([id]).collect();
        let names: Vec<&str> = round.iter().map(|id| self.model.defines[*id].name.value.as_str()).collect();
        let finding =
            Diagnostic::error(codes::CIRCLE, format!("definitions run in a circle: `{}`", names.join("` → `")))
                .at(used, "back to where it began")
                .help("let one of them say what it means without the others")
                .also(Code("COM-06"));
        let finding = round.iter().take(round.len().saturating_sub(1)).fold(finding, |finding, id| {
            let name = &self.model.defines[*id].name;
            finding.and(name.span, format!("`{}` is defined here", name.value))
        });
        self.report(finding);
    }
}

impl Typer<'_, '_> {
    /// What a definition stands for.
    pub(super) fn definition(mut self, body: &ast::DefineBody) -> DefineBody {
        match body {
            ast::DefineBody::Rows(rows) => {
                self.row_definition(&rows.what, rows.filter.as_ref(), rows.window.as_ref(), rows.span)
            }
            ast::DefineBody::Expr(ast::Expr { kind: Ast::Path(path), span, .. }) => match self.names_rows(path) {
                true => self.row_definition(path, None, None, *span),
                false => self.named_definition(path),
            },
            ast::DefineBody::Expr(it) if is_condition(&it.kind) => {
                let cond = self.cond(it);
                if matches!(cond.kind, CondKind::Error) { DefineBody::Error } else { DefineBody::Condition(cond) }
            }
            ast::DefineBody::Expr(it) => {
                let value = self.value(it);
                if value.ty == Type::Error { DefineBody::Error } else { DefineBody::Value(value) }
            }
        }
    }
}

/// Whether an expression is a condition by its form.
fn is_condition(kind: &Ast) -> bool {
    match kind {
        Ast::Rank(rank) => matches!(rank.form, ast::RankForm::Top(_) | ast::RankForm::Bottom(_)),
        Ast::Everyone
        | Ast::Sample(_)
        | Ast::Not(_)
        | Ast::And(_)
        | Ast::Or(_)
        | Ast::Compare { .. }
        | Ast::Between { .. }
        | Ast::In { .. }
        | Ast::InWeekdays { .. }
        | Ast::Within { .. }
        | Ast::Around(_)
        | Ast::TextTest { .. }
        | Ast::Has { .. }
        | Ast::Presence { .. }
        | Ast::Events(_)
        | Ast::Counting(_)
        | Ast::InSegment { .. }
        | Ast::InList { .. } => true,
        Ast::Path(_)
        | Ast::Literal(_)
        | Ast::Ago(_)
        | Ast::Part(_)
        | Ast::Sum { .. }
        | Ast::Product { .. }
        | Ast::Aggregate(_)
        | Ast::DaysSince(_)
        | Ast::Extreme(_)
        | Ast::Unsupported(_)
        | Ast::Error => false,
    }
}

/// Indices in an order in which each comes after those that it needs; what runs in a circle comes last, in its own order.
pub(super) fn after_needs(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (index, list) in needs.iter().enumerate() {
        list.iter().for_each(|need| needed_by.get_mut(*need).into_iter().for_each(|by| by.push(index)));
    }
    let mut order: Vec<usize> =
        open.iter().enumerate().filter(|(_, open)| **open == 0).map(|(index, _)| index).collect();
    let mut next = 0;
    while let Some(done) = order.get(next).copied() {
        next += 1;
        for by in needed_by.get(done).into_iter().flatten() {
            if let Some(open) = open.get_mut(*by) {
                *open -= 1;
                if *open == 0 {
                    order.push(*by);
                }
            }
        }
    }
    let placed: std::collections::BTreeSet<usize> = order.iter().copied().collect();
    order.extend((0..needs.len()).filter(|index| !placed.contains(index)));
    order
}

/// The first names of every path in a definition: more than it needs, never less.
fn names_in(body: &ast::DefineBody) -> Vec<&str> {
    let mut out = Vec::new();
    match body {
        ast::DefineBody::Expr(it) => expr_names(it, &mut out),
        ast::DefineBody::Rows(rows) => rows_names(rows, &mut out),
    }
    out
}

fn rows_names<'e>(rows: &'e ast::Rows, out: &mut Vec<&'e str>) {
    path_names(&rows.what, out);
    if let Some(ast::WindowKind::Anchored { after, .. }) = rows.window.as_ref().map(|window| &window.kind) {
        path_names(after, out);
    }
    rows.filter.iter().for_each(|filter| expr_names(&filter.condition, out));
}

fn path_names<'e>(path: &'e ast::Path, out: &mut Vec<&'e str>) {
    out.extend(path.segments.iter().take(2).map(|name| name.value.as_str()));
}

fn expr_names<'e>(it: &'e ast::Expr, out: &mut Vec<&'e str>) {
    match &it.kind {
        Ast::Path(path) => path_names(path, out),
        Ast::Not(inner) | Ast::DaysSince(inner) => expr_names(inner, out),
        Ast::Extreme(extreme) => extreme.of.iter().for_each(|value| expr_names(value, out)),
        Ast::And(parts) | Ast::Or(parts) => parts.iter().for_each(|part| expr_names(part, out)),
        Ast::Compare { left, right, .. } => [left, right].into_iter().for_each(|part| expr_names(part, out)),
        Ast::Between { value, low, high } => [value, low, high].into_iter().for_each(|part| expr_names(part, out)),
        Ast::Part(part) => {
            expr_names(&part.of, out);
            if let Some(ast::InZone::Field(path)) = part.zone.as_ref().map(|zone| &zone.value) {
                path_names(path, out);
            }
        }
        Ast::Around(around) => {
            expr_names(&around.place, out);
            if let ast::Centre::Path(path) = &around.of {
                path_names(path, out);
            }
        }
        Ast::InWeekdays { value, .. }
        | Ast::Within { value, .. }
        | Ast::In { value, .. }
        | Ast::TextTest { value, .. }
        | Ast::Has { value, .. }
        | Ast::Presence { value, .. } => expr_names(value, out),
        Ast::Sum { first, rest } | Ast::Product { first, rest } => {
            expr_names(first, out);
            rest.iter().for_each(|(_, part)| expr_names(part, out));
        }
        Ast::Events(events) => rows_names(&events.rows, out),
        Ast::Counting(counting) => counting_names(counting, out),
        Ast::Aggregate(aggregate) => {
            expr_names(&aggregate.value, out);
            if let Some(ast::WindowKind::Anchored { after, .. }) = aggregate.window.as_ref().map(|window| &window.kind)
            {
                path_names(after, out);
            }
            aggregate.filter.iter().for_each(|filter| expr_names(&filter.condition, out));
        }
        Ast::Rank(rank) => {
            expr_names(&rank.by, out);
            rank.among.iter().for_each(|among| expr_names(among, out));
        }
        Ast::Everyone
        | Ast::Sample(_)
        | Ast::Literal(_)
        | Ast::Ago(_)
        | Ast::InSegment { .. }
        | Ast::InList { .. }
        | Ast::Unsupported(_)
        | Ast::Error => {}
    }
}

fn counting_names<'e>(it: &'e ast::Counting, out: &mut Vec<&'e str>) {
    match it {
        ast::Counting::Of { of, .. } => of.iter().for_each(|part| expr_names(part, out)),
        ast::Counting::AllHave { rows, have } => {
            rows_names(rows, out);
            expr_names(have, out);
        }
        ast::Counting::Regular(regular) => rows_names(&regular.rows, out),
        ast::Counting::Sequence(it) => {
            let later = it.later.iter().flat_map(|later| std::iter::once(&later.step).chain(&later.without));
            std::iter::once(&it.first).chain(later).for_each(|step| {
                path_names(&step.what, out);
                step.filter.iter().for_each(|filter| expr_names(&filter.condition, out));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::after_needs;

    #[test]
    fn what_is_needed_comes_first_and_circles_come_last() {
        assert_eq!(after_needs(&[vec![1], vec![2], vec![]]), [2, 1, 0]);
        assert_eq!(after_needs(&[vec![1], vec![0], vec![]]), [2, 0, 1]);
        assert_eq!(after_needs(&[vec![1, 1], vec![]]), [1, 0]);
    }
}

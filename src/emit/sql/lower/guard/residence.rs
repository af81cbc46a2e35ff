//! What is asked where somebody lives: of what age they must be, and which opt-outs count.

use std::collections::BTreeMap;

use super::{Around, Lower, about, ledger_label};
use crate::emit::sql::lower::clock::DayOf;
use crate::emit::sql::lower::scope::Scope;
use crate::emit::sql::lower::tables::plain_instant;
use crate::emit::sql::tree::{Expr, Func, Op, Test, and, binary, call, is, one_of, or};
use crate::model::{Date, SubjectKind};
use crate::plan::{Asks, ColumnKind, Residence};

impl<'p> Lower<'p> {
    pub(super) fn adults(&mut self, around: &Around<'p>, scope: &mut Scope) -> Option<Expr> {
        let guard = around.guard;
        if guard.kind != SubjectKind::Person || !guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice()) {
            return None;
        }
        let birth = guard.birth.as_ref().map(|path| (self.cell(scope, path).sql, self.kind(path.table, path.column)));
        let mut years: Vec<u32> = guard.residence.rules.iter().filter_map(|rule| rule.asks.adult_at).collect();
        years.extend(guard.residence.strictest.adult_at);
        let mut old_enough = BTreeMap::new();
        for age in years {
            let by = self.clock.day(DayOf::YearsAgo(age));
            let holds = match &birth {
                None => Expr::Truth(false),
                Some((cell, kind)) => {
                    let day =
                        if *kind == ColumnKind::Date { cell.clone() } else { self.clock.day_of(plain_instant(cell)) };
                    let real = Date::new(1, 1, 1).map_or(Expr::Null, Expr::Day);
                    and(vec![binary(Op::GreaterOrEqual, day.clone(), real), binary(Op::LessOrEqual, day, by)])
                }
            };
            old_enough.insert(age, holds);
        }
        let holds = self.by_jurisdiction(&guard.residence, scope, |asks| {
            asks.adult_at.and_then(|age| old_enough.get(&age).cloned()).unwrap_or(Expr::Truth(true))
        });
        (holds != Expr::Truth(true)).then_some(holds)
    }

    pub(super) fn opt_outs(&mut self, around: &Around<'p>, scope: &mut Scope) -> Vec<Expr> {
        let guard = around.guard;
        if !guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice()) {
            return Vec::new();
        }
        let mut asked: Vec<usize> = guard.residence.rules.iter().flat_map(|rule| rule.asks.opt_outs.clone()).collect();
        asked.extend(&guard.residence.strictest.opt_outs);
        asked.sort_unstable();
        asked.dedup();
        let mut out = Vec::new();
        for index in asked {
            let Some(ledger) = guard.ledgers.get(index) else {
                out.push(self.bug("an opt-out of a ledger that is not there"));
                continue;
            };
            let made = self.ledger(ledger, &self.subject_kind(guard, ledger));
            let mut parts = Vec::new();
            for said in self.denials(ledger, &made, None) {
                parts.extend(self.spread(around, ledger, &said));
            }
            let comment = format!("Whoever opted out in ledger {}.", ledger.name);
            let label = ledger_label(guard, index);
            let Some(name) = self.people_cte(&format!("opted_out_{label}{}", around.suffix), &comment, parts) else {
                continue;
            };
            let clean = Expr::NotExists(about(&name, &around.spelt_key()));
            let free =
                self.by_jurisdiction(&guard.residence, scope, |asks| Expr::Truth(!asks.opt_outs.contains(&index)));
            out.push(or(vec![free, clean]));
        }
        out
    }

    /// What holds where a person lives; the strictest where that is not known. Never NULL where the arms are not.
    pub(super) fn by_jurisdiction(
        &mut self,
        residence: &Residence,
        scope: &mut Scope,
        ask: impl Fn(&Asks) -> Expr,
    ) -> Expr {
        let strictest = ask(&residence.strictest);
        let Some(path) = &residence.path else {
            let only = residence.rules.first().map(|rule| ask(&rule.asks));
            return only.unwrap_or(strictest);
        };
        let rules: Vec<(&Vec<String>, Expr)> =
            residence.rules.iter().map(|rule| (&rule.countries, ask(&rule.asks))).collect();
        if rules.iter().all(|(_, holds)| *holds == strictest) {
            return strictest;
        }
        let country = call(Func::ByCodePoint, vec![self.cell(scope, path).sql]);
        let differing = rules.iter().filter(|(countries, holds)| *holds != strictest && !countries.is_empty());
        if strictest == Expr::Truth(false) && rules.iter().all(|(_, holds)| matches!(holds, Expr::Truth(_))) {
            let all: Vec<String> = differing.flat_map(|(countries, _)| (*countries).clone()).collect();
            return is(one_of(country, &all), Test::True);
        }
        let arms: Vec<(Expr, Expr)> =
            differing.map(|(countries, holds)| (one_of(country.clone(), countries), holds.clone())).collect();
        if arms.is_empty() { strictest } else { Expr::Case(arms, Some(Box::new(strictest))) }
    }
}

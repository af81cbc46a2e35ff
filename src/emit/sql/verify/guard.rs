//! The guard: evidence of every leave that is asked, nothing against it, conjunct by conjunct and ledger by ledger.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::Clock;
use super::cuts::{Kind, is_control, key_of, pair, uncast};
use super::declared::spelt;
use super::listed::Reader;
use super::said::{can_deny, can_grant, codes_where, listed, refuses, says, states_where};
use super::tree::{Cte, Expr, Join, Query, Select, Source, Test};
use crate::model::{Basis, ConsentState, Length, SubjectKind};
use crate::plan::{ColumnKind, Guard, KeyedBy, Ledger, LedgerRows, PurposeGuard, SegmentPlan};

/// What checks share.
pub struct Around<'q> {
    /// The plan.
    pub plan: &'q SegmentPlan,
    /// The query.
    pub query: &'q Query,
    /// The clock.
    pub clock: &'q Clock<'q>,
    /// What reads tables.
    pub kinds: &'q BTreeMap<String, Kind>,
    /// The dialect.
    pub reader: &'q Reader,
}

impl<'q> Around<'q> {
    /// A named query.
    pub fn cte(&self, name: &str) -> Option<&'q Cte> {
        self.query.ctes.iter().find(|cte| cte.name == name)
    }

    fn selects(&self, name: &str) -> &'q [Select] {
        self.cte(name).map_or(&[], |cte| cte.body.0.as_slice())
    }

    /// Proves that a named query is this guard.
    pub fn is_guard(&self, cte: &Cte, guard: &Guard, root: bool) -> Result<(), String> {
        let select = cte.body.only().ok_or("it is several queries")?;
        let people = select.sources.first().ok_or("it reads nobody")?;
        let is_people = people.name().and_then(|name| self.kinds.get(name)) == Some(&Kind::Data(guard.entity));
        let [item] = select.items.as_slice() else { return Err("it gives more than a key".to_owned()) };
        if !is_people || !matches!(&item.expr, Expr::Column(of, _) if *of == people.alias) {
            return Err("it does not begin with the people in scope".to_owned());
        }
        if guard.suspended.is_some() && !select.filter.contains(&Expr::Truth(false)) {
            return Err("a suspended purpose lets somebody pass".to_owned());
        }
        if !root {
            self.own_controls(select, guard)?;
        }
        for path in &guard.control {
            let column = self.plan.tables.get(path.table).and_then(|table| table.columns.get(path.column));
            let there = |expr: &Expr| matches!(expr, Expr::Is(of, Test::NotNull) if matches!(**of, Expr::Column(..)));
            if column.is_some() && !select.filter.iter().any(there) {
                return Err("a missing address passes".to_owned());
            }
        }
        self.frozen(select, guard)?;
        for (index, purpose) in guard.purposes.iter().enumerate() {
            self.purpose(select, guard, index, purpose)
                .map_err(|fault| format!("for purpose `{}`, {fault}", purpose.purpose))?;
        }
        self.adults(select, guard)?;
        self.opt_outs(select, guard)
    }

    /// Queries about somebody by whom a conjunct keeps people in (or out): `[NOT] EXISTS (SELECT 1 FROM x AS n WHERE n.person = p.key)`.
    /// Denials tell keys that are texts by their one spelling, grants by the very key.
    fn about<'e>(&self, expr: &'e Expr, negated: bool, select: &Select, guard: &Guard) -> Option<&'e str> {
        let Expr::Exists(body, not) = expr else { return None };
        let inner = body.only().filter(|_| *not == negated)?;
        let ([source], [on]) = (inner.sources.as_slice(), inner.filter.as_slice()) else { return None };
        let (left, right) = pair(on, "=")?;
        let key = select.items.first().map(|item| &item.expr);
        let own = |expr: &Expr| matches!(expr, Expr::Column(of, _) if *of == source.alias);
        let is_key =
            |expr: &Expr| if negated && self.has_texts(guard) { spelt(expr) == key } else { Some(expr) == key };
        (own(left) && is_key(right) || own(right) && is_key(left)).then(|| source.name()).flatten()
    }

    /// Whether the keys of a guard's entity are texts.
    fn has_texts(&self, guard: &Guard) -> bool {
        let entity = self.plan.tables.get(guard.entity);
        let key = entity.and_then(|of| of.columns.iter().find(|column| Some(&column.name) == key_of(of)));
        key.is_none_or(|key| key.kind == ColumnKind::Text)
    }

    /// Whether a part finds whom a ledger speaks of by the one spelling of its subject, where that is a text.
    fn is_spelt(&self, part: &Select, guard: &Guard, ledger: &Ledger) -> bool {
        if ledger.keyed_by == KeyedBy::Entity && !self.has_texts(guard) {
            return true;
        }
        let kind = Kind::Ledger(ledger.physical.clone(), ledger.subject.clone());
        part.sources.iter().filter(|source| source.name().and_then(|name| self.kinds.get(name)) == Some(&kind)).all(
            |source| {
                let columns: Vec<&String> = source
                    .name()
                    .and_then(|name| self.cte(name))
                    .and_then(|cte| cte.body.only())
                    .map(|select| select.items.iter().filter(|item| spelt(&item.expr).is_some_and(|of| subject(of, ledger))))
                    .into_iter()
                    .flatten()
                    .map(|item| &item.name)
                    .collect();
                let finds = |expr: &Expr| {
                    matches!(expr, Expr::Column(of, name) if *of == source.alias && columns.contains(&name))
                };
                let joined = part.sources.iter().filter_map(|other| match &other.join {
                    Join::Inner(on) => Some(on),
                    Join::First | Join::Left(_) | Join::Cross => None,
                });
                let by = |on: &Vec<Expr>| on.iter().any(|expr| pair(expr, "=").is_some_and(|(a, b)| finds(a) || finds(b)));
                part.items.first().is_some_and(|item| finds(&item.expr)) || joined.into_iter().any(by)
            },
        )
    }

    fn frozen(&self, select: &Select, guard: &Guard) -> Result<(), String> {
        for ledger in guard.ledgers.iter().filter(|ledger| !ledger.only_opt_out) {
            let LedgerRows::Events { states, .. } = &ledger.rows else { continue };
            let erased = states_where(states, |state| state == ConsentState::Erased);
            let restricted = states_where(states, |state| state == ConsentState::Restricted);
            let nothing = erased.is_empty() && restricted.is_empty();
            let wanted = [erased, restricted];
            let says = |name: &str, list: &Vec<String>| {
                let asked = |filter: &[Expr]| filter.iter().any(|expr| listed(expr).as_ref() == Some(list));
                self.says_of(name, guard, ledger, &asked)
            };
            let kept_out = |expr: &Expr| {
                let frozen = self.about(expr, true, select, guard);
                frozen.is_some_and(|name| wanted.iter().filter(|list| !list.is_empty()).all(|list| says(name, list)))
            };
            if !nothing && !select.filter.iter().any(kept_out) {
                return Err(format!("people restricted or erased in ledger `{}` are not kept out", ledger.name));
            }
        }
        Ok(())
    }

    /// Whether a named query has a part that reads a ledger and asks for what `asked` looks for in its conjuncts.
    fn says_of(&self, name: &str, guard: &Guard, ledger: &Ledger, asked: &dyn Fn(&[Expr]) -> bool) -> bool {
        self.selects(name)
            .iter()
            .filter(|part| self.reads_ledger(part, ledger) && self.is_spelt(part, guard, ledger))
            .any(|part| self.reaches(part, guard, ledger) && asked(&part.filter))
    }

    /// Whether what a ledger says reaches everybody linked: by ids, by members, by shared addresses, and oneself.
    fn reaches(&self, part: &Select, guard: &Guard, ledger: &Ledger) -> bool {
        let joined =
            || part.sources.iter().filter(|source| matches!(source.join, Join::Inner(_))).filter_map(Source::name);
        match ledger.keyed_by {
            KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => {
                joined().any(|name| self.kinds.get(name) == Some(&Kind::Links))
            }
            KeyedBy::Entity | KeyedBy::Contact(_) => {
                let mut shared: Vec<_> = guard.shared.iter().collect();
                shared.dedup();
                let ways = guard.identities.len() + shared.len();
                let pairs =
                    |select: &Select| select.filter.len() == 2 && select.sources.len() == 2 || select.filter.is_empty();
                let all = |name: &str| {
                    let parts = self.selects(name);
                    let own = |select: &Select| {
                        let people =
                            select.sources.first().and_then(Source::name).and_then(|name| self.kinds.get(name));
                        people != Some(&Kind::Data(guard.entity))
                            || !self.has_texts(guard)
                            || select.items.iter().all(|item| spelt(&item.expr).is_some())
                    };
                    parts.len() > ways && parts.iter().all(pairs) && parts.iter().all(own)
                };
                ways == 0 || joined().any(all)
            }
        }
    }

    fn reads_ledger(&self, select: &Select, ledger: &Ledger) -> bool {
        let kind = Kind::Ledger(ledger.physical.clone(), ledger.subject.clone());
        let source = |source: &Source| source.name().and_then(|name| self.kinds.get(name)) == Some(&kind);
        select.sources.iter().any(|one| source(one) && !matches!(one.join, Join::Left(_)))
    }

    fn purpose(&self, select: &Select, guard: &Guard, index: usize, purpose: &PurposeGuard) -> Result<(), String> {
        match purpose.basis {
            Basis::Contract | Basis::LegalDuty => Ok(()),
            Basis::LegitimateInterest => {
                let kept_out = |name: &str| self.denied(name, guard, index).is_ok();
                let found = select.filter.iter().filter_map(|expr| self.about(expr, true, select, guard)).any(kept_out);
                let needed = guard.ledgers.iter().any(|ledger| can_deny(ledger, index));
                if found || !needed { Ok(()) } else { Err("people who object are not kept out".to_owned()) }
            }
            Basis::Consent => self.consent(select, guard, index),
        }
    }

    fn consent(&self, select: &Select, guard: &Guard, index: usize) -> Result<(), String> {
        let mut why = "nobody is asked for evidence of consent".to_owned();
        for expr in &select.filter {
            match self.consents(expr, select, guard, index) {
                Ok(()) => return Ok(()),
                Err(Some(fault)) => why = fault,
                Err(None) => {}
            }
        }
        Err(why)
    }

    /// Whether a conjunct is evidence of consent; else why not, if it was meant to be.
    fn consents(&self, expr: &Expr, select: &Select, guard: &Guard, index: usize) -> Result<(), Option<String>> {
        if *expr == Expr::Truth(false) {
            return Ok(());
        }
        if let Some(name) = self.about(expr, false, select, guard) {
            return self.consented(name, guard, index).map_err(Some);
        }
        let absence = guard.residence.rules.iter().any(|rule| rule.asks.absent_means_yes);
        let clean = |expr: &Expr| {
            self.about(expr, true, select, guard).is_some_and(|name| self.denied(name, guard, index).is_ok())
        };
        let residence = &guard.residence;
        let everywhere =
            residence.path.is_none() && residence.rules.first().is_some_and(|rule| rule.asks.absent_means_yes);
        match expr {
            Expr::Or(any) if absence => match any.as_slice() {
                // Where everybody lives under one law, and silence is a yes there.
                [yes, silent] if everywhere && clean(silent) => self.consents(yes, select, guard, index),
                [yes, Expr::And(all)] if all.iter().any(clean) => self.consents(yes, select, guard, index),
                _ => Err(Some("consent is one of several ways to pass".to_owned())),
            },
            // Where nobody can grant, those never asked may still pass.
            other if absence && clean(other) && !guard.ledgers.iter().any(|ledger| can_grant(ledger, index)) => Ok(()),
            _ => Err(None),
        }
    }

    /// Whether a named query holds whoever granted after every denial.
    fn consented(&self, name: &str, guard: &Guard, index: usize) -> Result<(), String> {
        let [select] = self.selects(name) else { return Err("consent is several queries".to_owned()) };
        let granted = select.sources.first().and_then(|source| source.name()).unwrap_or_default();
        for part in self.selects(granted) {
            let by = guard.ledgers.iter().any(|ledger| self.grants(part, ledger, guard, index));
            if !by {
                return Err("somebody passes who granted something else".to_owned());
            }
        }
        if self.selects(granted).is_empty() || select.sources.len() != 1 {
            return Err("evidence of consent is not a list of grants".to_owned());
        }
        if !guard.ledgers.iter().any(|ledger| can_deny(ledger, index)) {
            return Ok(());
        }
        let later = |expr: &Expr| {
            let Expr::Exists(body, true) = expr else { return false };
            let Some(inner) = body.only() else { return false };
            let ([source], compared) = (inner.sources.as_slice(), &inner.filter) else { return false };
            let texts = self.has_texts(guard);
            let told = |expr: &Expr| !texts || spelt(expr).is_some();
            let same = compared.iter().any(|expr| pair(expr, "=").is_some_and(|(a, b)| told(a) || told(b)));
            let after = compared.iter().any(|expr| pair(expr, ">=").is_some_and(|(a, _)| a.reads(&source.alias)));
            let denied = source.name().is_some_and(|name| self.denied(name, guard, index).is_ok());
            same && after && denied && compared.len() == 2
        };
        if select.filter.iter().any(later) { Ok(()) } else { Err("a later denial does not undo a grant".to_owned()) }
    }

    /// Whether a part holds grants of the purpose by a ledger of the subject's own keys.
    fn grants(&self, part: &Select, ledger: &Ledger, guard: &Guard, index: usize) -> bool {
        let own = matches!(ledger.keyed_by, KeyedBy::Entity | KeyedBy::Contact(_));
        if !own || ledger.only_opt_out || !self.reads_ledger(part, ledger) {
            return false;
        }
        match &ledger.rows {
            LedgerRows::States { columns } => {
                self.in_time(part, ledger, guard, index)
                    && columns.iter().any(|column| says(column, |says| says.grants.contains(&index)))
            }
            LedgerRows::Events { codes, states, .. } => {
                let lists = part.filter.iter().filter_map(listed).collect::<Vec<Vec<String>>>();
                let codes = codes_where(codes, |code| code.grants.contains(&index));
                let granted = states_where(states, |state| state == ConsentState::Granted);
                let now = |expr: &Expr| pair(expr, "<=").is_some_and(|(_, b)| self.clock.is_now(b));
                let known = part.filter.iter().any(now) && self.in_time(part, ledger, guard, index);
                lists.contains(&codes) && lists.contains(&granted) && known
            }
        }
    }

    /// Grants are no older than purpose and ledger allow, and of a notice that is recent enough.
    fn in_time(&self, part: &Select, ledger: &Ledger, guard: &Guard, index: usize) -> bool {
        let Some(purpose) = guard.purposes.get(index) else { return false };
        let lengths = purpose.valid.iter().chain(&ledger.retention);
        let since = |length: &Length| {
            part.filter.iter().any(|expr| pair(expr, ">=").is_some_and(|(_, b)| self.clock.is_back(b, *length)))
        };
        let first = |notice: &String| if notice.len() == 7 { format!("{notice}-01") } else { notice.clone() };
        let recent = |notice: &String| {
            part.filter.iter().any(|expr| match expr {
                Expr::In(..) => listed(expr).is_some_and(|newer| newer.contains(notice)),
                other => pair(other, ">=").is_some_and(|(_, b)| *b == Expr::Text(first(notice))),
            })
        };
        lengths.copied().all(|length| since(&length)) && purpose.notice.iter().all(recent)
    }

    /// Whether a named query holds everybody who denies the purpose, by every ledger that can.
    fn denied(&self, name: &str, guard: &Guard, index: usize) -> Result<(), String> {
        for ledger in guard.ledgers.iter().filter(|ledger| can_deny(ledger, index)) {
            if !self.says_of(name, guard, ledger, &|filter| refuses(filter, ledger, Some(index))) {
                return Err(format!("denials in ledger `{}` are not read", ledger.name));
            }
        }
        Ok(())
    }

    fn adults(&self, select: &Select, guard: &Guard) -> Result<(), String> {
        let asked = guard.purposes.iter().any(asks);
        let Some(age) = guard.residence.strictest.adult_at.filter(|_| asked && guard.kind == SubjectKind::Person)
        else {
            return Ok(());
        };
        let old_enough = |expr: &Expr| {
            let mut found = *expr == Expr::Truth(false);
            expr.walk(&mut |inner| {
                let border = pair(inner, "<=").map(|(_, border)| border);
                found |= border.is_some_and(|border| self.clock.is_years_ago(border, age));
                found |= guard.birth.is_none() && *inner == Expr::Truth(false);
            });
            found
        };
        if select.filter.iter().any(old_enough) { Ok(()) } else { Err("minors pass".to_owned()) }
    }

    fn opt_outs(&self, select: &Select, guard: &Guard) -> Result<(), String> {
        if !guard.purposes.iter().any(asks) {
            return Ok(());
        }
        for ledger in guard.residence.strictest.opt_outs.iter().filter_map(|index| guard.ledgers.get(*index)) {
            let kept_out = |expr: &Expr| {
                let mut found = false;
                expr.walk(&mut |inner| {
                    let asked = |filter: &[Expr]| refuses(filter, ledger, None);
                    found |= self
                        .about(inner, true, select, guard)
                        .is_some_and(|name| self.says_of(name, guard, ledger, &asked));
                });
                found
            };
            let speaks = match &ledger.rows {
                LedgerRows::Events { .. } => true,
                LedgerRows::States { columns } => columns.iter().any(|column| says(column, |says| says.refuses)),
            };
            if speaks && !select.filter.iter().any(kept_out) {
                return Err(format!("opt-outs in ledger `{}` are not heeded", ledger.name));
            }
        }
        Ok(())
    }

    /// Another guard carries its control checks itself.
    fn own_controls(&self, select: &Select, guard: &Guard) -> Result<(), String> {
        let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for expr in &select.filter {
            let Expr::Scalar(body) = expr else { continue };
            let Some(inner) = body.only().filter(|inner| inner.filter.is_empty()) else { continue };
            if let ([item], [source]) = (inner.items.as_slice(), inner.sources.as_slice())
                && let (Expr::Column(_, column), Some(name)) = (&item.expr, source.name())
            {
                used.entry(name).or_default().insert(column);
            }
        }
        let whole = |(name, columns): (&&str, &BTreeSet<&str>)| {
            let cte = self.cte(name).filter(|cte| is_control(cte, self.clock))?;
            let all = cte.body.only()?.items.iter().all(|item| columns.contains(item.name.as_str()));
            (all && self.controls(cte, guard, false).is_ok()).then_some(())
        };
        used.iter().find_map(whole).ok_or_else(|| "it does not carry its control checks".to_owned())
    }
}

/// Whether an expression is a ledger's subject, as text.
fn subject(expr: &Expr, ledger: &Ledger) -> bool {
    matches!(uncast(expr), Expr::Column(_, name) if *name == ledger.subject)
}

/// Whether age and opt-outs concern a purpose.
fn asks(purpose: &PurposeGuard) -> bool {
    matches!(purpose.basis, Basis::Consent | Basis::LegitimateInterest)
}

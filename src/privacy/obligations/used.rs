//! What is used: permission and origin of every table, special categories, other segments, policies, and what leaves.

use std::collections::BTreeSet;

use crate::diagnostic::Severity;
use crate::model::{Demand, FieldId, Model, PurposeId, Segment, TableId, TableKind};
use crate::privacy::Read;
use crate::privacy::policy::{applying, own_minimum};
use crate::privacy::taxonomy::{is_under, special_root};
use crate::source::{Span, Spanned};

use super::words::{came, demands, listed, purposes};
use super::{By, Conjunct, Derive, Draft, Duty, From};

impl<'m> Derive<'m> {
    pub(super) fn used(&mut self) {
        for table in self.tables() {
            self.allowed(table);
        }
        for table in self.tables() {
            self.came(table);
        }
        self.special();
        self.releases();
        self.references();
        self.policies();
        self.exposed();
        self.minimum();
        self.contacts();
    }

    /// Tables of people's data that are read, each once, nested rows as the source above them.
    pub(super) fn tables(&self) -> Vec<TableId> {
        let mut tables: Vec<TableId> = Vec::new();
        for read in &self.facts.reads {
            let table = self.model.governing(read.table);
            let held = match &self.model.tables[table].kind {
                TableKind::Entity(_) | TableKind::Source { .. } | TableKind::List { .. } | TableKind::Score(_) => true,
                TableKind::Rows { .. } | TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error => false,
            };
            if held && !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables
    }

    pub(super) fn reads_of(&self, table: TableId) -> impl Iterator<Item = &'m Read> + '_ {
        self.facts.reads.iter().filter(move |read| self.model.governing(read.table) == table)
    }

    fn allowed(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let name = &table.name.value;
        let wanted = purposes(self.model, self.segment.purposes.iter().map(|purpose| purpose.value));
        let given = purposes(self.model, table.allowed.iter().map(|purpose| purpose.value));
        let place = table.allowed_span.unwrap_or(table.name.span);
        let mut draft = Draft::new(Duty::Allowed(id), format!("That `{name}` may serve {wanted}")).from(
            From::Source,
            format!("allowed {given}"),
            Some(place),
        );
        let read: Vec<String> = self.fields_of(id);
        if !read.is_empty() {
            draft = draft.from(From::Itself, format!("reads {}", listed(read.iter().map(String::as_str))), None);
        }
        let narrowed: Vec<&Read> = self
            .reads_of(id)
            .filter(|read| read.field.is_some_and(|f| self.model.fields[f].allowed.is_some()))
            .collect();
        let mut ok = self.serves(&table.allowed);
        for read in narrowed {
            let Some((field, own)) =
                read.field.and_then(|f| Some((&self.model.fields[f], self.model.fields[f].allowed.as_ref()?)))
            else {
                continue;
            };
            ok &= self.serves(own);
            let says = format!("`{}` allowed {}", field.name.value, purposes(self.model, own.iter().map(|p| p.value)));
            draft = draft.from(From::Source, says, Some(field.name.span));
        }
        let protects = self.serves(&table.protects) && self.reads_of(id).all(Read::only_protects);
        self.owe(if ok {
            draft.by(By::Permission, format!("{given} covers {wanted}, by itself or as something broader"), Some(place))
        } else if protects {
            let given = purposes(self.model, table.protects.iter().map(|purpose| purpose.value));
            let place = table.protects.first().map(|purpose| purpose.span);
            draft.by(By::Permission, format!("protects {given}: one more row of it can only leave somebody out"), place)
        } else {
            draft
        });
    }

    fn fields_of(&self, id: TableId) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for read in self.reads_of(id) {
            let Some(field) = read.field else { continue };
            let name = self.model.fields[field].name.value.clone();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn serves(&self, allowed: &[Spanned<PurposeId>]) -> bool {
        let covers = |purpose| allowed.iter().any(|broad| self.model.is_within(purpose, broad.value));
        !allowed.is_empty() && self.segment.purposes.iter().all(|purpose| covers(purpose.value))
    }

    fn came(&mut self, id: TableId) {
        let table = &self.model.tables[id];
        let stored = match &table.kind {
            TableKind::Source { .. } | TableKind::List { .. } => true,
            TableKind::Entity(_)
            | TableKind::Rows { .. }
            | TableKind::Lookup { .. }
            | TableKind::Score(_)
            | TableKind::Visits(_)
            | TableKind::Error => false,
        };
        if !stored {
            return;
        }
        let draft = Draft::new(Duty::Origin(id), format!("To say where `{}` came from", table.name.value)).from(
            From::Source,
            format!("`{}` is read", table.name.value),
            Some(table.name.span),
        );
        self.owe(match &table.origin {
            Some(origin) => draft.by(By::Clause, format!("origin {}", came(&origin.value)), Some(origin.span)),
            None => draft,
        });
    }

    /// Special categories, where people have a choice: a policy decides.
    fn special(&mut self) {
        if !self.leaves_a_choice() {
            return;
        }
        let mut roots: BTreeSet<&'static str> = BTreeSet::new();
        for read in self.facts.reads.iter().filter(|read| !self.only_protects(read)) {
            roots.extend(read.reveals.iter().filter_map(|revealed| special_root(self.model, &revealed.category)));
        }
        for root in roots {
            self.special_root(root);
        }
    }

    pub(super) fn only_protects(&self, read: &Read) -> bool {
        self.serves(&self.model.tables[self.model.governing(read.table)].protects) && read.only_protects()
    }

    fn special_root(&mut self, root: &'static str) {
        let model = self.model;
        let mut draft = Draft::new(Duty::Special(root), format!("That a policy decides on data of category `{root}`"));
        let under = |category: &str| special_root(model, category) == Some(root);
        let mut places: Vec<Span> = Vec::new();
        for revealed in
            self.facts.reads.iter().flat_map(|read| &read.reveals).filter(|revealed| under(&revealed.category))
        {
            if !places.contains(&revealed.span) {
                places.push(revealed.span);
                let how = if revealed.inferred.is_some() { "values imply" } else { "label" };
                draft = draft.from(From::Source, format!("{how} `{}`", revealed.category), Some(revealed.span));
            }
        }
        for (_, policy) in applying(model, self.segment) {
            // A pack that only warns has decided nothing for the project.
            let decides = policy.pack.is_none() || policy.level == Severity::Error;
            if decides && policy.demands.iter().any(|demand| speaks_of(model, &demand.value, root)) {
                let says = format!("policy `{}`: {}", policy.name.value, demands(model, policy));
                draft = draft.by(By::Permission, says, Some(policy.name.span));
            }
        }
        self.owe(draft);
    }

    /// Categories that a reviewed release takes away from what is read.
    fn releases(&mut self) {
        let fields: BTreeSet<FieldId> = self.facts.reads.iter().filter_map(|read| read.field).collect();
        for field in fields {
            let model = self.model;
            let named =
                format!("{}.{}", model.tables[model.fields[field].table].name.value, model.fields[field].name.value);
            for release in model.releases_of(field) {
                let from = listed(release.from.iter().map(|category| category.value.as_str()));
                let owed = format!("That somebody has reviewed why `{named}` no longer counts as {from}");
                let draft = Draft::new(Duty::Release(field), owed)
                    .from(From::Source, format!("`{named}` is read"), Some(model.fields[field].name.span))
                    .by(By::Clause, release.words(), Some(release.span));
                self.owe(draft);
            }
        }
    }

    fn references(&mut self) {
        let mut seen = BTreeSet::new();
        let references: Vec<_> = self.facts.references.iter().filter(|one| seen.insert(one.segment)).cloned().collect();
        for reference in references {
            let other = &self.model.segments[reference.segment];
            let name = &other.name.value;
            let owed =
                format!("That the leave asked for `{name}` is asked here too, and what it reads is checked anew");
            let draft = Draft::new(Duty::Reference(reference.segment), owed).from(
                From::Segment,
                format!("refers to `{name}`"),
                Some(reference.span),
            );
            let asks = "asks its guard of each person who counts as a member of it, and lends no consent of its own";
            self.owe(draft.asked(By::Guard, Conjunct::Referenced(name.clone()), asks));
        }
    }

    fn policies(&mut self) {
        let all: Vec<_> = applying(self.model, self.segment).collect();
        for (id, policy) in all {
            let only_minimum = policy.demands.iter().all(|demand| matches!(demand.value, Demand::Minimum(_)));
            if policy.demands.is_empty() || only_minimum {
                continue;
            }
            let owed = format!("Policy `{}`: {}", policy.name.value, demands(self.model, policy));
            let title = policy.title.as_deref().unwrap_or("a policy of the house");
            let because = policy.because.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            let draft = Draft::new(Duty::Policy(id), owed).from(
                From::Policy,
                format!("{title}{because}"),
                Some(policy.name.span),
            );
            let place = policy.demands.first().map(|demand| demand.span);
            self.owe(draft.by(
                By::Permission,
                "held against everything that the segment reads, keeps and delivers",
                place,
            ));
        }
    }

    fn exposed(&mut self) {
        let names: Vec<&str> =
            self.segment.expose.iter().map(|path| self.model.fields[path.value.field].name.value.as_str()).collect();
        let what = if names.is_empty() { "the key alone".to_owned() } else { format!("the key and {}", listed(names)) };
        let draft = Draft::new(Duty::Exposed, "That nothing identifying is handed out, or asked for, without need")
            .from(From::Language, "a segment hands out a key, and what it names", None);
        let place = self.segment.expose.first().map(|path| path.span);
        self.owe(draft.by(By::Permission, format!("what leaves is {what}"), place));
    }

    fn minimum(&mut self) {
        let people = self.facts.minimum;
        if people < 1 {
            return;
        }
        let mut draft = Draft::new(Duty::Minimum, format!("That nobody leaves where fewer than {people} would"));
        if let Some(own) = self.segment.minimum {
            draft = draft.from(From::Itself, format!("minimum {} people", own.value), Some(own.span));
        }
        for (_, policy) in applying(self.model, self.segment) {
            for demand in &policy.demands {
                if let Demand::Minimum(least) = demand.value {
                    draft = draft.from(
                        From::Policy,
                        format!("`{}`: minimum {least} people", policy.name.value),
                        Some(demand.span),
                    );
                }
            }
        }
        for to in &self.segment.destinations {
            let destination = &self.model.destinations[to.value];
            if let Some(least) = destination.minimum {
                let says = format!("`{}`: minimum {} people", destination.name.value, least.value);
                draft = draft.from(From::Destination, says, Some(least.span));
            }
        }
        for reference in &self.facts.references {
            let least = own_minimum(self.model, reference.segment);
            if least == people {
                let name = &self.model.segments[reference.segment].name.value;
                draft = draft.from(From::Segment, format!("`{name}` asks for {least}"), Some(reference.span));
            }
        }
        self.owe(draft.asked(
            By::Delivery,
            Conjunct::Minimum(people),
            "counts the distinct keys that would leave, after cap and control group",
        ));
    }

    fn contacts(&mut self) {
        if let Some(cap) = &self.segment.cap {
            let owed = format!("That nobody is contacted more than {} times in {}", cap.value.contacts, cap.value.per);
            let draft = Draft::new(Duty::Cap, owed).from(From::Itself, "cap", Some(cap.span));
            let asks = "leaves out whoever has had as many, those that are only possible counted";
            self.owe(draft.asked(By::Delivery, Conjunct::Cap(cap.value.contacts), asks));
        }
        if let Some(holdout) = &self.segment.holdout {
            let name = &holdout.value.name;
            let draft =
                Draft::new(Duty::Holdout, format!("That control group `{name}` is drawn from the permitted only"))
                    .from(From::Itself, "holdout", Some(holdout.span));
            let asks =
                "draws by a hash of the key, after guard and condition, and leaves the same people out in each run";
            self.owe(draft.asked(By::Delivery, Conjunct::Holdout(name.clone()), asks));
        }
    }
}

fn speaks_of(model: &Model, demand: &Demand, root: &str) -> bool {
    let decided = demand.decides_category();
    decided.is_some_and(|category| is_under(model, category, root) || is_under(model, root, category))
}

/// The purposes of a segment, nearest first, that name a channel.
pub(super) fn channelled(
    model: &Model,
    segment: &Segment,
    channel: crate::model::Channel,
) -> Option<(PurposeId, Span)> {
    segment.purposes.iter().find_map(|purpose| {
        let named = model.channel(purpose.value)?;
        (named.value == channel).then_some((purpose.value, named.span))
    })
}

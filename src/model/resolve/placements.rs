//! Placements: whom each thing is shown, written out as a segment of its own.

use crate::source::{Span, Spanned, is_blank};
use crate::syntax::ast;

use super::names::{missing, twice, unfit, wrote};
use super::populations::first_rank;
use super::*;

/// How many things one placement may show: each is held against all that stand before it.
const MOST_SHOWS: usize = 32;

impl<'a> Resolver<'a> {
    pub(super) fn placements(&mut self) {
        for (id, it) in self.declared.placements.clone() {
            let before = self.findings.len();
            self.placement(id, it);
            let name = &it.name.value;
            self.findings.iter_mut().skip(before).for_each(|finding| finding.subject = Some(name.clone()));
        }
    }

    fn placement(&mut self, id: PlacementId, it: &'a ast::Placement) {
        let channel = it.channel.as_ref().and_then(|channel| self.channel(&channel.value, channel.span));
        if it.channel.is_none() && !wrote(&it.lost, "channel") {
            let why = "the channel decides whose yes is needed and whose no is heard";
            self.report(missing("placement", &it.name, "channel", why, "channel web"));
        }
        if it.shows.is_empty() && !wrote(&it.lost, "show") {
            let why = "a placement that shows nothing to anybody is a page, and needs nobody's leave";
            self.report(missing("placement", &it.name, "show", why, "show \"offer\" to a_segment"));
        }
        let texts = it.shows.iter().map(|show| &show.what).chain(it.otherwise.iter().map(|clause| &clause.value));
        let blank: Vec<Span> = texts.filter(|text| is_blank(&text.value)).map(|text| text.span).collect();
        for span in blank {
            self.report(unfit("what is shown has a name", span, "a blank text").help("name it: `\"loyalty-offer\"`"));
        }
        let shows = self.shows(it);
        let placement = &mut self.model.placements[id];
        placement.owner = it.owner.as_ref().map(|owner| owner.value.clone());
        placement.because = it.because.as_ref().map(|because| because.value.clone());
        placement.channel = channel;
        placement.otherwise = it.otherwise.as_ref().map(|clause| clause.value.clone());
        placement.shows = shows;
    }

    /// What is shown to whom; whatever does not fit is reported and left out.
    fn shows(&mut self, it: &'a ast::Placement) -> Vec<Show> {
        let mut out: Vec<Show> = Vec::new();
        if let Some(show) = it.shows.get(MOST_SHOWS) {
            let message = format!("a placement shows at most {MOST_SHOWS} things");
            self.report(
                unfit(message, show.span, "one too many").help("split the placement, or define fewer segments"),
            );
        }
        for show in it.shows.iter().take(MOST_SHOWS) {
            let found = self.names.segments.resolve(&show.to.value, show.to.span, &mut self.findings);
            let Some(to) = found.map(|found| Spanned::new(found, show.to.span)) else { continue };
            if let Some(first) = out.iter().find(|known| known.to.value == to.value) {
                let first = first.to.span;
                let finding = twice("segment", &show.to.value, first, show.to.span);
                let why = "whoever is in it was shown what stands first";
                self.report(finding.because(why).help("show each segment one thing"));
                continue;
            }
            if !self.same_people(&out, to) || !self.unranked(&out, to.span) {
                continue;
            }
            let members = self.shown(&out, to);
            out.push(Show { what: show.what.clone(), to, members });
        }
        out
    }

    /// One column of keys holds one kind of keys.
    fn same_people(&mut self, before: &[Show], to: Spanned<SegmentId>) -> bool {
        let of = |id: SegmentId| self.model.segments[id].entity;
        let (Some(first), Some(own)) = (before.first(), of(to.value)) else { return true };
        let Some(other) = of(first.to.value).filter(|other| *other != own) else { return true };
        let name = |table: TableId| &self.model.tables[table].name.value;
        let message = format!("a placement shows to a `{}` and to a `{}`", name(other), name(own));
        let finding = unfit(message, to.span, format!("of `{}`", name(own)))
            .and(first.to.span, format!("of `{}`", name(other)))
            .help("write one placement for each");
        self.report(finding);
        false
    }

    /// Who is ranked in a segment of its own guard cannot be told apart in another: only the last may rank.
    fn unranked(&mut self, before: &[Show], span: Span) -> bool {
        let ranked = before.iter().find_map(|show| Some((show, first_rank(&self.model.segments[show.to.value])?)));
        let Some((show, rank)) = ranked else { return true };
        let name = &self.model.segments[show.to.value].name.value;
        let finding = Diagnostic::error(codes::RANK, format!("`{name}` ranks people, and something is shown after it"))
            .at(span, format!("shown only to who is not in `{name}`"))
            .and(rank, "ranks those whom its own guard lets pass")
            .because(
                "among the people of another segment somebody stands elsewhere, so nobody could say who is not in it",
            )
            .help(format!("let `{name}` come last"));
        self.report(finding);
        false
    }

    /// The members of a segment who are certainly in none of those before it. They are kept no longer than any of these: whoever is shown
    /// one thing is known not to be in what stands before it.
    fn shown(&mut self, before: &[Show], to: Spanned<SegmentId>) -> SegmentId {
        let mut segment = self.model.segments[to.value].clone();
        let others = before
            .iter()
            .map(|show| Cond { kind: CondKind::InSegment { segment: show.to, via: Vec::new() }, span: show.to.span });
        segment.except.extend(others);
        let retains = before.iter().filter_map(|show| self.model.segments[show.to.value].retain);
        let shortest = retains.map(|retain| retain.value).min_by_key(|retain| rough(retain.length()));
        segment.retain = segment.retain.map(|own| match shortest {
            Some(other) if rough(other.length()) < rough(own.value.length()) => Spanned::new(other, own.span),
            Some(_) | None => own,
        });
        segment.role = Role::Shown;
        segment.refresh = None;
        // Nothing of a placement is stored, and whoever only stays may be in an earlier list again.
        segment.stay = None;
        segment.expose = Vec::new();
        self.model.segments.push(segment)
    }
}

/// A length in seconds, months being a twelfth of a year: for telling which of two lengths people mean as the shorter.
fn rough(length: Length) -> i64 {
    length.months.saturating_mul(2_629_746).saturating_add(length.seconds)
}

//! Texts that somebody answers for and that say nothing: `because ""`, `owner " "`, `notice from ""`.
//!
//! One check for all of them, so that nothing that a person relies on can be filled in by a pair of quotes. Where a class of the
//! catalogue speaks of the clause (a third party's contract, a reason why data has no end, an exception's approver, …) its own rule
//! tells of a blank one, in its own words.

use crate::source::{Span, is_blank};
use crate::syntax::ast::{Clause, Text};

use super::*;

/// A text that a clause holds, where it is written.
type Said<'a> = (&'static str, &'a Text);

/// The text of a clause that may be written once.
fn said<'a>(clause: &'static str, text: &'a Clause<Text>) -> impl Iterator<Item = Said<'a>> {
    text.iter().map(move |text| (clause, &text.value))
}

/// The texts of a clause that lists some.
fn each<'a>(clause: &'static str, texts: &'a Clause<Vec<Text>>) -> impl Iterator<Item = Said<'a>> {
    texts.iter().flat_map(|texts| &texts.value).map(move |text| (clause, text))
}

impl Resolver<'_> {
    /// Refuses every blank text.
    pub(super) fn blanks(&mut self) {
        let mut blank: Vec<(String, &'static str, Span)> = Vec::new();
        let mut hold = |about: &str, texts: Vec<Said<'_>>| {
            let empty = texts.into_iter().filter(|(_, text)| is_blank(&text.value));
            blank.extend(empty.map(|(clause, text)| (about.to_owned(), clause, text.span)));
        };
        let declared = &self.declared;
        declared.purposes.iter().for_each(|(_, it, _)| hold(&it.name.text(), of_purpose(it)));
        declared.destinations.iter().for_each(|(_, it, _)| hold(&it.name.value, of_destination(it)));
        declared.jurisdictions.iter().for_each(|(_, it, _)| {
            hold(&it.name.value, said("title", &it.title).chain(each("countries", &it.countries)).collect());
        });
        declared.policies.iter().for_each(|(_, it, _)| {
            hold(&it.name.value, said("title", &it.title).chain(said("because", &it.because)).collect());
        });
        declared.segments.iter().for_each(|(_, it, _)| hold(&it.name.value, of_segment(it)));
        declared.placements.iter().for_each(|(_, it)| {
            hold(&it.name.value, said("owner", &it.owner).chain(said("because", &it.because)).collect());
        });
        declared.reports.iter().for_each(|(_, it, _)| {
            hold(&it.name.value, said("owner", &it.owner).chain(said("because", &it.because)).collect());
        });
        blank.into_iter().for_each(|(about, clause, span)| self.report(says_nothing(clause, span).about(about)));
    }
}

fn of_purpose(it: &ast::Purpose) -> Vec<Said<'_>> {
    let own = said("title", &it.title).chain(said("notice from", &it.notice_from)).chain(said("because", &it.because));
    let own = own.chain(said("advertises nothing because", &it.promises.advertises_nothing));
    let soft = it.promises.soft_opt_in.iter().map(|soft| ("soft opt in because", &soft.value.because));
    own.chain(soft).chain(each("controller", &it.promises.controllers)).collect()
}

fn of_destination(it: &ast::Destination) -> Vec<Said<'_>> {
    let own = said("title", &it.title).chain(said("transfer under", &it.transfer));
    let own = own.chain(said("isolates lists because", &it.isolates)).chain(said("decides", &it.decides));
    own.chain(each("controller", &it.controllers)).collect()
}

fn of_segment(it: &ast::Segment) -> Vec<Said<'_>> {
    let own = said("owner", &it.owner).chain(said("because", &it.because));
    let own = own.chain(said("fairness because", &it.fairness));
    own.chain(it.decides.iter().map(|decides| ("decides", &decides.value.what))).collect()
}

fn says_nothing(clause: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::BLANK, format!("`{clause}` says nothing"))
        .at(span, "a blank text")
        .because("whoever relies on it later finds nobody and nothing to hold it against")
        .help("write what it is, or leave the clause out where it is not asked for")
}

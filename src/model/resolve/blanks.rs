//! Texts that somebody answers for and that say nothing: `because "n/a"`, `owner " "`, `notice from ""`.
//!
//! One check for all of them, so that nothing that a person relies on can be filled in by a pair of quotes, or by a word that holds a place.
//! What says something is defined once, in [`crate::source`]: reasons and people take words, what is looked up takes a name, and what
//! data holds takes anything that can be read. Where a class of the
//! catalogue speaks of the clause (a third party's contract, a reason why data has no end, an exception's approver, …) its own rule
//! tells of a blank one, in its own words.

use crate::source::{Span, is_blank, names_nothing, says_nothing};
use crate::syntax::ast::{Clause, Text};

use super::*;

/// A text that a clause holds, where it is written, and whether it says nothing there.
type Said<'a> = (&'static str, &'a Text, bool);

/// A reason or a person, in a clause that may be written once.
fn said<'a>(clause: &'static str, text: &'a Clause<Text>) -> impl Iterator<Item = Said<'a>> {
    text.iter().map(move |text| (clause, &text.value, says_nothing(&text.value.value)))
}

/// What something is called or found by, in a clause that may be written once.
fn named<'a>(clause: &'static str, text: &'a Clause<Text>) -> impl Iterator<Item = Said<'a>> {
    text.iter().map(move |text| (clause, &text.value, names_nothing(&text.value.value)))
}

/// Names in a clause that lists some.
fn each<'a>(clause: &'static str, texts: &'a Clause<Vec<Text>>) -> impl Iterator<Item = Said<'a>> {
    texts.iter().flat_map(|texts| &texts.value).map(move |text| (clause, text, names_nothing(&text.value)))
}

/// Values as data holds them.
fn values<'a>(clause: &'static str, texts: impl Iterator<Item = &'a Text>) -> impl Iterator<Item = Said<'a>> {
    texts.map(move |text| (clause, text, is_blank(&text.value)))
}

impl Resolver<'_> {
    /// Refuses every blank text.
    pub(super) fn blanks(&mut self) {
        let mut blank: Vec<(String, &'static str, Span)> = Vec::new();
        let mut hold = |about: &str, texts: Vec<Said<'_>>| {
            let empty = texts.into_iter().filter(|(.., empty)| *empty);
            blank.extend(empty.map(|(clause, text, _)| (about.to_owned(), clause, text.span)));
        };
        let declared = &self.declared;
        declared.purposes.iter().for_each(|(_, it, _)| hold(&it.name.text(), of_purpose(it)));
        declared.destinations.iter().for_each(|(_, it, _)| hold(&it.name.value, of_destination(it)));
        declared.jurisdictions.iter().for_each(|(_, it, _)| {
            let countries = it.countries.iter().flat_map(|clause| &clause.value);
            hold(&it.name.value, named("title", &it.title).chain(values("countries", countries)).collect());
        });
        declared.policies.iter().for_each(|(_, it, _)| {
            hold(&it.name.value, named("title", &it.title).chain(said("because", &it.because)).collect());
        });
        declared.segments.iter().for_each(|(_, it, _)| hold(&it.name.value, of_segment(it)));
        declared.placements.iter().for_each(|(_, it)| {
            hold(&it.name.value, said("owner", &it.owner).chain(said("because", &it.because)).collect());
        });
        declared.reports.iter().for_each(|(_, it, _)| {
            hold(&it.name.value, said("owner", &it.owner).chain(said("because", &it.because)).collect());
        });
        blank.into_iter().for_each(|(about, clause, span)| self.report(empty(clause, span).about(about)));
    }
}

fn of_purpose(it: &ast::Purpose) -> Vec<Said<'_>> {
    let notice = values("notice from", it.notice_from.iter().map(|notice| &notice.value));
    let own = named("title", &it.title).chain(notice).chain(said("because", &it.because));
    let own = own.chain(said("advertises nothing because", &it.promises.advertises_nothing));
    let soft = it.promises.soft_opt_in.iter().map(|soft| &soft.value.because);
    let soft = soft.map(|why| ("soft opt in because", why, says_nothing(&why.value)));
    own.chain(soft).chain(each("controller", &it.promises.controllers)).collect()
}

fn of_destination(it: &ast::Destination) -> Vec<Said<'_>> {
    let own = named("title", &it.title).chain(named("transfer under", &it.transfer));
    let own = own.chain(said("isolates lists because", &it.isolates)).chain(said("decides", &it.decides));
    own.chain(each("controller", &it.controllers)).collect()
}

fn of_segment(it: &ast::Segment) -> Vec<Said<'_>> {
    let own = said("owner", &it.owner).chain(said("because", &it.because));
    let own = own.chain(said("fairness because", &it.fairness));
    let decides = it.decides.iter().map(|decides| &decides.value.what);
    own.chain(decides.map(|what| ("decides", what, says_nothing(&what.value)))).collect()
}

fn empty(clause: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::BLANK, format!("`{clause}` says nothing"))
        .at(span, "nothing that anybody could be told")
        .because("whoever relies on it later finds nobody and nothing to hold it against")
        .help("write what it is, or leave the clause out where it is not asked for")
}

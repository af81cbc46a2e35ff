//! Fides manifests (<https://ethyca.github.io/fideslang/>): datasets, systems, policies and taxonomies in YAML, as files of the language.
//!
//! ```text
//! text ─ yaml ─▶ tree ─ manifest ─▶ datasets, systems, … ─ kinds, taxonomy ─▶ catalog, purposes, policies ─▶ files, account
//! ```
//!
//! What a manifest tells is declared: tables, fields, categories, types, keys, references, lengths of retention, bases. What it does not
//! tell is asked as `???`: purposes that data may serve above all, as these open it. What has no place is kept as comments and counted.

mod account;
mod catalog;
mod fields;
mod kinds;
mod labels;
mod manifest;
mod names;
mod page;
mod policies;
mod purposes;
mod taxonomy;
mod yaml;

pub use account::Account;
pub use page::Question;

use crate::emit::Artefact;
use kinds::Table;
use manifest::{Field, Manifests};
use names::Names;
use page::Page;
use taxonomy::Taxonomy;

/// What the first line of every file says; what does not begin so was not written by an import.
pub const MARK: &str = "// Made from Fides manifests by `segma import fides`; each `???` is a question to be answered.";

/// A manifest.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t> {
    /// What its reader calls it, for problems.
    pub path: &'t str,
    /// What it says.
    pub text: &'t str,
}

/// A place in a text, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Place {
    /// The beginning of a text.
    const START: Place = Place { line: 1, column: 1 };
}

/// Why a manifest cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In which text.
    pub path: String,
    /// Where in it.
    pub place: Place,
    /// The cause, one sentence.
    pub message: String,
}

/// What manifests become.
#[derive(Debug)]
pub struct Import {
    /// The files, in the order of their paths.
    pub files: Vec<Artefact>,
    /// What was done.
    pub account: Account,
}

/// Reads manifests together, as they refer to each other. Where one cannot be read nothing comes out but why.
pub fn import(texts: &[Text<'_>]) -> Result<Import, Vec<Problem>> {
    let manifests = manifest::read(texts)?;
    let mut taxonomy = Taxonomy::new(&manifests.categories);
    let tables = kinds::tables(&manifests, &mut taxonomy);
    let purposes = purposes::of(&manifests);
    let mut book = Book { files: Vec::new(), account: Account::default() };
    let mut names = Names::default();
    ["categories", "others", "policies", "purposes"].iter().for_each(|taken| names.reserve(taken));
    for dataset in &manifests.datasets {
        let mut page = Page::default();
        catalog::write(dataset, &tables, &mut taxonomy, &mut page);
        book.add(&names.give(&dataset.key).to_lowercase(), page);
    }
    if purposes.len() > 0 {
        let mut page = Page::default();
        purposes.write(&mut page);
        book.add("purposes", page);
    }
    if !manifests.policies.is_empty() {
        let mut page = Page::default();
        book.account.policies = policies::write(&manifests.policies, &purposes, &mut taxonomy, &mut page);
        book.add("policies", page);
    }
    others(&manifests, &mut book);
    categories(&taxonomy, &mut book);
    book.files.sort_by(|a, b| a.path.cmp(&b.path));
    let account = &mut book.account;
    account.datasets = manifests.datasets.len();
    account.tables = tables.len();
    account.fields = tables.iter().map(|table: &Table<'_>| count(&table.collection.fields)).sum();
    account.purposes = purposes.len();
    account.unknown = taxonomy.unknown.into_iter().collect();
    Ok(Import { files: book.files, account: book.account })
}

fn count(fields: &[Field]) -> usize {
    fields.iter().map(|field| 1 + count(&field.fields)).sum()
}

/// The files so far.
struct Book {
    files: Vec<Artefact>,
    account: Account,
}

impl Book {
    fn add(&mut self, name: &str, page: Page) {
        self.account.kept += page.kept;
        for (question, count) in &page.asked {
            *self.account.asked.entry(*question).or_default() += count;
        }
        let text = format!("{MARK}\n{}", page.finish());
        self.files.push(Artefact { path: format!("{name}.seg"), bytes: text.into_bytes() });
    }
}

/// What has no place in a project, as comments.
fn others(manifests: &Manifests, book: &mut Book) {
    let systems = manifests.systems.iter().filter(|system| !system.rest.is_empty());
    let systems = systems.map(|system| (format!("system {}", system.key), &system.rest));
    let others = manifests.others.iter().map(|(head, lines)| (head.clone(), lines));
    let all: Vec<(String, &Vec<String>)> = systems.chain(others).collect();
    if all.is_empty() {
        return;
    }
    let mut page = Page::default();
    page.note("", "What the manifests say besides, and the language has no word for.");
    for (head, lines) in all {
        page.line("");
        page.note("", &head);
        page.keep("", lines);
    }
    book.add("others", page);
}

/// The categories that the project has to declare.
fn categories(taxonomy: &Taxonomy<'_>, book: &mut Book) {
    if taxonomy.declared.is_empty() {
        return;
    }
    let mut page = Page::default();
    page.note("", "Categories that have no counterpart among the built-in ones. Keys and titles are those of Fideslang (by Ethyca, CC BY 4.0) or the manifests' own; \
         what matches what is our judgement.");
    for (key, declared) in &taxonomy.declared {
        page.line("");
        page.doc("", declared.title.as_deref());
        page.doc("", declared.description.as_deref());
        let under = declared.under.clone().unwrap_or_else(|| page.ask(Question::Category).to_owned());
        let parent = declared.parent.as_ref().map(|parent| format!("{key}, under {parent}"));
        let key = parent.unwrap_or_else(|| key.clone());
        let hint = match declared.under {
            Some(_) => key,
            None if declared.hints.is_empty() => format!("{key}: no broader key has a counterpart"),
            None => format!("{key}: more than {}", declared.hints.join(", ")),
        };
        page.with(&format!("category {} under {under}", names::written(&declared.name)), &hint);
        page.keep("", &declared.rest);
    }
    book.account.categories =
        taxonomy.declared.values().map(|declared| (declared.name.clone(), declared.under.clone())).collect();
    book.add("categories", page);
}

//! The file of a dataset: a declaration for each collection, a field for each of its fields, and a question for whatever is not told.

use super::kinds::{Kind, Table, target};
use super::labels;
use super::manifest::{Dataset, Field};
use super::names::{Names, is_plain, written};
use super::page::{Page, Question, quoted};
use super::taxonomy::{Taxonomy, Told};

/// Writes the tables of one dataset.
pub(super) fn write<'m>(dataset: &Dataset, tables: &[Table<'m>], taxonomy: &mut Taxonomy<'m>, page: &mut Page) {
    let title = dataset.title.as_deref().filter(|title| *title != dataset.key).map(|title| format!(": {title}"));
    page.note("", &format!("The dataset {}{}", dataset.key, title.unwrap_or_default()));
    page.note("", dataset.description.as_deref().unwrap_or_default());
    page.note(
        "",
        "Manifests do not tell which columns may be empty, so every field whose type they tell may be missing (`?`).",
    );
    page.keep("", &dataset.rest);
    for table in tables.iter().filter(|table| table.dataset.key == dataset.key) {
        page.line("");
        Writer { tables, table, taxonomy, page, names: Names::default(), consumed: Vec::new() }.table();
    }
}

struct Writer<'w, 'm> {
    tables: &'w [Table<'m>],
    table: &'w Table<'m>,
    taxonomy: &'w mut Taxonomy<'m>,
    page: &'w mut Page,
    names: Names,
    /// Fields that clauses use, and that are no fields here: keys and the like.
    consumed: Vec<usize>,
}

impl<'m> Writer<'_, 'm> {
    fn table(&mut self) {
        self.page.doc("", self.table.collection.description.as_deref());
        let name = written(&self.table.name);
        match self.table.kind.clone() {
            Kind::Entity { key } => self.entity(&name, key),
            Kind::Source { of, subject } => self.source(&name, of, subject),
            Kind::Rows { of, by } => self.rows(&name, of, by),
            Kind::Lookup => self.lookup(&name),
            Kind::Open => self.open(&name),
        }
        if matches!(self.table.kind, Kind::Rows { .. } | Kind::Lookup) {
            self.unsaid();
        }
        self.links();
        self.page.keep("  ", &self.table.collection.rest);
        let fields = self.table.collection.fields.iter().enumerate();
        for (_, field) in fields.filter(|(at, _)| !self.consumed.contains(at)).collect::<Vec<_>>() {
            self.field(field, &[]);
        }
        self.page.line("}");
    }

    fn field_at(&self, at: usize) -> Option<&'m Field> {
        self.table.collection.fields.get(at)
    }

    /// A row for each user.
    fn entity(&mut self, name: &str, key: usize) {
        // Fields of an entity and the sources of its people share their names.
        self.tables.iter().for_each(|table| self.names.reserve(&table.name));
        self.page.line(&format!("entity {name} is person {{"));
        self.place();
        if let Some(field) = self.field_at(key) {
            let known = match field.data_type.as_deref() {
                Some("string") => "text",
                Some("integer") => "integer",
                Some(_) | None => self.page.ask(Question::Key),
            };
            self.clause(key, &format!("key        {} {known}", column(&field.name)));
        }
        self.retain(true);
        self.allowed();
        let countries = self.labelled("location.country");
        let residence = self.page.ask(Question::Residence);
        let hint = if countries.is_empty() {
            "the field of the country, or `always eu`".to_owned()
        } else {
            perhaps(&countries)
        };
        self.page.with(&format!("  residence  {residence}"), &hint);
        for birth in self.labelled("demographic.birth_date") {
            self.page.note(
                "  ",
                &format!("birth {birth}: once it is a date, if it is their own; it decides who is a minor"),
            );
        }
    }

    /// Rows about one user.
    fn source(&mut self, name: &str, of: usize, subject: usize) {
        let whose = self.tables.get(of).map(|table| written(&table.name)).unwrap_or_default();
        self.page.line(&format!("source {name} of {whose} {{"));
        self.place();
        if let Some(field) = self.field_at(subject) {
            self.clause(subject, &format!("subject    {}", column(&field.name)));
        }
        self.happened();
    }

    /// Rows of which nobody can tell whose they are.
    fn open(&mut self, name: &str) {
        self.page.note("", "Whose rows are these? Nothing here says so for sure. Name the entity, or write another kind of declaration:");
        self.page.note("", "`entity … is person` for a row for each of them, `rows … of` for rows in rows, `lookup …` for rows about nobody.");
        let whose = self.page.ask(Question::Whose);
        self.page.line(&format!("source {name} of {whose} {{"));
        self.place();
        let subject = self.page.ask(Question::Subject);
        let ids: Vec<String> = self
            .table
            .collection
            .fields
            .iter()
            .filter(|field| identifying(field))
            .map(|field| field.name.clone())
            .collect();
        self.page.with(&format!("  subject    {subject}"), &perhaps(&ids));
        self.happened();
    }

    fn happened(&mut self) {
        let at = self.page.ask(Question::At);
        let times = self.times();
        self.page.with(&format!("  at         {at}"), &perhaps(&times));
        self.retain(false);
        self.allowed();
        let origin = self.page.ask(Question::Origin);
        self.page.with(
            &format!("  origin     {origin}"),
            "first party, volunteered, or third party \"…\" under contract \"…\"",
        );
    }

    /// Rows nested in rows about one user.
    fn rows(&mut self, name: &str, of: usize, by: usize) {
        let parent = self.tables.get(of).map(|table| written(&table.name)).unwrap_or_default();
        self.page.line(&format!("rows {name} of {parent} {{"));
        let Some(field) = self.field_at(by) else { return };
        let referred = field.references.first().map(|reference| reference.field.clone()).unwrap_or_default();
        let shared = referred.rsplit_once('.').is_some_and(|(_, column)| column == field.name);
        let column = if shared { column(&field.name) } else { self.page.ask(Question::Table).to_owned() };
        let hint =
            if shared { String::new() } else { format!("the column of both; here {} is {referred}", field.name) };
        let place = self.physical();
        self.clause(by, &format!("table      {place} by {column}"));
        self.page.note("  ", &hint);
    }

    /// Rows about nobody.
    fn lookup(&mut self, name: &str) {
        self.page.line(&format!("lookup {name} {{"));
        self.place();
        let keys: Vec<usize> = self
            .table
            .collection
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.primary_key)
            .map(|(at, _)| at)
            .collect();
        match keys.as_slice() {
            [key] => {
                let known = self.field_at(*key).map(|field| (column(&field.name), key_type(field))).unwrap_or_default();
                self.clause(*key, format!("key        {} {}", known.0, known.1).trim_end());
            }
            [] | [_, ..] => {
                let key = self.page.ask(Question::Key);
                let names: Vec<String> =
                    keys.iter().filter_map(|at| self.field_at(*at)).map(|field| field.name.clone()).collect();
                self.page.with(&format!("  key        {key}"), &perhaps(&names));
            }
        }
    }

    /// Retention and purposes where they are those of what leads to the rows.
    fn unsaid(&mut self) {
        let collection = self.table.collection;
        let retention = collection.retention.iter().map(|told| format!("retention: {told}"));
        let purposes = Some(&collection.purposes).filter(|all| !all.is_empty());
        let purposes = purposes.map(|all| format!("data_purposes: {}", all.join(", ")));
        self.page.keep("  ", &retention.chain(purposes).collect::<Vec<_>>());
    }

    /// A clause that uses up a field: what is known of that field stands behind it.
    fn clause(&mut self, at: usize, line: &str) {
        self.consumed.push(at);
        let Some(field) = self.field_at(at) else { return };
        field.categories.iter().for_each(|key| drop(self.taxonomy.told(key)));
        self.page.with(&format!("  {line}"), &told(field).join("; "));
        self.page.note("  ", field.description.as_deref().unwrap_or_default());
        self.page.keep("  ", &field.rest);
    }

    fn place(&mut self) {
        let hint = if self.nested() {
            "a view whose columns are called as the fields below, nested ones with a dot"
        } else if self.elsewhere() {
            "another dataset has a table of this name: which schema?"
        } else {
            ""
        };
        let place = self.physical();
        self.page.with(&format!("  table      {place}"), hint);
    }

    fn physical(&mut self) -> String {
        if self.nested() || self.elsewhere() {
            return self.page.ask(Question::Table).to_owned();
        }
        path(self.table).iter().map(|part| column(part)).collect::<Vec<_>>().join(".")
    }

    /// Whether it has columns within columns.
    fn nested(&self) -> bool {
        self.table.collection.fields.iter().any(|field| !field.fields.is_empty())
    }

    /// Whether a table of another dataset would be the same one: no manifest tells schemas apart but by their namespaces.
    fn elsewhere(&self) -> bool {
        let other = |table: &&Table<'_>| table.dataset.key != self.table.dataset.key && path(table) == path(self.table);
        self.tables.iter().any(|table| other(&table))
    }

    fn retain(&mut self, clock: bool) {
        let told = self.table.collection.retention.clone();
        let length = told.as_deref().and_then(length);
        let hint = match (&length, &told) {
            (None, Some(told)) => format!("Fides: {told}"),
            (Some(_), _) | (None, None) => String::new(),
        };
        let line = match (length, clock) {
            (Some(length), false) => format!("  retain     {length}"),
            (Some(length), true) => format!("  retain     {length} after {}", self.page.ask(Question::Retain)),
            (None, _) => format!("  retain     {}", self.page.ask(Question::Retain)),
        };
        let after = if clock { [hint, perhaps(&self.times())] } else { [hint, String::new()] };
        let after: Vec<String> = after.into_iter().filter(|part| !part.is_empty()).collect();
        self.page.with(&line, &after.join("; "));
    }

    fn allowed(&mut self) {
        let purposes = &self.table.collection.purposes;
        let hint = if purposes.is_empty() { String::new() } else { format!("Fides: {}", purposes.join(", ")) };
        let allowed = self.page.ask(Question::Allowed);
        self.page.with(&format!("  allowed    {allowed}"), &hint);
    }

    /// Fields whose names speak of time: candidates, no more.
    fn times(&self) -> Vec<String> {
        const WORDS: &[&str] =
            &["at", "closed", "created", "date", "day", "last", "on", "opened", "time", "timestamp", "updated"];
        let named = |field: &&Field| field.name.to_lowercase().split('_').any(|word| WORDS.contains(&word));
        self.table.collection.fields.iter().filter(named).map(|field| field.name.clone()).collect()
    }

    /// Fields of a category.
    fn labelled(&mut self, category: &str) -> Vec<String> {
        let (fields, wanted) = (&self.table.collection.fields, Told::Category(category.to_owned()));
        let has = |field: &&Field| field.categories.iter().any(|key| self.taxonomy.told(key) == wanted);
        fields.iter().filter(has).map(|field| field.name.clone()).collect()
    }

    /// References to what is looked up.
    fn links(&mut self) {
        let open = self.table.collection.fields.iter().enumerate().filter(|(at, _)| !self.consumed.contains(at));
        for (_, field) in open.collect::<Vec<_>>() {
            for reference in &field.references {
                let to = target(self.tables, self.table, reference).and_then(|to| self.tables.get(to));
                let Some(to) = to.filter(|to| to.kind == Kind::Lookup) else { continue };
                let name = self.names.give(&to.name);
                self.page.line(&format!(
                    "  link {} to {} by {}",
                    written(&name),
                    written(&to.name),
                    column(&field.name)
                ));
            }
        }
    }

    fn field(&mut self, field: &Field, above: &[&str]) {
        let path: Vec<&str> = above.iter().copied().chain([field.name.as_str()]).collect();
        if field.fields.is_empty() {
            return self.leaf(field, &path);
        }
        if field.data_type.as_deref().is_some_and(|ty| ty.ends_with("[]")) {
            let mut lines = vec![format!("{} is a list of rows: a table of its own, `rows … of …`", path.join("."))];
            listed(field, &path, &mut lines);
            return self.page.keep("  ", &lines);
        }
        self.page.keep("  ", &field.rest);
        field.fields.iter().for_each(|inner| self.field(inner, &path));
    }

    fn leaf(&mut self, field: &Field, path: &[&str]) {
        let physical = path.join(".");
        let name = self.names.give(&path.join("_"));
        let called = if name == physical { String::new() } else { format!(" {}", quoted(&physical)) };
        let ty = field.data_type.as_deref().and_then(type_word);
        let mut notes = told(field);
        let ty = match ty {
            Some(ty) => format!("{ty}?"),
            None => {
                notes.extend(field.data_type.as_deref().map(|theirs| format!("Fides: {theirs}")));
                self.page.ask(Question::Type).to_owned()
            }
        };
        let (labels, more) = labels::of(field, self.taxonomy, self.page);
        notes.extend(more);
        self.page.doc("  ", field.description.as_deref());
        self.page.with(&format!("  field {}{called} {ty} is {labels}", written(&name)), &notes.join("; "));
        self.page.keep("  ", &field.rest);
    }
}

/// Where a table is, outermost first.
fn path<'t>(table: &Table<'t>) -> Vec<&'t str> {
    let space = table.dataset.namespace.iter().map(String::as_str);
    space.chain([table.collection.name.as_str()]).collect()
}

/// What a manifest says of a field, in its own words.
fn told(field: &Field) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    if !field.categories.is_empty() {
        told.push(field.categories.join(", "));
    }
    told.extend(field.primary_key.then(|| "primary key".to_owned()));
    told.extend(field.identity.as_ref().map(|identity| format!("identity {identity}")));
    told.extend(field.references.iter().map(|reference| {
        let dataset = reference.dataset.as_ref().map(|dataset| format!(" of {dataset}")).unwrap_or_default();
        let direction = reference.direction.as_ref().map(|direction| format!(" ({direction})")).unwrap_or_default();
        format!("refers to {}{dataset}{direction}", reference.field)
    }));
    told
}

/// Everything inside a list of rows, as lines.
fn listed(field: &Field, path: &[&str], lines: &mut Vec<String>) {
    for inner in &field.fields {
        let path: Vec<&str> = path.iter().copied().chain([inner.name.as_str()]).collect();
        let parts = told(inner).into_iter().chain(inner.data_type.clone()).chain(inner.rest.clone());
        lines.push(format!("{}: {}", path.join("."), parts.collect::<Vec<_>>().join("; ")));
        listed(inner, &path, lines);
    }
    lines.extend(field.rest.iter().cloned());
}

fn identifying(field: &Field) -> bool {
    field.identity.is_some() || field.categories.iter().any(|key| key.starts_with("user.unique_id"))
}

fn perhaps(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("perhaps {}", names.join(", ")) }
}

/// The type of the language for a type of Fides, where they are the same.
fn type_word(theirs: &str) -> Option<String> {
    let (inner, list) = theirs.strip_suffix("[]").map_or((theirs, ""), |inner| (inner, "list of "));
    let ours = match inner {
        "string" => "text",
        "integer" => "integer",
        "boolean" => "boolean",
        _ => return None,
    };
    Some(format!("{list}{ours}"))
}

fn key_type(field: &Field) -> &'static str {
    match field.data_type.as_deref() {
        Some("string") => "text",
        Some("integer") => "integer",
        Some(_) | None => "",
    }
}

/// A length of time, where it is one and nothing besides.
fn length(told: &str) -> Option<String> {
    let (count, unit) = told.trim().split_once(' ')?;
    let count: u32 = count.parse().ok().filter(|count| (1..=1200).contains(count))?;
    let unit = unit.trim().to_lowercase();
    let unit = unit.strip_suffix('s').unwrap_or(&unit);
    ["day", "week", "month", "year"]
        .contains(&unit)
        .then(|| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
}

/// A column or a part of a table's name as it is written.
fn column(name: &str) -> String {
    if is_plain(name) { written(name) } else { quoted(name) }
}

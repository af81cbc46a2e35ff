//! `segma.toml`: what holds for a project as a whole.
//!
//! Reading never fails: what cannot be used is reported at its place and replaced by a harmless value, so that the rest of the
//! project can still be checked. Nothing is interpolated, nothing is looked up in the environment, and unknown keys are refused.
//! A name that this file cannot hold safely (a zone that means something else elsewhere, a path that leaves the project) is
//! refused here, so later rooms may use every value as it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, suggest, text};
use crate::source::shipped;
use crate::source::{FileId, SourceMap, Span, Spanned};

/// The name of the project's file.
pub const FILE_NAME: &str = "segma.toml";
/// What `organisation` may say.
const ONE_PERSON: &str = "one person";
/// The language editions that this compiler keeps the meaning of.
pub const EDITIONS: [&str; 1] = ["2026"];
/// The SQL dialects that segments can be compiled for.
pub const DIALECTS: [&str; 4] = ["duckdb", "postgres", "snowflake", "bigquery"];

/// Dialects that people rightly ask for and that are named when refused.
const DIALECTS_NOT_YET: [&str; 8] =
    ["athena", "clickhouse", "databricks", "mysql", "redshift", "sqlite", "sqlserver", "trino"];
const KEYS: [&str; 8] = ["organisation", "name", "edition", "timezone", "schema", "dialects", "packs", "data"];

const SYNTAX: Code = Code("CFG-01");
const UNKNOWN_KEY: Code = Code("CFG-02");
const MISSING_KEY: Code = Code("CFG-03");
const WRONG_TYPE: Code = Code("CFG-04");
const BAD_NAME: Code = Code("CFG-05");
const BAD_ZONE: Code = Code("CFG-06");
const BAD_EDITION: Code = Code("CFG-07");
const BAD_DIALECT: Code = Code("CFG-08");
const BAD_PACK: Code = Code("CFG-09");
const BAD_DATA: Code = Code("CFG-10");

/// What `segma.toml` says. After an error the value concerned is a harmless one, never a guess at what was meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The project's name: letters, digits, `_` and `-`.
    pub name: String,
    /// The language edition.
    pub edition: String,
    /// The IANA name of the zone in which civil days, months and anniversaries are reckoned.
    pub timezone: String,
    /// The zone of that name, from the bundled database.
    pub zone: TimeZone,
    /// The schema in which emitted views live: a plain name.
    pub schema: Spanned<String>,
    /// The dialects to compile for, each of [`DIALECTS`], in the order written.
    pub dialects: Vec<Spanned<String>>,
    /// Whether one person is the whole organisation, so that nobody else could approve anything.
    pub one_person: bool,
    /// Policy packs that ship with the compiler, each once, in the order written.
    pub packs: Vec<Spanned<String>>,
    /// Files of rows for previews and tests, by the physical name of the table that they stand for.
    pub data: BTreeMap<String, DataFile>,
    /// Where the file as a whole stands (its first byte), for findings about something that it lacks.
    pub span: Span,
}

/// A file of rows inside the project's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Path relative to the project's folder, with `/`, never upwards.
    pub path: String,
    /// How the rows are written, by the path's ending.
    pub format: DataFormat,
    /// Where the path is written.
    pub span: Span,
}

/// How a file holds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// Comma-separated values with a header line.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Config {
    /// Reads the text of `segma.toml`, which is the file `file` of `sources`.
    pub fn parse(sources: &SourceMap, file: FileId) -> (Config, Vec<Diagnostic>) {
        let source = sources.get(file).map_or("", |file| file.text.as_str());
        let (table, errors) = DeTable::parse_recoverable(source);
        let mut reader = Reader { file, length: source.len(), findings: Vec::new() };
        errors.iter().take(20).for_each(|error| reader.syntax(error));
        let config = if errors.is_empty() { reader.project(table.get_ref()) } else { Config::fallback(file) };
        (config, reader.findings)
    }

    /// The configuration of a project without a readable `segma.toml`; `file` is where findings about it point.
    pub fn fallback(file: FileId) -> Config {
        let span = Span::new(file, 0, 0);
        Config {
            name: "project".to_owned(),
            edition: "2026".to_owned(),
            timezone: "UTC".to_owned(),
            zone: TimeZone::UTC,
            schema: Spanned::new("audiences".to_owned(), span),
            dialects: DIALECTS.iter().map(|name| Spanned::new((*name).to_owned(), span)).collect(),
            one_person: false,
            packs: Vec::new(),
            data: BTreeMap::new(),
            span,
        }
    }
}

type Entry<'a, 'i> = &'a toml::Spanned<DeValue<'i>>;

struct Reader {
    file: FileId,
    length: usize,
    findings: Vec<Diagnostic>,
}

impl Reader {
    fn project(&mut self, table: &DeTable<'_>) -> Config {
        for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            self.unknown_key(key.get_ref(), key.span());
        }
        let needed = ["name", "edition", "timezone"];
        // A key that was misspelt is reported where it stands, and is not missing besides.
        let misspelt: Vec<&str> = table.keys().filter_map(|key| suggest::closest(key.get_ref(), KEYS)).collect();
        let missing = needed.into_iter().filter(|key| !table.contains_key(*key) && !misspelt.contains(key));
        missing.for_each(|key| self.missing(key));
        let mut config = Config::fallback(self.file);
        if let Some(entry) = table.get("name") {
            self.name(entry, &mut config);
        }
        if let Some(entry) = table.get("edition") {
            self.edition(entry, &mut config);
        }
        if let Some(entry) = table.get("timezone") {
            self.timezone(entry, &mut config);
        }
        if let Some(entry) = table.get("schema") {
            self.schema(entry, &mut config);
        }
        if let Some(entry) = table.get("dialects") {
            self.dialects(entry, &mut config);
        }
        if let Some(entry) = table.get("organisation") {
            self.organisation(entry, &mut config);
        }
        if let Some(entry) = table.get("packs") {
            self.packs(entry, &mut config);
        }
        if let Some(entry) = table.get("data") {
            self.data(entry, &mut config);
        }
        config
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        let message = text::line(error.message());
        let finding = if message.starts_with("duplicate key") {
            Diagnostic::error(SYNTAX, "a key is written twice in `segma.toml`")
                .help("keep one of the two; which of them counts would otherwise be a guess")
                .at(self.span(error.span().unwrap_or(0..0)), "written before")
        } else {
            Diagnostic::error(SYNTAX, "`segma.toml` is not valid TOML")
                .help("see https://toml.io for how values, arrays and tables are written")
                .at(self.span(error.span().unwrap_or(0..0)), message)
        };
        self.findings.push(finding);
    }

    fn unknown_key(&mut self, key: &str, place: Range<usize>) {
        let span = self.span(place);
        let finding = Diagnostic::error(UNKNOWN_KEY, format!("`{}` is not a key of `segma.toml`", text::line(key)))
            .at(span, "unknown key");
        self.findings.push(match suggest::closest(key, KEYS) {
            Some(known) => {
                finding.help(format!("did you mean `{known}`?")).fix(format!("write `{known}`"), span, known)
            }
            None => finding.help(format!("the keys are {}", quoted_list(&KEYS))),
        });
    }

    fn missing(&mut self, key: &str) {
        let example = match key {
            "edition" => "edition = \"2026\"",
            "timezone" => "timezone = \"Europe/Berlin\"",
            _ => "name = \"shop\"",
        };
        let why = match key {
            "edition" => "the edition fixes the meaning that the language had when the project was written",
            "timezone" => {
                "civil days and months are reckoned in this zone; a guessed one would move who belongs to a segment"
            }
            _ => "the name stands in the header of everything that is emitted",
        };
        let start = Span::new(self.file, 0, 0);
        let finding = Diagnostic::error(MISSING_KEY, format!("`segma.toml` does not say its `{key}`"));
        self.findings.push(finding.at(start, "").because(why).help(format!("write `{example}`")));
    }

    fn name(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let Some(name) = self.string(entry, "name") else { return };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain) && name.len() <= 63 {
            config.name = name;
            return;
        }
        self.refuse(BAD_NAME, entry, format!("`{}` cannot be the name of a project", text::line(&name)))
            .help("begin with a letter and use letters, digits, `_` and `-`, at most 63 of them");
    }

    fn edition(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let Some(edition) = self.string(entry, "edition") else { return };
        if EDITIONS.contains(&edition.as_str()) {
            config.edition = edition;
            return;
        }
        self.refuse(BAD_EDITION, entry, format!("there is no edition `{}`", text::line(&edition)))
            .help(format!("this compiler knows {}", quoted_list(&EDITIONS)));
    }

    fn timezone(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let Some(name) = self.string(entry, "timezone") else { return };
        match zone(&name) {
            Ok(zone) => (config.timezone, config.zone) = (name, zone),
            Err(remedy) => {
                let fix = remedy.instead.clone();
                let finding = self.refuse(BAD_ZONE, entry, remedy.message(&name)).help(remedy.help());
                if let Some(instead) = fix {
                    finding.fix(format!("write `{instead}`"), format!("\"{instead}\""));
                }
            }
        }
    }

    fn schema(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let Some(name) = self.string(entry, "schema") else { return };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let system = name == "information_schema" || name.starts_with("pg_") || name.starts_with("duckdb_");
        if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain) && name.len() <= 63 && !system
        {
            config.schema = Spanned::new(name, self.span(entry.span()));
            return;
        }
        let cause = if system { "belongs to the database itself" } else { "is not a plain name" };
        self.refuse(BAD_NAME, entry, format!("the schema `{}` {cause}", text::line(&name)))
            .help("begin with a lower-case letter and use lower-case letters, digits and `_`, at most 63 of them");
    }

    fn organisation(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let Some(said) = self.string(entry, "organisation") else { return };
        if said == ONE_PERSON {
            config.one_person = true;
            return;
        }
        self.refuse(BAD_NAME, entry, format!("`{}` says nothing about who may approve", text::line(&said)))
            .help(format!("write `organisation = \"{ONE_PERSON}\"` where that is so, or leave the key out"));
    }

    fn dialects(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let Some(names) = self.strings(entry, "dialects") else { return };
        if names.is_empty() {
            self.refuse(BAD_DIALECT, entry, "no dialect is named".to_owned()).help(format!(
                "name at least one of {}, or leave the key out to compile for all",
                quoted_list(&DIALECTS)
            ));
            return;
        }
        config.dialects.clear();
        for name in names {
            self.dialect(name, config);
        }
    }

    fn dialect(&mut self, name: Spanned<String>, config: &mut Config) {
        let shown = text::line(&name.value);
        if config.dialects.iter().any(|known| known.value == name.value) {
            let finding = Diagnostic::error(BAD_DIALECT, format!("the dialect `{shown}` is named twice"));
            self.findings.push(finding.at(name.span, "named before").help("keep one of the two"));
            return;
        }
        if DIALECTS.contains(&name.value.as_str()) {
            config.dialects.push(name);
            return;
        }
        self.findings.push(unknown_dialect(&name, &shown));
    }

    fn packs(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        for pack in self.strings(entry, "packs").unwrap_or_default() {
            let shown = text::line(&pack.value);
            if config.packs.iter().any(|known| known.value == pack.value) {
                let finding = Diagnostic::error(BAD_PACK, format!("the policy pack `{shown}` is named twice"));
                self.findings.push(finding.at(pack.span, "named before").help("keep one of the two"));
            } else if shipped::pack(&pack.value).is_some() {
                config.packs.push(pack);
            } else {
                self.findings.push(unknown_pack(&pack, &shown));
            }
        }
    }

    fn data(&mut self, entry: Entry<'_, '_>, config: &mut Config) {
        let DeValue::Table(table) = entry.get_ref() else {
            self.wrong_type(entry, "data", "a table of files, written under `[data]`");
            return;
        };
        for (key, entry) in table.iter() {
            if let Some(file) = self.data_file(key.get_ref(), entry) {
                config.data.insert(key.get_ref().to_string(), file);
            }
        }
    }

    fn data_file(&mut self, table: &str, entry: Entry<'_, '_>) -> Option<DataFile> {
        if let DeValue::Table(_) = entry.get_ref() {
            self.refuse(BAD_DATA, entry, format!("the table's name after `{}` is not in quotes", text::line(table)))
                .help("write the whole name in quotes, as in `\"shop.orders\" = \"data/orders.csv\"`");
            return None;
        }
        let path = self.string(entry, table)?;
        if table.is_empty() || table.chars().any(text::is_hazard) {
            self.refuse(BAD_DATA, entry, format!("`{}` cannot be the name of a table", text::line(table)))
                .help("write the physical name that the catalog uses, as in `\"shop.orders\"`");
            return None;
        }
        match data_format(&path) {
            Ok(format) => Some(DataFile { path, format, span: self.span(entry.span()) }),
            Err(cause) => {
                self.refuse(BAD_DATA, entry, format!("the path `{}` {cause}", text::line(&path)))
                    .help("name a `.csv` or `.parquet` file inside the project, relative to its folder, with `/`");
                None
            }
        }
    }

    fn string(&mut self, entry: Entry<'_, '_>, key: &str) -> Option<String> {
        match entry.get_ref() {
            DeValue::String(value) => Some(value.to_string()),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => {
                self.wrong_type(entry, key, "text in quotes");
                None
            }
        }
    }

    fn strings(&mut self, entry: Entry<'_, '_>, key: &str) -> Option<Vec<Spanned<String>>> {
        let DeValue::Array(values) = entry.get_ref() else {
            self.wrong_type(entry, key, "a list of texts in quotes");
            return None;
        };
        let mut out = Vec::new();
        for value in values.iter() {
            let place = self.span(value.span());
            out.extend(self.string(value, key).map(|text| Spanned::new(text, place)));
        }
        Some(out)
    }

    fn wrong_type(&mut self, entry: Entry<'_, '_>, key: &str, wanted: &str) {
        let found = entry.get_ref().type_str();
        self.refuse(WRONG_TYPE, entry, format!("`{}` must be {wanted}", text::line(key)))
            .label(format!("this is of type {found}"));
    }

    fn refuse(&mut self, code: Code, entry: Entry<'_, '_>, message: String) -> Refusal<'_> {
        let span = self.span(entry.span());
        self.findings.push(Diagnostic::error(code, message).at(span, ""));
        Refusal { finding: self.findings.last_mut(), span }
    }

    fn span(&self, place: Range<usize>) -> Span {
        let byte = |at: usize| u32::try_from(at.min(self.length)).unwrap_or(u32::MAX);
        Span::new(self.file, byte(place.start), byte(place.end.max(place.start)))
    }
}

/// A finding just pushed, to which advice can be added.
struct Refusal<'a> {
    finding: Option<&'a mut Diagnostic>,
    span: Span,
}

impl Refusal<'_> {
    fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(finding) = self.finding.as_deref_mut() {
            finding.help = Some(help.into());
        }
        self
    }

    fn label(mut self, text: String) -> Self {
        if let Some(label) = self.finding.as_deref_mut().and_then(|finding| finding.primary.as_mut()) {
            label.text = text;
        }
        self
    }

    fn fix(mut self, title: String, text: String) {
        let span = self.span;
        if let Some(finding) = self.finding.as_deref_mut() {
            finding.fix = Some(crate::diagnostic::Fix { title, edits: vec![(span, text)] });
        }
    }
}

fn unknown_dialect(name: &Spanned<String>, shown: &str) -> Diagnostic {
    if DIALECTS_NOT_YET.contains(&name.value.as_str()) {
        return Diagnostic::error(BAD_DIALECT, format!("the dialect `{shown}` is not supported yet"))
            .at(name.span, "")
            .help(format!("the dialects are {}", quoted_list(&DIALECTS)));
    }
    let finding = Diagnostic::error(BAD_DIALECT, format!("there is no dialect `{shown}`")).at(name.span, "");
    let known = match name.value.as_str() {
        "postgresql" | "pg" => Some("postgres"),
        other => suggest::closest(other, DIALECTS),
    };
    match known {
        Some(known) => finding.help(format!("did you mean `{known}`?")).fix(
            format!("write `{known}`"),
            name.span,
            format!("\"{known}\""),
        ),
        None => finding.help(format!("the dialects are {}", quoted_list(&DIALECTS))),
    }
}

/// Why a zone was refused and what to write instead.
struct ZoneRemedy {
    ambiguous: bool,
    instead: Option<String>,
}

impl ZoneRemedy {
    fn message(&self, name: &str) -> String {
        let shown = text::line(name);
        if self.ambiguous {
            format!("the zone `{shown}` means different things to different systems")
        } else {
            format!("there is no time zone `{shown}`")
        }
    }

    fn help(&self) -> String {
        match &self.instead {
            Some(zone) => format!("did you mean `{zone}`?"),
            None => "write the IANA name of a place, as in `Europe/Berlin`, or `UTC`".to_owned(),
        }
    }
}

/// The zone of an IANA name of a place, spelt as the database spells it. Abbreviations (`EST`), fixed offsets (`Etc/GMT+5`,
/// whose sign is the reverse of what it looks like) and other spellings are refused: engines disagree about them.
fn zone(name: &str) -> Result<TimeZone, ZoneRemedy> {
    let database = TimeZoneDatabase::bundled();
    let found = database.get(name).ok();
    let spelt = found.as_ref().and_then(|zone| zone.iana_name()).map(str::to_owned);
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    let place = |name: &str| name.contains('/') && !name.starts_with("Etc/");
    match (found, spelt) {
        (Some(zone), Some(spelt)) if spelt == name && place(name) => Ok(zone),
        (Some(_), Some(spelt)) if place(&spelt) => Err(ZoneRemedy { ambiguous: false, instead: Some(spelt) }),
        (Some(_), _) => Err(ZoneRemedy { ambiguous: true, instead: utc_alias(name) }),
        (None, _) => {
            let names: Vec<String> = database.available().map(|name| name.to_string()).filter(|n| place(n)).collect();
            let near = suggest::closest(name, names.iter().map(String::as_str)).map(str::to_owned);
            Err(ZoneRemedy { ambiguous: false, instead: near })
        }
    }
}

/// Why a name is no zone that every engine knows alike, and what to write instead.
pub(crate) fn zone_fault(name: &str) -> Result<(), (String, String)> {
    zone(name).map(|_| ()).map_err(|remedy| (remedy.message(name), remedy.help()))
}

fn utc_alias(name: &str) -> Option<String> {
    let aliases = ["utc", "etc/utc", "zulu", "etc/zulu", "uct", "etc/uct", "universal", "etc/universal"];
    aliases.contains(&name.to_lowercase().as_str()).then(|| "UTC".to_owned())
}

fn unknown_pack(pack: &Spanned<String>, shown: &str) -> Diagnostic {
    let known: Vec<&str> = shipped::PACKS.iter().map(|pack| pack.name).collect();
    let finding = Diagnostic::error(BAD_PACK, format!("there is no policy pack `{shown}`"))
        .at(pack.span, "a pack that nobody would enforce")
        .because("a pack that is named but not enforced would promise a protection that nobody has");
    match suggest::closest(&pack.value, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
            format!("write `{near}`"),
            pack.span,
            format!("\"{near}\""),
        ),
        None => finding.help(format!("the packs are {}; `segma packs` tells what each holds", quoted_list(&known))),
    }
}

/// The format of a data file, or why its path is refused.
fn data_format(path: &str) -> Result<DataFormat, &'static str> {
    if let Some(cause) = unsafe_path(path) {
        return Err(cause);
    }
    if path.ends_with(".csv") {
        Ok(DataFormat::Csv)
    } else if path.ends_with(".parquet") {
        Ok(DataFormat::Parquet)
    } else {
        Err("ends in neither `.csv` nor `.parquet`")
    }
}

/// Why a path cannot be trusted to lie inside the project on every system, if so.
pub fn unsafe_path(path: &str) -> Option<&'static str> {
    if path.starts_with('/') || path.starts_with('~') || path.contains(':') {
        return Some("is not relative to the project's folder");
    }
    if path.contains('\\') {
        return Some("holds a backslash; folders are divided by `/`");
    }
    if path.chars().any(text::is_hazard) {
        return Some("holds a character that cannot be seen");
    }
    path.split('/').find_map(unsafe_part)
}

fn unsafe_part(part: &str) -> Option<&'static str> {
    let stem = part.split('.').next().unwrap_or(part).to_ascii_uppercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    match part {
        ".." => Some("leaves the project's folder"),
        "" | "." => Some("holds an empty step"),
        _ if part.ends_with('.') || part.ends_with(' ') || part.starts_with(' ') => {
            Some("has a part that begins or ends with a blank or a dot, which some systems drop")
        }
        _ if ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str()) || numbered("COM") || numbered("LPT") => {
            Some("has a part that names a device on some systems")
        }
        _ => None,
    }
}

fn quoted_list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;

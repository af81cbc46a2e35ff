//! Real databases through ADBC: the emitted SQL is asked, counts come back.
//!
//! No engine is compiled in. A driver is looked up by what the caller names (a flag, then an environment variable), then by ADBC
//! driver manifests. Nothing is created or changed in the database, rows never leave it, and nothing here prints an address of
//! a database, which may hold a password.

mod target;

pub use target::{Engine, Target};

use std::ffi::OsStr;
use std::path::Path;

use adbc_core::error::Error;
use adbc_core::options::{AdbcVersion, OptionDatabase, OptionValue};
use adbc_core::{Connection, Database as _, Driver, LOAD_FLAG_DEFAULT, Statement};
use adbc_driver_manager::{ManagedConnection, ManagedDriver};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use crate::diagnostic::text;

/// Why a database gave no answer: one lower-case sentence, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub message: String,
    /// What helps.
    pub help: Option<String>,
}

/// A database that is open.
pub struct Database {
    engine: Engine,
    connection: ManagedConnection,
}

impl Database {
    /// Opens a database. `driver` is the driver's library, where somebody named one.
    pub fn open(target: &Target, driver: Option<&OsStr>) -> Result<Self, Fault> {
        let engine = target.engine();
        let mut driver = load(engine, driver)?;
        let failed = |error: Error| said(engine, "cannot be opened", &error);
        let database = driver.new_database_with_opts(options(target)).map_err(failed)?;
        let connection = database.new_connection().map_err(failed)?;
        Ok(Self { engine, connection })
    }

    /// How many rows a query has.
    pub fn count(&mut self, query: &str) -> Result<u64, Fault> {
        let engine = self.engine;
        let refused = |cause: &str| Fault {
            message: format!("{} refused a query: {}", engine.title(), text::line(&without_cells(cause, query))),
            help: None,
        };
        let failed = |error: Error| refused(&error.message);
        let mut statement = self.connection.new_statement().map_err(failed)?;
        statement
            .set_sql_query(format!("SELECT count(*) AS \"people\" FROM (\n{query}\n) AS \"members\""))
            .map_err(failed)?;
        let mut found = statement.execute().map_err(failed)?;
        let unreadable = || Fault { message: format!("{} gave no count", engine.title()), help: None };
        let batch = found.next().ok_or_else(unreadable)?.map_err(|error| refused(&error.to_string()))?;
        let column = batch.columns().first().and_then(|column| column.as_primitive_opt::<Int64Type>());
        let count = column.and_then(|column| column.iter().next().flatten());
        count.and_then(|count| u64::try_from(count).ok()).ok_or_else(unreadable)
    }
}

/// An engine's words up to the first thing that they may quote from a row: a quoted text stays only where the query quotes it, too.
fn without_cells(cause: &str, query: &str) -> String {
    let mut out = String::new();
    // PostgreSQL's details name cells without quotes: `Key (id)=(7)`.
    let mut rest = cause.split_once(")=(").map_or(cause, |(before, _)| before);
    let whole = rest.len() == cause.len();
    while let Some((before, after)) = rest.split_once(['\'', '"']) {
        let quote = rest.get(before.len()..before.len() + 1).unwrap_or("'");
        let (quoted, tail) = after.split_once(quote).unwrap_or((after, ""));
        out.push_str(before);
        let known = ["'", "\""].iter().any(|quote| query.contains(&format!("{quote}{quoted}{quote}")));
        if !known {
            return format!("{out}…");
        }
        out.push_str(&format!("{quote}{quoted}{quote}"));
        rest = tail;
    }
    out.push_str(rest);
    if whole { out } else { format!("{out})…") }
}

/// What opens a database: DuckDB for reading alone.
fn options(target: &Target) -> Vec<(OptionDatabase, OptionValue)> {
    let text = |text: &str| OptionValue::String(text.to_owned());
    match target {
        Target::DuckDb(file) => vec![
            (OptionDatabase::Other("path".to_owned()), text(file)),
            (OptionDatabase::Other("access_mode".to_owned()), text("READ_ONLY")),
        ],
        Target::Postgres(uri) => vec![(OptionDatabase::Uri, text(uri))],
    }
}

fn load(engine: Engine, named: Option<&OsStr>) -> Result<ManagedDriver, Fault> {
    let entry = engine.entry_point().map(str::as_bytes);
    if let Some(named) = named {
        if !Path::new(named).is_file() {
            let message =
                format!("there is no ADBC driver for {} at `{}`", engine.title(), text::line(&named.to_string_lossy()));
            return Err(Fault { message, help: Some(engine.installing()) });
        }
        return ManagedDriver::load_dynamic_from_filename(named, entry, AdbcVersion::V100).map_err(|error| {
            let shown = text::line(&named.to_string_lossy());
            let message = format!("`{shown}` is no ADBC driver for {}: {}", engine.title(), text::line(&error.message));
            Fault { message, help: Some(engine.installing()) }
        });
    }
    ManagedDriver::load_from_name(engine.manifest(), entry, AdbcVersion::V100, LOAD_FLAG_DEFAULT, None).map_err(|_| {
        Fault {
            message: format!("no ADBC driver for {} is installed", engine.title()),
            help: Some(engine.installing()),
        }
    })
}

fn said(engine: Engine, what: &str, error: &Error) -> Fault {
    Fault { message: format!("{} {what}: {}", engine.title(), text::line(&error.message)), help: None }
}

#[cfg(test)]
mod tests {
    use super::without_cells;

    #[test]
    fn what_engines_quote_from_rows_is_not_passed_on() {
        let query = "SELECT \"email\" FROM \"crm\".\"people\" WHERE \"state\" = 'yes'";
        let told = |cause| without_cells(cause, query);
        assert_eq!(told("Could not convert string 'anna@x.example' to INT32"), "Could not convert string …");
        assert_eq!(told("invalid input syntax for type integer: \"anna\""), "invalid input syntax for type integer: …");
        assert_eq!(told("column \"email\" does not exist"), "column \"email\" does not exist");
        assert_eq!(told("Key (id)=(7) is duplicated"), "Key (id)…");
        assert_eq!(told("string 'o'hara' is odd"), "string …");
    }
}

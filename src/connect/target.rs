//! Which database: `duckdb:FILE` or `postgresql://…`.

use super::Fault;
use crate::diagnostic::text;

/// A kind of database that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// DuckDB.
    DuckDb,
    /// PostgreSQL.
    Postgres,
}

/// A database.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A DuckDB file.
    DuckDb(String),
    /// A PostgreSQL server, as a URI that may hold a password.
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.engine().title())
    }
}

impl Target {
    /// From what people write.
    pub fn parse(written: &str) -> Result<Self, Fault> {
        if let Some(file) = written.strip_prefix("duckdb:").filter(|file| !file.is_empty()) {
            return Ok(Self::DuckDb(file.trim_start_matches("//").to_owned()));
        }
        if written.starts_with("postgresql://") || written.starts_with("postgres://") {
            return Ok(Self::Postgres(written.to_owned()));
        }
        let scheme = written.split([':', '/']).next().unwrap_or_default();
        Err(Fault {
            message: format!("`{}` is not a kind of database that can be asked", text::line(scheme)),
            help: Some("write duckdb:FILE, or postgresql://user@host/database".to_owned()),
        })
    }

    /// Its kind.
    pub fn engine(&self) -> Engine {
        match self {
            Target::DuckDb(_) => Engine::DuckDb,
            Target::Postgres(_) => Engine::Postgres,
        }
    }
}

impl Engine {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Engine::DuckDb => "DuckDB",
            Engine::Postgres => "PostgreSQL",
        }
    }

    /// The dialect that it reads.
    pub fn dialect(self) -> &'static str {
        match self {
            Engine::DuckDb => "duckdb",
            Engine::Postgres => "postgres",
        }
    }

    /// The environment variable that names its driver.
    pub fn variable(self) -> &'static str {
        match self {
            Engine::DuckDb => "SEGMA_DUCKDB_DRIVER",
            Engine::Postgres => "SEGMA_POSTGRESQL_DRIVER",
        }
    }

    /// The name of its driver's manifest.
    pub(super) fn manifest(self) -> &'static str {
        match self {
            Engine::DuckDb => "duckdb",
            Engine::Postgres => "postgresql",
        }
    }

    /// Where the driver begins, unless its manifest says so.
    pub(super) fn entry_point(self) -> Option<&'static str> {
        match self {
            Engine::DuckDb => Some("duckdb_adbc_init"),
            Engine::Postgres => None,
        }
    }

    /// How to get a driver.
    pub(super) fn installing(self) -> String {
        let how = match self {
            Engine::DuckDb => "libduckdb from https://duckdb.org/install is one (`dbc install duckdb` installs it)",
            Engine::Postgres => {
                "`pip install adbc-driver-postgresql` brings one (`dbc install postgresql` installs it)"
            }
        };
        format!("{how}; name its library with --driver or in {}", self.variable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_told_by_their_scheme() {
        assert!(Target::parse("duckdb:shop.db") == Ok(Target::DuckDb("shop.db".to_owned())));
        assert!(Target::parse("duckdb:///tmp/shop.db") == Ok(Target::DuckDb("/tmp/shop.db".to_owned())));
        assert!(matches!(Target::parse("postgresql://a@b/c"), Ok(Target::Postgres(_))));
        let fault = Target::parse("mysql://root:secret@host/db").unwrap_err();
        assert!(!fault.message.contains("secret"), "{}", fault.message);
    }

    #[test]
    fn nothing_prints_an_address() {
        let target = Target::parse("postgresql://user:secret@host/db").unwrap();
        assert_eq!(format!("{target:?}"), "PostgreSQL");
    }

    #[test]
    fn a_missing_driver_says_how_to_get_one() {
        let target = Target::parse("duckdb:x.db").unwrap();
        let fault = super::super::Database::open(&target, Some("/nowhere/libduckdb.so".as_ref())).err().unwrap();
        assert_eq!(fault.message, "there is no ADBC driver for DuckDB at `/nowhere/libduckdb.so`");
        assert!(fault.help.unwrap().contains("SEGMA_DUCKDB_DRIVER"));
    }
}

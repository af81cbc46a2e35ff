//! `--on`: the emitted SQL counts, in a real database.

#[cfg(feature = "adbc")]
use segma::connect::{Database, Fault, Target};
use segma::model::Instant;
use segma::plan::SegmentPlan;

use super::waterfall::{Line, Waterfall};
use super::{Failure, counts};

/// Which database, and by which driver.
#[derive(Debug, clap::Args)]
pub struct On {
    /// Run the emitted SQL on a database instead: duckdb:FILE or postgresql://…. Nothing is changed in it.
    #[arg(long, value_name = "DATABASE")]
    on: Option<String>,
    /// The library of the ADBC driver; by default SEGMA_DUCKDB_DRIVER or SEGMA_POSTGRESQL_DRIVER, then what ADBC's own driver
    /// manifests say.
    #[arg(long, value_name = "LIBRARY", requires = "on")]
    driver: Option<std::path::PathBuf>,
}

impl On {
    /// The counts of each segment, where a database is named.
    pub fn counts(
        &self,
        plans: &[&SegmentPlan],
        schema: &str,
        now: Instant,
    ) -> Option<Result<Vec<Waterfall>, Failure>> {
        let on = self.on.as_deref()?;
        Some(self.ask(on, plans, schema, now))
    }

    #[cfg(not(feature = "adbc"))]
    fn ask(&self, _: &str, _: &[&SegmentPlan], _: &str, _: Instant) -> Result<Vec<Waterfall>, Failure> {
        Err(Failure::new("this build asks no databases").help("build it with the feature `adbc`"))
    }

    #[cfg(feature = "adbc")]
    fn ask(&self, on: &str, plans: &[&SegmentPlan], schema: &str, now: Instant) -> Result<Vec<Waterfall>, Failure> {
        let target = Target::parse(on).map_err(failed)?;
        if let Target::DuckDb(file) = &target
            && !std::path::Path::new(file).is_file()
        {
            return Err(Failure::new(format!("there is no DuckDB file `{}`", segma::diagnostic::text::line(file))));
        }
        let engine = target.engine();
        let driver = self.driver.clone().map(std::path::PathBuf::into_os_string);
        let driver = driver.or_else(|| std::env::var_os(engine.variable()));
        let mut database = Database::open(&target, driver.as_deref()).map_err(failed)?;
        let mut found = Vec::new();
        for plan in plans {
            let fitted = segma::emit::sql::fit_segment(plan, schema, engine.dialect()).map_err(unfit)?;
            let none = || Failure::new(format!("segment `{}` has no query", plan.about.name));
            let query = fitted.query(&plan.about.name, Some(now)).ok_or_else(none)?.map_err(unfit)?;
            let people = database.count(&query).map_err(|fault| about(plan, fault))?;
            found.push(leaving(plan, people));
        }
        Ok(found)
    }
}

/// A database tells who would leave, not who was lost on the way.
fn leaving(plan: &SegmentPlan, people: u64) -> Waterfall {
    Waterfall {
        segment: plan.about.name.clone(),
        remark: counts::remark(plan),
        minimum: plan.delivery.minimum,
        lines: vec![Line::left("would leave", people)],
        selected: people,
        emptied: Vec::new(),
        nobodys: Vec::new(),
    }
}

#[cfg(feature = "adbc")]
fn failed(fault: Fault) -> Failure {
    Failure { causes: vec![fault.message], help: fault.help }
}

#[cfg(feature = "adbc")]
fn about(plan: &SegmentPlan, fault: Fault) -> Failure {
    Failure { causes: vec![format!("segment `{}`: {}", plan.about.name, fault.message)], help: fault.help }
}

#[cfg(feature = "adbc")]
fn unfit(findings: Vec<segma::diagnostic::Diagnostic>) -> Failure {
    Failure { causes: findings.into_iter().map(|finding| finding.message).collect(), help: None }
}

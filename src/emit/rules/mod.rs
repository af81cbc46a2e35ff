//! Rules as JSON: each segment's plan, whole, for engines elsewhere; and reading them back without trust.
//!
//! A document is one [`SegmentPlan`]: a version, closed operators, decimals, dates, instants and whole numbers of the data as
//! text, guards and windows as data, and the hash of all of it. The JSON Schema beside the rules is derived from the same
//! types. What is read back is refused unless every key is known and stands once, the version is this one, everything points
//! somewhere and the hash is that of the content; what passes is as good as a plan that was built.

mod unique;

use rayon::prelude::*;
use schemars::Schema;
use serde::Deserialize;

use super::Artefact;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{FORMAT, PlacementPlan, Plan, SegmentPlan};

/// No document is larger.
pub const LARGEST: usize = 16 * 1024 * 1024;

const NOT_JSON: Code = Code("RUN-05");
const VERSION: Code = Code("RUN-06");
const SHAPE: Code = Code("RUN-07");
const HASH: Code = Code("RUN-08");
const TOO_DEEP: Code = Code("RUN-09");

/// Every segment's rule, and the schema that they follow.
///
/// # Errors
/// The segments whose rule [`read`] would refuse: each is read back before it is given out.
pub fn emit(plan: &Plan) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
    let mut artefacts: Vec<Artefact> = plan.segments.par_iter().map(write).collect();
    let refused: Vec<Diagnostic> =
        plan.segments.par_iter().zip(&artefacts).filter_map(|(plan, artefact)| unreadable(plan, artefact)).collect();
    if !refused.is_empty() {
        return Err(refused);
    }
    artefacts.push(Artefact { path: "rules/segma-rule.schema.json".to_owned(), bytes: pretty(&schema()) });
    if !plan.placements.is_empty() {
        artefacts.extend(placements(plan)?);
        let path = "rules/placements/segma-placement.schema.json".to_owned();
        artefacts.push(Artefact { path, bytes: pretty(&placement_schema()) });
    }
    Ok(artefacts)
}

/// Every placement's document, read back.
fn placements(plan: &Plan) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
    let mut artefacts = Vec::new();
    let mut refused = Vec::new();
    for placement in &plan.placements {
        let artefact = write_placement(placement);
        let name = &placement.name;
        match read_placement(&artefact.bytes) {
            Ok(back) if back == *placement => artefacts.push(artefact),
            Ok(_) => {
                let message = format!("the placement `{name}` says something else once it is read back");
                refused.push(Diagnostic::error(Code("INT-01"), message).about(name));
            }
            Err(cause) => {
                let message = format!("the placement `{name}` could not be read back: {}", cause.message);
                refused.push(
                    Diagnostic::error(TOO_DEEP, message)
                        .because("JSON readers stop at 128 levels, and a rule that cannot be read selects nobody")
                        .help("nest conditions and references to segments less deeply")
                        .about(name),
                );
            }
        }
    }
    if refused.is_empty() { Ok(artefacts) } else { Err(refused) }
}

/// One placement's document: what is shown, each with the rule of those who see it, in order; and what everybody else is shown.
pub fn write_placement(plan: &PlacementPlan) -> Artefact {
    Artefact { path: format!("rules/placements/{}.json", plan.name), bytes: pretty(plan) }
}

/// The JSON Schema (2020-12) of a placement.
pub fn placement_schema() -> Schema {
    titled(schemars::schema_for!(PlacementPlan), "Segma placement")
}

/// Reads a placement.
///
/// # Errors
/// Why it is none, or none that may be trusted.
pub fn read_placement(bytes: &[u8]) -> Result<PlacementPlan, Diagnostic> {
    head(bytes)?;
    let plan: PlacementPlan = serde_json::from_slice(bytes).map_err(|error| shape(&error))?;
    plan.validate().map_err(|cause| refused(SHAPE, format!("the placement does not hold together: {cause}")))?;
    let hashes = plan.shows.iter().all(|show| show.to.hash == show.to.computed_hash());
    if !hashes || plan.hash != plan.computed_hash() {
        return Err(changed("placement"));
    }
    Ok(plan)
}

/// Why a written rule would be refused where it is read.
fn unreadable(plan: &SegmentPlan, artefact: &Artefact) -> Option<Diagnostic> {
    let name = &plan.about.name;
    let finding = match read(&artefact.bytes) {
        Ok(back) if back == *plan => return None,
        Ok(_) => {
            Diagnostic::error(Code("INT-01"), format!("the rule of `{name}` says something else once it is read back"))
        }
        Err(cause) => {
            Diagnostic::error(TOO_DEEP, format!("the rule of `{name}` could not be read back: {}", cause.message))
                .because("JSON readers stop at 128 levels, and a rule that cannot be read selects nobody")
                .help("nest conditions and references to segments less deeply")
        }
    };
    Some(finding.about(name))
}

/// One segment's rule.
pub fn write(plan: &SegmentPlan) -> Artefact {
    Artefact { path: format!("rules/{}.json", plan.about.name), bytes: pretty(plan) }
}

/// The JSON Schema (2020-12) of a rule.
pub fn schema() -> Schema {
    titled(schemars::schema_for!(SegmentPlan), "Segma rule")
}

fn titled(mut schema: Schema, title: &str) -> Schema {
    schema.insert("title".to_owned(), title.into());
    let version = serde_json::json!({ "const": FORMAT });
    if let Some(format) = schema.pointer_mut("/properties/format").and_then(serde_json::Value::as_object_mut) {
        format.extend(version.as_object().cloned().unwrap_or_default());
    }
    schema
}

/// Reads a rule.
///
/// # Errors
/// Why it is none, or none that may be trusted.
pub fn read(bytes: &[u8]) -> Result<SegmentPlan, Diagnostic> {
    head(bytes)?;
    let plan: SegmentPlan = serde_json::from_slice(bytes).map_err(|error| shape(&error))?;
    plan.validate().map_err(|cause| refused(SHAPE, format!("the rule does not hold together: {cause}")))?;
    if plan.hash != plan.computed_hash() {
        return Err(changed("rule"));
    }
    Ok(plan)
}

fn changed(what: &str) -> Diagnostic {
    refused(HASH, format!("the {what}'s hash is not that of its content"))
        .because(format!("somebody changed what the {what} says after it was checked"))
        .help("build the project anew instead of editing its rules")
}

/// What every document must be before it is looked at: not too large, plain JSON, of this version.
fn head(bytes: &[u8]) -> Result<(), Diagnostic> {
    if bytes.len() > LARGEST {
        return Err(refused(NOT_JSON, format!("the rule is larger than {} MiB", LARGEST >> 20)));
    }
    unique::check(bytes).map_err(|error| refused(NOT_JSON, format!("the rule is not acceptable JSON: {error}")))?;
    let head: Head = serde_json::from_slice(bytes).map_err(|error| shape(&error))?;
    if head.format != u64::from(FORMAT) {
        let message = format!("the rule is of version {} and this is version {FORMAT}", head.format);
        return Err(refused(VERSION, message).help("build the project anew with this version of segma"));
    }
    Ok(())
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    format: u64,
}

fn shape(error: &serde_json::Error) -> Diagnostic {
    refused(SHAPE, format!("the rule is not of the published shape: {error}"))
}

fn refused(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message)
        .because("a rule that cannot be trusted selects nobody")
        .help("give a rule as `segma build` wrote it")
}

fn pretty(value: &impl serde::Serialize) -> Vec<u8> {
    // Plans hold no floats and no maps with keys other than text, so that writing cannot fail.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests;

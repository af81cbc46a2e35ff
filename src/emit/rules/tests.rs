//! Rules are written, read back equal, and refused wherever they were touched.

use serde_json::{Value as Json, json};

use super::*;
use crate::plan::samples;

fn sample() -> SegmentPlan {
    samples::rich().seal()
}

fn document() -> Json {
    serde_json::from_slice(&write(&sample()).bytes).unwrap()
}

/// Reads a document that was changed and sealed again, so that nothing but its shape or sense can be wrong.
fn read_changed(change: impl FnOnce(&mut SegmentPlan)) -> Result<SegmentPlan, Diagnostic> {
    let mut plan = sample();
    change(&mut plan);
    read(&write(&plan.seal()).bytes)
}

fn code(result: &Result<SegmentPlan, Diagnostic>) -> &'static str {
    result.as_ref().unwrap_err().code.0
}

#[test]
fn what_is_written_reads_back_equal() {
    let written = write(&sample());
    assert_eq!(written.path, "rules/s.json");
    assert_eq!(read(&written.bytes), Ok(sample()));
    assert_eq!(write(&read(&written.bytes).unwrap()), written);
    assert!(written.bytes.ends_with(b"}\n"));
}

#[test]
fn every_value_of_the_data_is_text() {
    let text = String::from_utf8(write(&sample()).bytes).unwrap();
    assert!(text.contains(r#""value": "12.5""#) && !text.contains("12.5,"));
    let compact: String = text.split_whitespace().collect();
    assert!(compact.contains(r#"{"type":"integer","value":"9007199254740993"}"#));
}

#[test]
fn a_key_may_not_stand_twice_anywhere() {
    let text = String::from_utf8(write(&sample()).bytes).unwrap();
    let minimum = text.replacen("\"minimum\":", "\"minimum\": 0, \"minimum\":", 1);
    assert_ne!(text, minimum);
    let finding = read(minimum.as_bytes()).unwrap_err();
    assert!(finding.message.contains("`minimum` stands twice"), "{}", finding.message);
    let deep = text.replacen("\"adult_at\":", "\"adult_at\": null, \"adult_at\":", 1);
    assert_eq!(code(&read(deep.as_bytes())), "RUN-05");
    assert_eq!(code(&read(br#"{"a":1,"\u0061":2}"#)), "RUN-05");
}

#[test]
fn unknown_keys_versions_and_operators_are_refused() {
    let change = |change: &dyn Fn(&mut Json)| {
        let mut json = document();
        change(&mut json);
        code(&read(&serde_json::to_vec(&json).unwrap()))
    };
    assert_eq!(change(&|json| json["note"] = json!("hello")), "RUN-07");
    assert_eq!(change(&|json| json["guard"]["note"] = json!("hello")), "RUN-07");
    assert_eq!(change(&|json| json["format"] = json!(2)), "RUN-06");
    assert_eq!(change(&|json| json["format"] = json!("1")), "RUN-07");
    assert_eq!(change(&|json| json["condition"] = json!({ "matches": "everything" })), "RUN-07");
    assert_eq!(change(&|json| json["condition"] = json!("everyone")), "RUN-08");
    assert_eq!(change(&|json| json["delivery"]["minimum"] = json!(1.0)), "RUN-07");
    assert_eq!(change(&|json| json["delivery"]["minimum"] = json!(-1)), "RUN-07");
    assert_eq!(change(&|json| json["delivery"] = json!(null)), "RUN-07");
    assert_eq!(change(&|json| json["hash"] = json!("00")), "RUN-08");
    assert_eq!(change(&|json| drop(json.as_object_mut().unwrap().remove("reads"))), "RUN-07");
}

#[test]
fn what_points_nowhere_is_refused() {
    use crate::plan::{Cond, Role};
    assert!(read_changed(|_| {}).is_ok());
    let bad: [fn(&mut SegmentPlan); 9] = [
        |plan| plan.tables.clear(),
        |plan| plan.tables[1].role = Role::Events { subject: 99 },
        |plan| plan.guard.entity = 1,
        |plan| plan.guard.purposes.clear(),
        |plan| plan.timezone = "Nowhere/Land".into(),
        |plan| plan.scans.clear(),
        |plan| plan.delivery.minimum = u64::MAX,
        |plan| plan.condition = Cond::And(vec![plan.condition.clone(), plan.condition.clone()]),
        |plan| plan.guard.residence.strictest.opt_outs = vec![7],
    ];
    for (at, change) in bad.into_iter().enumerate() {
        assert_eq!(code(&read_changed(change)), "RUN-07", "{at}");
    }
}

#[test]
fn what_is_no_rule_is_refused_without_a_panic() {
    let deep = "[".repeat(100_000);
    let nested = format!("{}\"everyone\"{}", "{\"not\":".repeat(200), "}".repeat(200));
    let large = vec![b' '; LARGEST + 1];
    for bytes in [
        &b""[..],
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"{\"format\":1}",
        b"{} {}",
        deep.as_bytes(),
        nested.as_bytes(),
        &large,
    ] {
        assert!(read(bytes).is_err());
    }
    let whole = write(&sample()).bytes;
    for cut in (0..whole.len()).step_by(37) {
        assert!(read(&whole[..cut]).is_err());
    }
}

#[test]
fn any_changed_byte_that_still_reads_breaks_the_hash() {
    let whole = write(&sample()).bytes;
    for at in (0..whole.len()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(1);
        if let Ok(plan) = read(&bytes) {
            assert_eq!(plan, sample(), "byte {at}");
        }
    }
}

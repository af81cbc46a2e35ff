//! Damaged files and plans that do not hold together are findings, never panics.

use super::*;

#[test]
fn what_is_missing_is_named() {
    let plan = plan(contract(), Cond::Everyone);
    let finding = World::new().without("crm.people").try_run(&plan).unwrap_err();
    assert_eq!((finding.code.0, finding.message.as_str()), ("RUN-01", "no rows are named for table `crm.people`"));
    let finding = World::new().with("crm.people", "id,country\n1,DE\n").try_run(&plan).unwrap_err();
    assert_eq!(finding.code.0, "RUN-03");
    assert!(finding.message.contains("column `born` of table `crm.people` is not there"), "{}", finding.message);
}

#[test]
fn ragged_and_damaged_files_are_findings() {
    let plan = plan(contract(), Cond::Everyone);
    let finding = World::new().people("1,DE\n").try_run(&plan).unwrap_err();
    assert!(finding.message.contains("line 2 has 2 cells where the header has 7"), "{}", finding.message);
    for bytes in [
        &b""[..],
        b"PAR1",
        b"PAR1PAR1",
        b"PAR1\0\0\0\0PAR1",
        b"\xff\xfe\0",
        b"PAR1aaaaaaaaaaaaaaaaaaaaaaaaaaaa\x10\0\0\0PAR1",
    ] {
        let mut world = World::new();
        world.0.insert("crm.people".into(), File { name: "x".into(), format: Format::Parquet, bytes: bytes.to_vec() });
        assert_eq!(world.try_run(&plan).unwrap_err().code.0, "RUN-02");
        world.0.insert("crm.people".into(), File { name: "x".into(), format: Format::Csv, bytes: bytes.to_vec() });
        assert!(world.try_run(&plan).is_err());
    }
}

#[test]
fn cells_that_are_no_text_are_unreadable_and_not_missing() {
    let mut world = World::new();
    let bytes = b"id,country,born,email,level,ok,seen\n1,\xff\xfe,,,,,\n2,,,,,,\n".to_vec();
    world.0.insert("crm.people".into(), File { name: "x".into(), format: Format::Csv, bytes });
    let mut plan = plan(contract(), Cond::Missing(own(1)));
    plan.scans[0].columns = vec![1];
    let outcome = world.run(&plan);
    assert_eq!(outcome.members(), ["2"]);
    assert_eq!(fate(&outcome, "1"), Fate::Broken);
}

#[test]
fn columns_are_found_by_name_in_any_order_and_case_where_that_is_plain() {
    let world = World::new().with("crm.people", "seen,OK,level,email,born,Country,ID\n,,,,,DE,1\n");
    let plan = plan(contract(), compare(own(1), CompareOp::Equal, text("DE")));
    assert_eq!(world.members(&plan), ["1"]);
    let twice =
        World::new().with("crm.people", "seen,ok,level,email,born,country,COUNTRY,Country,id\n,,,,,DE,DE,DE,1\n");
    assert_eq!(twice.members(&plan), ["1"]);
    let twice = World::new().with("crm.people", "seen,ok,level,email,born,COUNTRY,Country,id\n,,,,,DE,DE,1\n");
    assert_eq!(twice.try_run(&plan).unwrap_err().code.0, "RUN-03");
}

/// A Parquet file of people, as the engine's own library writes it.
fn parquet() -> Vec<u8> {
    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", std::sync::Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("country", std::sync::Arc::new(StringArray::from(vec![Some("DE"), None, Some("FR")]))),
        ("born", std::sync::Arc::new(Date32Array::from(vec![Some(0), None, Some(20_000)]))),
        ("email", std::sync::Arc::new(StringArray::from(vec![Some("a@x"), Some("b@x"), None]))),
        ("level", std::sync::Arc::new(Int32Array::from(vec![Some(1), None, Some(-7)]))),
        ("ok", std::sync::Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        (
            "seen",
            std::sync::Arc::new(TimestampMicrosecondArray::from(vec![Some(1), None, Some(2)]).with_timezone("UTC")),
        ),
    ];
    let batch = arrow::array::RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn with_people(bytes: Vec<u8>) -> World {
    let mut world = World::new();
    world.0.insert("crm.people".into(), File { name: "people.parquet".into(), format: Format::Parquet, bytes });
    world
}

#[test]
fn parquet_reads_as_csv_does() {
    let world = with_people(parquet());
    let is = |condition| world.members(&plan(contract(), condition));
    assert_eq!(is(compare(own(1), CompareOp::Equal, text("DE"))), ["1"]);
    assert_eq!(is(Cond::Missing(own(1))), ["2"]);
    assert_eq!(is(compare(own(4), CompareOp::Less, number("0"))), ["3"]);
    assert_eq!(is(Cond::Truth(own(5))), ["1"]);
    let day = |day: &str| Expr::Literal(Value::Date(day.parse().unwrap()));
    assert_eq!(is(compare(own(2), CompareOp::Equal, day("1970-01-01"))), ["1"]);
    assert_eq!(is(compare(own(2), CompareOp::Greater, day("2024-10-03"))), ["3"]);
    assert_eq!(is(Cond::Missing(own(6))), ["2"]);
}

#[test]
fn a_column_of_another_type_is_named() {
    let mut plan = plan(contract(), Cond::Everyone);
    plan.tables[PEOPLE].columns[6].kind = ColumnKind::Wall { zone: "UTC".into() };
    let finding = with_people(parquet()).try_run(&plan).unwrap_err();
    assert_eq!(finding.code.0, "RUN-03");
    assert!(finding.message.contains("wall times"), "{}", finding.message);
    plan.tables[PEOPLE].columns[6].kind = ColumnKind::Integer;
    assert_eq!(with_people(parquet()).try_run(&plan).unwrap_err().code.0, "RUN-03");
}

#[test]
fn no_damage_to_a_parquet_file_is_a_panic() {
    let whole = parquet();
    let plan = plan(contract(), compare(own(1), CompareOp::Equal, text("DE")));
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x5a;
        let _ = with_people(bytes).try_run(&plan).map(|outcome| outcome.waterfall.in_scope);
        let cut = whole.get(..at).unwrap().to_vec();
        assert!(with_people(cut).try_run(&plan).is_err());
    }
}

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

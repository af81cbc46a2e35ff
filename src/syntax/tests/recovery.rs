//! Several mistakes in one file: each is found at its place, and the rest is read.

use super::support::{lines, mended, read};
use crate::syntax::ast::ItemKind;

const FIVE: &str = r#"entity customer is person {
  tabel      crm.customers
  key        customer_id integer
  allowed    service marketing
}

source orders customer {
  table      shop.orders
  subject    customer_id
  retain     26 mnths
}

segment good of customer {
  purpose  marketing.email
  consent  marketing.email
  retain   30 days
  where    country = "DE" nd city = "Bonn"
}

segment fine of customer {
  where everyone
}
"#;

#[test]
fn five_mistakes_give_five_findings_at_their_places() {
    let found = [
        "2:3 SYN-03 an entity has no clause `tabel`",
        "4:22 SYN-22 a comma is missing between the items of this list",
        "7:15 SYN-01 expected `of`, found `customer`",
        "10:17 SYN-01 `mnths` means nothing here",
        "17:27 SYN-01 `nd` means nothing here",
    ];
    let got = lines(FIVE);
    assert_eq!(got.len(), 5, "{got:#?}");
    for (got, wanted) in got.iter().zip(found) {
        assert!(got == wanted || wanted.contains("mnths") && got.starts_with("10:17 SYN-01"), "{got} | {wanted}");
    }
    let items = read(FIVE).items;
    assert_eq!(items.len(), 4);
    let ItemKind::Entity(entity) = &items[0].kind else { panic!() };
    assert!(
        entity.key.is_some()
            && entity.lost.wrote("table")
            && entity.lost.wrote("allowed")
            && !entity.lost.wrote("retain")
    );
    let ItemKind::Error { keyword, name } = &items[1].kind else { panic!() };
    assert_eq!((*keyword, name.as_ref().unwrap().value.as_str()), (Some("source"), "orders"));
    let ItemKind::Segment(segment) = &items[2].kind else { panic!() };
    assert!(segment.retain.is_some() && segment.condition.is_none() && segment.lost.wrote("where"));
    assert!(matches!(items[3].kind, ItemKind::Segment(_)));
}

#[test]
fn the_line_that_ends_too_early_is_the_one_that_is_blamed() {
    let text = "segment x of customer {\n  retain\n  refresh daily\n  where a =\n  for mailer\n}\n";
    assert_eq!(
        lines(text),
        ["2:3 SYN-01 expected `nothing` or a number after `retain`", "4:11 SYN-01 expected a value after `=`"]
            .map(|line| line.replace("expected a value", "expected a condition")),
    );
    let text = "source x of y {\n  allowed a,\n  retain 3 months\n}\n";
    assert_eq!(lines(text), ["2:12 SYN-01 expected a name after `,`"]);
}

#[test]
fn a_mistake_on_a_line_of_several_clauses_loses_only_its_own() {
    let text = "purpose x {\n  title \"t\"  basis consnt  valid 24 months\n  channel email\n}\npurpose y { basis 3 valid 4 months }\n";
    assert_eq!(lines(text).len(), 2, "{:?}", lines(text));
    let items = read(text).items;
    for item in &items {
        let ItemKind::Purpose(purpose) = &item.kind else { panic!() };
        assert!(purpose.valid.is_some() && purpose.basis.is_none() && purpose.lost.wrote("basis"));
    }
}

#[test]
fn misspelt_keywords_are_read_as_what_they_mean() {
    let text = "segmnt x of customer {\n  where everyone\n}\nSOURCE y of customer {\n}\nsegment z of customer {\n  consnt a\n  retian 3 days\n  WHERE everyone\n}\n";
    assert_eq!(
        lines(text),
        [
            "1:1 SYN-02 no declaration begins with `segmnt`",
            "4:1 SYN-19 keywords are lower case: `source`",
            "7:3 SYN-03 a segment has no clause `consnt`",
            "8:3 SYN-03 a segment has no clause `retian`",
            "9:3 SYN-19 keywords are lower case: `where`",
        ]
    );
    let parsed = read(text);
    assert!(matches!(&parsed.items[0].kind, ItemKind::Segment(segment) if segment.condition.is_some()));
    let ItemKind::Segment(segment) = &parsed.items[2].kind else { panic!() };
    assert!(["consent", "retain", "where"].iter().all(|keyword| segment.lost.wrote(keyword)));
    let mended = parsed.diagnostics.iter().rev().fold(text.to_owned(), |text, finding| mended(&text, finding).unwrap());
    assert_eq!(lines(&mended), Vec::<String>::new());
}

#[test]
fn a_clause_written_twice_is_reported_once_with_both_places() {
    let text = "segment x of customer {\n  retain 3 days\n  where everyone\n  retain 4 days\n}\n";
    let parsed = read(text);
    assert_eq!(lines(text), ["4:3 SYN-13 `retain` is written twice"]);
    assert_eq!(parsed.diagnostics[0].related.len(), 1);
}

#[test]
fn two_conditions_are_joined_so_that_nobody_more_is_let_in() {
    let text =
        "segment x of customer {\n  where a = 1\n  where b = 2 or c = 3\n  except d\n  except any o over today\n}\n";
    let parsed = read(text);
    assert_eq!(lines(text), ["3:3 SYN-13 `where` is written twice", "5:3 SYN-13 `except` is written twice"]);
    let mended = parsed.diagnostics.iter().rev().fold(text.to_owned(), |text, finding| mended(&text, finding).unwrap());
    assert!(mended.contains("where (a = 1) and (b = 2 or c = 3)\n  except (d) or (any o over today)\n"), "{mended}");
    assert_eq!(lines(&mended), Vec::<String>::new());
    let apart = "segment x of customer {\n  except a // why\n  except b\n}\n";
    let found = read(apart).diagnostics;
    assert!(found[0].fix.is_none() && found[0].help.as_ref().is_some_and(|help| help.contains("or")), "{found:?}");
}

#[test]
fn an_unclosed_declaration_is_contained() {
    let text = "segment x of customer {\n  where everyone\n\nsegment y of customer {\n  where everyone\n}\n";
    assert_eq!(lines(text), ["1:23 SYN-05 this `{` is never closed"]);
    let items = read(text).items;
    assert!(items.len() == 2 && items.iter().all(|item| matches!(item.kind, ItemKind::Segment(_))));
    let text = "segment x of customer {\n  where (a = 1 and (b = 2\n  retain 3 days\n}\ncategory a under b\n";
    assert_eq!(lines(text), ["2:20 SYN-05 this `(` is never closed"]);
    let text = "ledger l of c {\n  purposes p { \"a\" = b\n  at t\n}\n";
    assert_eq!(lines(text).len(), 1);
}

#[test]
fn text_outside_declarations() {
    assert_eq!(lines("= 3\n"), ["1:1 SYN-04 text outside any declaration"]);
    assert_eq!(lines("  category a under b\n"), ["1:3 SYN-04 `category` does not stand in column 0"]);
    assert_eq!(lines("category a under b\n  category c under d\n").len(), 1);
    assert_eq!(
        lines("segment x of y { where everyone } category a under b\n"),
        ["1:35 SYN-04 `category` does not stand in column 0"]
    );
    assert_eq!(lines("segment x of y { where everyone } }\n"), ["1:35 SYN-05 this `}` closes nothing"]);
    assert_eq!(
        lines("segment x of y {\n  where everyone\n} 5 6\n"),
        ["3:3 SYN-01 `5` stands after the end of this declaration"]
    );
    assert_eq!(lines("category a under b c\n").len(), 1);
    assert_eq!(lines("purpose x { title \"t\" }\nretain 3 days\n"), ["2:1 SYN-02 no declaration begins with `retain`"]);
}

#[test]
fn clauses_of_other_declarations_say_where_they_belong() {
    let text = "source x of y {\n  birth b\n}\n";
    assert_eq!(lines(text), ["2:3 SYN-03 a source has no clause `birth`"]);
    assert_eq!(read(text).diagnostics[0].help.as_deref(), Some("`birth` is a clause of entity"));
    assert_eq!(
        lines("source x of y { table a, retain 3 days }\n"),
        ["1:24 SYN-36 clauses are not separated by commas"]
    );
    assert_eq!(lines("source x of y {\n  retain nothing\n}\n"), ["2:3 SYN-01 only a segment can retain nothing"]);
}

#[test]
fn at_most_fifty_errors_are_shown() {
    let text = "category a b\n".repeat(80);
    let found = lines(&text);
    assert_eq!(found.len(), 51);
    assert!(found[50].contains("SYN-39 30 more mistakes are not shown"), "{}", found[50]);
}

#[test]
fn documentation() {
    let text = "/// One.\n///  Two.\n// plain\ncategory a under b\n\n/// Lost.\n";
    let parsed = read(text);
    assert_eq!(parsed.items[0].doc.as_ref().unwrap().text, "One.\n Two.");
    assert_eq!(lines(text), ["6:1 SYN-32 this documents nothing: no declaration and no field follows"]);
    assert_eq!(parsed.comments.len(), 4);
    assert!(parsed.comments[3].after_blank_line && parsed.comments[3].doc && !parsed.comments[2].doc);
    let text = "source x of y {\n  /// Gross.\n  field total money(EUR) is commercial.purchases // trailing\n}\n";
    let parsed = read(text);
    let ItemKind::Source(source) = &parsed.items[0].kind else { panic!() };
    assert_eq!(source.fields[0].doc.as_ref().unwrap().text, "Gross.");
    assert!(!parsed.comments[1].own_line);
    assert!(parsed.diagnostics.is_empty());
}

#[test]
fn what_is_left_open_is_asked_for_once_a_clause_and_nothing_else_is_said() {
    let source = "\
source visits of ??? {
  table    ???
  subject  customer_id
  retain   ???
  allowed  analytics, ???
  field name ??? is ???, quasi
  field note text is contact, ???
}

category loyalty under ???

purpose offers { basis ???   channel email }
";
    let got = lines(source);
    let wanted = [
        "1:18 SYN-41 this is left open: write",
        "2:12 SYN-41 this is left open: write a table",
        "4:12 SYN-41 this is left open: write",
        "5:23 SYN-41 this is left open: write",
        "6:14 SYN-41 this is left open: write",
        "7:31 SYN-41 this is left open: write",
        "10:24 SYN-41 this is left open: write",
        "12:24 SYN-41 this is left open: write",
    ];
    assert_eq!(got.len(), wanted.len(), "{got:#?}");
    for (line, wanted) in got.iter().zip(wanted) {
        assert!(line.starts_with(wanted), "{line} | {wanted}\n{got:#?}");
    }
    let field = read(source).diagnostics.into_iter().nth(4).unwrap();
    assert_eq!(field.related.len(), 1, "the second question of a clause stands beside the first");
}

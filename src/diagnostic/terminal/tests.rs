use super::*;
use crate::diagnostic::{Code, Suppression};
use crate::source::{FileId, Span};

struct Shop {
    sources: SourceMap,
    catalog: FileId,
    segment: FileId,
}

fn shop() -> Shop {
    let mut sources = SourceMap::new();
    let catalog =
        sources.add("catalog/support.seg", "source tickets of customer {\n  table crm.tickets\n  allowed service\n}\n");
    let segment = sources.add(
        "segments/winback.seg",
        "segment winback of customer {\n  purpose marketing.email\n\n  where any tickets where topic = \"billing\"\n    over last 30 days\n}\n",
    );
    Shop { sources, catalog, segment }
}

impl Shop {
    fn span(&self, file: FileId, text: &str) -> Span {
        let start = self.sources.get(file).unwrap().text.find(text).unwrap();
        Span::new(file, start as u32, (start + text.len()) as u32)
    }

    fn finding(&self) -> Diagnostic {
        Diagnostic::error(Code("PUR-01"), "`tickets.topic` may serve `service`, not `marketing.email`")
            .at(self.span(self.segment, "topic"), "read here")
            .and(self.span(self.segment, "marketing.email"), "for this purpose")
            .and(self.span(self.catalog, "allowed service"), "the table allows no more")
            .because("somebody who asked for help would be advertised to on the strength of what they asked")
            .help("leave the topic out, or ask who owns the table to allow it")
            .fix(
                "leave the condition out",
                self.span(self.segment, "where any tickets where topic = \"billing\"\n    over last 30 days"),
                "where everyone",
            )
    }
}

#[test]
fn every_frame_says_its_own_place() {
    for lines in 1..9 {
        let text = format!("first\n{}second\nend\n", "between\n".repeat(lines - 1));
        let mut sources = SourceMap::new();
        let file = sources.add("a.seg", text.as_str());
        let place = |word: &str| {
            let start = text.find(word).unwrap();
            Span::new(file, start as u32, (start + word.len()) as u32)
        };
        let finding =
            Diagnostic::error(Code("NAM-02"), "declared twice").at(place("second"), "").and(place("first"), "");
        let drawn = one(&finding, &sources, &plain());
        let frames: Vec<&str> = drawn.split("╭─[").skip(1).collect();
        let shown = |frame: &str, word: &str| frame.lines().any(|line| line.ends_with(word));
        assert_eq!(frames.len(), 1 + drawn.matches("   ╭─[").count().saturating_sub(1), "{drawn}");
        for frame in &frames {
            let at_second = frame.starts_with(&format!("a.seg:{}:1]", lines + 1));
            assert!(if at_second { shown(frame, "second") } else { frame.starts_with("a.seg:1:1]") }, "{drawn}");
        }
        assert_eq!(frames.len(), drawn.matches("╰────\n").count(), "no frame without a place: {drawn}");
    }
}

fn plain() -> Look {
    Look { width: 80, ..Look::default() }
}

#[test]
fn a_finding_shows_every_place_in_its_own_file() {
    let shop = shop();
    insta::assert_snapshot!(render(&[shop.finding()], &shop.sources, &plain()), @r#"
error[PUR-01]: `tickets.topic` may serve `service`, not `marketing.email`
   ╭─[segments/winback.seg:4:27]
 1 │ segment winback of customer {
 2 │   purpose marketing.email
   ·           ───────┬───────
   ·                  ╰── for this purpose
 3 │
 4 │   where any tickets where topic = "billing"
   ·                           ──┬──
   ·                             ╰── read here
 5 │     over last 30 days
   ╰────
   ╭─[catalog/support.seg:3:3]
 2 │   table crm.tickets
 3 │   allowed service
   ·   ───────┬───────
   ·          ╰── the table allows no more
 4 │ }
   ╰────
  why: somebody who asked for help would be advertised to on the strength of
       what they asked
  help: leave the topic out, or ask who owns the table to allow it
  fix: leave the condition out
       segments/winback.seg:4
       -   where any tickets where topic = "billing"
       -     over last 30 days
       +   where everyone

1 error in 2 files
"#);
}

#[test]
fn ascii_stays_ascii_and_colour_is_only_where_asked() {
    let shop = shop();
    let look = Look { unicode: false, ..plain() };
    let drawn = one(&shop.finding(), &shop.sources, &look);
    assert!(drawn.is_ascii() && !drawn.contains('\u{1b}'), "{drawn}");
    let coloured = one(&shop.finding(), &shop.sources, &Look { colour: true, ..plain() });
    assert!(coloured.contains("\u{1b}[1;31merror[PUR-01]\u{1b}[0m"), "{coloured:?}");
}

#[test]
fn nothing_in_a_text_steers_the_terminal() {
    let mut sources = SourceMap::new();
    let text = "title \"\u{1b}]8;;evil\u{7}\u{202e}x\"\tend\n";
    let file = sources.add("segments/\u{1b}[2J.seg", text);
    let at = text.find("end").unwrap() as u32;
    let finding = Diagnostic::warning(Code("SYN-01"), "odd \u{1b}[31m text")
        .at(Span::new(file, at, at + 3), "here\u{7}")
        .and(Span::new(file, 6, 10), "")
        .help("no \u{202e} please")
        .fix("drop \u{9b}it", Span::new(file, 6, at), "\u{1b}c");
    let drawn = render(&[finding], &sources, &plain());
    assert!(!drawn.chars().any(|c| c != '\n' && text::is_hazard(c)), "{drawn:?}");
    assert!(drawn.contains("\\u{1b}]8;;evil\\u{7}\\u{202e}x"), "{drawn}");
}

#[test]
fn places_at_the_edges_of_a_file_are_shown() {
    for (text, start, end) in [("", 0, 0), ("a", 1, 1), ("a\n", 2, 2), ("a\nb", 0, 3), ("ä\r\nb", 0, 2), ("a", 90, 99)]
    {
        let mut sources = SourceMap::new();
        let file = sources.add("a.seg", text);
        let drawn = one(
            &Diagnostic::error(Code("SYN-01"), "broken").at(Span::new(file, start, end), "here"),
            &sources,
            &plain(),
        );
        assert!(drawn.contains("a.seg:") && drawn.contains("here") && !drawn.contains("Failed"), "{text:?}: {drawn}");
    }
}

#[test]
fn a_long_line_fits_a_narrow_terminal() {
    let mut sources = SourceMap::new();
    let text = format!("  {}where {}\n", "and so on ".repeat(12), "and on ".repeat(20));
    let file = sources.add("a.seg", text.as_str());
    let at = text.find("where").unwrap() as u32;
    let finding = Diagnostic::error(Code("SYN-01"), "odd").at(Span::new(file, at, at + 5), "right here");
    let drawn = one(&finding, &sources, &plain());
    assert!(drawn.lines().all(|line| line.chars().count() <= 80), "{drawn}");
    assert!(drawn.contains("so on where and on") && drawn.contains("right here") && drawn.contains("(…)"), "{drawn}");
    let wide = one(&finding, &sources, &Look { width: 100, ..plain() });
    assert!(wide.lines().any(|line| line.chars().count() > 150), "{wide}");
}

#[test]
fn a_line_of_a_megabyte_is_cut() {
    let mut sources = SourceMap::new();
    let text = format!("{}WRONG{}", "ä".repeat(500_000), "x".repeat(500_000));
    let file = sources.add("a.seg", text);
    let finding = Diagnostic::error(Code("SYN-01"), "broken").at(Span::new(file, 1_000_000, 1_000_005), "here");
    let drawn = one(&finding.fix("mend", Span::new(file, 1_000_000, 1_000_005), "RIGHT"), &sources, &plain());
    assert!(drawn.len() < 4_000 && drawn.contains("WRONG"), "{} bytes", drawn.len());
}

#[test]
fn the_last_line_counts_and_exceptions_stay_visible() {
    let shop = shop();
    let mut excepted = shop.finding();
    excepted.suppressed =
        Some(Suppression::exception("`no_tickets` for `winback`, approved by dpo@shop.example until 2026-12-31"));
    let drawn =
        render(&[shop.finding(), excepted, Diagnostic::note(Code("IDN-04"), "raised")], &shop.sources, &plain());
    assert!(drawn.contains("excepted error[PUR-01]: "), "{drawn}");
    assert!(drawn.ends_with("1 error, 1 note, 1 under an exception in 2 files\n"), "{drawn}");
    assert_eq!(render(&[], &shop.sources, &plain()), "no findings in 2 files\n");
}

#[test]
fn a_baseline_is_no_exception() {
    let shop = shop();
    let (mut excepted, mut waiting) = (shop.finding(), shop.finding());
    excepted.suppressed = Some(Suppression::exception("approved by dpo@shop.example until 2026-12-31"));
    waiting.suppressed = Some(Suppression::baseline("in the baseline until 2027-03-31"));
    let drawn = render(&[excepted, waiting], &shop.sources, &plain());
    assert!(drawn.contains("baselined error[PUR-01]: "), "{drawn}");
    assert!(drawn.contains("  baselined: in the baseline until 2027-03-31\n"), "{drawn}");
    assert!(drawn.ends_with("1 under an exception, 1 in the baseline in 2 files\n"), "{drawn}");
}

#[test]
fn prose_is_broken_between_words() {
    assert_eq!(wrap("one two three four five six", 24, 4, 4), ["one two three four", "five six"]);
    assert_eq!(wrap("", 24, 4, 4), [""]);
}

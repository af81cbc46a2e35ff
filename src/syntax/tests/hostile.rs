//! Hostile texts: characters that cannot be seen or only look alike, encodings, sizes.

use super::support::{lines, mistakes, read, segment};
use crate::syntax::{codes, decode, limits};

fn one(text: &str, code: &str) {
    let found = lines(text);
    assert!(found.iter().any(|line| line.contains(code)), "{text:?}: {found:?}");
    assert!(found.len() == 1, "{text:?}: {found:?}");
}

#[test]
fn nothing_is_a_file_too() {
    for text in ["", "\u{FEFF}", "\n", "\r\r", " \t\n", "// only a comment", "\u{FEFF}// x\r\n"] {
        assert_eq!(lines(text), Vec::<String>::new(), "{text:?}");
    }
    let text = "\u{FEFF}segment x of y {\r\n  where everyone // last\r}\r\ncategory a under b";
    assert_eq!(lines(text), Vec::<String>::new());
    assert_eq!(read(text).items.len(), 2);
}

#[test]
fn bytes_are_utf8_or_refused() {
    let text = "segment é".as_bytes();
    assert_eq!(decode(text).unwrap(), "segment é");
    assert!(decode(b"\xEF\xBB\xBFx").is_ok() && decode(b"").is_ok());
    let refused: [(&[u8], &str); 6] = [
        (b"\xFF\xFEs\0e\0", "the file is UTF-16, not UTF-8"),
        (b"\xFE\xFF\0s\0e", "the file is UTF-16, not UTF-8"),
        (b"s\0e\0g\0", "the file is UTF-16, not UTF-8"),
        (b"a\n\xC0\xAF", "the file is not UTF-8: byte 2 on line 2 is C0 AF"),
        (b"\xED\xA0\x80", "the file is not UTF-8: byte 0 on line 1 is ED A0"),
        (b"ab\xFF", "the file is not UTF-8: byte 2 on line 1 is FF"),
    ];
    for (bytes, message) in refused {
        let finding = decode(bytes).unwrap_err();
        assert_eq!((finding.code, finding.message.as_str()), (codes::ENCODING, message));
    }
    assert_eq!(decode(&vec![b' '; limits::FILE_BYTES + 1]).unwrap_err().code, codes::TOO_LARGE);
    assert!(decode(&vec![b' '; limits::FILE_BYTES]).is_ok());
}

#[test]
fn hidden_characters_are_refused_wherever_they_stand() {
    for c in [
        '\0',
        '\u{1}',
        '\u{7}',
        '\u{B}',
        '\u{C}',
        '\u{1A}',
        '\u{1B}',
        '\u{7F}',
        '\u{85}',
        '\u{AD}',
        '\u{61C}',
        '\u{180E}',
        '\u{200B}',
        '\u{200D}',
        '\u{200E}',
        '\u{202A}',
        '\u{202E}',
        '\u{2028}',
        '\u{2029}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{FEFF}',
        '\u{E0001}',
        '\u{E0041}',
        '\u{FFF9}',
        '\u{3164}',
    ] {
        one(&segment(&format!("a = \"x{c}y\"")), "SYN-08");
        one(&format!("// x{c}y\ncategory a under b\n"), "SYN-08");
        one(&segment(&format!("a = 1 {c} and b = 2")), "SYN-08");
        one(&format!("category a{c}x under b\n"), "SYN-08");
    }
    let line_end = "segment x of y {\n  where everyone // a\u{2028}  and a = 1\n}\n";
    one(line_end, "SYN-08");
}

#[test]
fn texts_and_comments_hold_what_can_be_seen() {
    let text = "// grüße, 你好, שלום, 🎉 e\u{301}\nsegment x of y {\n  because \"grüße 你好 שלום 🎉 ❤\u{FE0F} e\u{301} \\u{200B}\"\n  where everyone\n}\n";
    assert_eq!(lines(text), Vec::<String>::new());
}

#[test]
fn code_is_ascii() {
    one("segment x of y {\n  c\u{43E}nsent a\n  where everyone\n}\n", "SYN-09");
    let found = read("segment x of y {\n  c\u{43E}nsent a\n}\n");
    assert_eq!(found.diagnostics[0].fix.as_ref().unwrap().edits[0].1, "consent");
    one("segment \u{430}dmin of y {\n  where everyone\n}\n", "SYN-09");
    one("segment caf\u{e9} of y {\n  where everyone\n}\n", "SYN-09");
    one("segment cafe\u{301} of y {\n  where everyone\n}\n", "SYN-09");
    one("segment d\u{131}m of y {\n  where everyone\n}\n", "SYN-09");
    one("segment שלום of y {\n  where everyone\n}\n", "SYN-09");
    one("segment x🎉 of y {\n  where everyone\n}\n", "SYN-09");
    one(&segment("a = \u{FF12}"), "SYN-09");
    one(&segment("\u{FF08}a = 1)").replace("a = 1)", "a = 1"), "SYN-09");
    one(&segment("a = \u{201C}DE"), "SYN-09");
    one(&segment("a \u{2265} 3"), "SYN-09");
    one(&segment("a\u{A0}= 3"), "SYN-09");
    one(&segment("a = 1 \u{3000}and b = 2"), "SYN-09");
}

#[test]
fn a_lookalike_declaration_is_not_another_one() {
    let text = "s\u{435}gment x of y {\n  where everyone\n}\n";
    one(text, "SYN-09");
    assert_eq!(read(text).items.len(), 1);
}

#[test]
fn sizes_are_limited() {
    let name = |bytes: usize| format!("category {} under b\n", "x".repeat(bytes));
    assert_eq!(lines(&name(limits::NAME_BYTES)), Vec::<String>::new());
    one(&name(limits::NAME_BYTES + 1), "SYN-11");
    one(&name(1_000_000), "SYN-11");
    one(&segment(&format!("a = `{}`", "x".repeat(64))), "SYN-11");
    one(&segment(&format!("a = {}", "9".repeat(1_000_000))), "SYN-11");
    one(&segment(&format!("a = \"{}\"", "x".repeat(limits::TEXT_BYTES))), "SYN-11");
    assert_eq!(lines(&segment(&format!("a = \"{}\"", "x".repeat(limits::TEXT_BYTES - 2)))), Vec::<String>::new());
    one(&"x".repeat(limits::FILE_BYTES + 1), "SYN-11");
    one(&segment(&format!("a in (1{})", ", 1".repeat(100_000))), "SYN-11");
    one(&segment(&format!("a = 1{}", " and a=1".repeat(100_000))), "SYN-11");
}

#[test]
fn a_long_flat_chain_needs_no_stack() {
    let terms = 4_000;
    for word in ["and", "or", "+"] {
        let condition = format!("a{}", format!(" {word} a").repeat(terms));
        let condition = if word == "+" { format!("{condition} = 1") } else { condition };
        let text = segment(&condition);
        let found =
            std::thread::Builder::new().stack_size(256 << 10).spawn(move || lines(&text)).unwrap().join().unwrap();
        assert_eq!(found, Vec::<String>::new(), "{word}");
    }
}

#[test]
fn texts_left_open_at_the_end() {
    for text in [
        "segment x of y {\n  because \"abc",
        "segment x of y {\n  because \"\"\"abc\n\n",
        "segment x of y {\n  because 'abc",
    ] {
        one(text, "SYN-06");
    }
    one("/* never closed", "SYN-36");
    assert!(!mistakes(&read("segment x of y {\n  because \"\\")).is_empty());
}

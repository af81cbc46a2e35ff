//! Author text made harmless for Markdown, and the few shapes that pages are made of.
//!
//! Every word that came from a file passes through [`text`] or [`code`]; nothing of an author can become a heading, a link, an
//! element, a table cell of its own or an instruction to a diagram.

/// Author text as inline Markdown: one line, no markup, no HTML, no automatic links, no invisible characters.
pub fn text(author: &str) -> String {
    let mut out = String::with_capacity(author.len() + 8);
    for c in author.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' | '!' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            c if is_invisible(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out.replace("://", ":&#47;/").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
}

/// Text with names in backquotes, as inline Markdown: what is a name becomes code, all else is as in [`text`]. What stands in quotation
/// marks is somebody's own, in which a backquote is a character like another.
pub fn prose(said: &str) -> String {
    let parts: Vec<&str> = said.split('"').collect();
    if parts.len().is_multiple_of(2) {
        return text(said);
    }
    let inline = |(at, part): (usize, &&str)| if at % 2 == 0 { named(part) } else { text(part) };
    parts.iter().enumerate().map(inline).collect::<Vec<_>>().join("\"")
}

fn named(said: &str) -> String {
    let parts: Vec<&str> = said.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text(said);
    }
    let name = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.- ".contains(c);
        !part.is_empty() && part.chars().all(plain) && part.trim() == part
    };
    let inline = |(at, part): (usize, &&str)| match at % 2 {
        0 => text(part),
        _ if name(part) => code(part),
        _ => text(&format!("`{part}`")),
    };
    parts.iter().enumerate().map(inline).collect()
}

/// Author text as a paragraph of its own: its first character cannot begin a list, a heading or a rule either.
pub fn paragraph(author: &str) -> String {
    let inline = text(author.trim());
    match inline.chars().next() {
        Some('-' | '+' | '=' | ':') => format!("\\{inline}"),
        Some(c) if c.is_ascii_digit() => inline.replacen('.', "&#46;", 1).replacen(')', "&#41;", 1),
        Some(_) | None => inline,
    }
}

/// A name of the language (letters, digits, `_`, `.`) as code. Anything else in it falls away.
pub fn code(name: &str) -> String {
    format!("`{}`", self::name(name))
}

/// What may stand in a name, for code, links and paths.
pub fn name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || "_.- ".contains(*c)).collect()
}

/// A fenced block that no line of its content can close.
pub fn fence(language: &str, content: &str) -> String {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}\n", content.trim_end())
}

/// A table; cells are finished Markdown.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<_> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rule: Vec<_> = heads.iter().map(|_| "---".to_owned()).collect();
    [line(&heads), line(&rule)].into_iter().chain(rows.iter().map(|row| line(row))).collect()
}

/// A label inside a Mermaid node: letters, digits and a little punctuation.
pub fn mermaid(label: &str) -> String {
    label.chars().map(|c| if c.is_alphanumeric() || " ._-,".contains(c) { c } else { ' ' }).collect()
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        || ('\u{e0000}'..='\u{e0fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_author_becomes_markup() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=y>",
            "[x](javascript:y)",
            "![x](http://e/p.png)",
            "| a | b |",
        ] {
            let safe = text(hostile);
            let plain = safe.replace("\\]", "");
            assert!(!plain.contains('<') && !plain.contains("](") && !plain.contains("://"), "{safe}");
            assert!(!safe.replace("\\|", "").contains('|'), "{safe}");
        }
        assert_eq!(paragraph("# heading"), "\\# heading");
        assert_eq!(paragraph("- item"), "\\- item");
        assert_eq!(paragraph("1. item"), "1&#46; item");
        assert_eq!(prose("reads `a.b` and `<i>`; `"), "reads \\`a.b\\` and \\`&lt;i&gt;\\`; \\`");
        assert_eq!(prose("reads `a.b` and `<i>`"), "reads `a.b` and \\`&lt;i&gt;\\`");
        assert_eq!(text("a\nb\u{202e}c"), "a b\u{fffd}c");
        assert!(fence("sql", "a ``` b").starts_with("````sql\n"));
        assert_eq!(mermaid("a\"] click x \"http://e\""), "a   click x  http   e ");
    }
}

//! One pass over the text, before any grammar: tokens with their places, comments, and every mistake that lies in characters.
//!
//! The tokens serve the outline, the check of brackets and nesting, recovery and messages; the grammar reads the text itself.
//! The pass is linear, recurses nowhere and is the only judge of hidden characters, unclosed texts and the shape of numbers.

use super::{Comment, codes, limits, unicode};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{FileId, Span};

/// Stands where nobody has answered yet what belongs there.
pub(super) const OPEN_QUESTION: &str = "???";

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `orders`
    Word,
    /// `` `count` ``
    Backquoted,
    /// `12.5`, `2026-03-31`
    Number,
    /// `"DE"`, `'DE'`
    Text,
    /// `"""…"""`
    RawText,
    /// `( [ {`
    Open,
    /// `) ] }`
    Close,
    /// Anything else, one operator at a time.
    Punct,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Whether it is the first on its line.
    pub first: bool,
    /// Bytes between the start of its line and itself.
    pub column: u32,
}

/// What the pass found.
pub(super) struct Scan {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// The mistakes, in order.
    pub findings: Vec<Diagnostic>,
}

/// Passes over a text. The text has at most [`limits::FILE_BYTES`] bytes.
pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut scanner = Scanner {
        file,
        text,
        at: 0,
        line_start: 0,
        fresh_line: true,
        blank_before: false,
        no_block_end: false,
        out: Scan { tokens: Vec::new(), comments: Vec::new(), findings: Vec::new() },
    };
    if text.starts_with('\u{FEFF}') {
        scanner.at = 3;
        scanner.line_start = 3;
    }
    while let Some(c) = scanner.peek() {
        scanner.step(c);
    }
    scanner.out
}

struct Scanner<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    line_start: usize,
    fresh_line: bool,
    blank_before: bool,
    no_block_end: bool,
    out: Scan,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn between(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, to_u32(start), to_u32(end))
    }

    fn report(&mut self, finding: Diagnostic) {
        self.out.findings.push(finding);
    }

    fn step(&mut self, c: char) {
        match c {
            '\n' | '\r' => self.line_break(),
            ' ' | '\t' => self.at += 1,
            '/' if self.rest().starts_with("//") => self.comment(),
            '/' if self.rest().starts_with("/*") => self.block_comment(),
            '-' if self.rest().starts_with("--") => self.foreign_comment("--"),
            '#' => self.foreign_comment("#"),
            '"' if self.rest().starts_with("\"\"\"") => self.raw_text(),
            '"' => self.quoted('"'),
            '\'' => self.quoted('\''),
            '`' => self.backquoted(),
            '0'..='9' => self.number(),
            '(' | '[' | '{' => self.bracket(c, TokenKind::Open),
            ')' | ']' | '}' => self.bracket(c, TokenKind::Close),
            c if is_word(c) => self.word(),
            c if c.is_ascii_graphic() => self.punct(),
            c => self.foreign(c),
        }
    }

    fn line_break(&mut self) {
        if self.rest().starts_with("\r\n") {
            self.at += 1;
        }
        self.blank_before = self.fresh_line;
        self.at += 1;
        self.line_start = self.at;
        self.fresh_line = true;
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let column = to_u32(start.saturating_sub(self.line_start));
        self.out.tokens.push(Token {
            kind,
            start: to_u32(start),
            end: to_u32(self.at),
            first: self.fresh_line,
            column,
        });
        self.fresh_line = false;
        self.blank_before = false;
    }

    fn line_end(&self) -> usize {
        self.rest().find(['\n', '\r']).map_or(self.text.len(), |length| self.at + length)
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let text = self.between(self.at, end);
        let doc = text.starts_with("///") && !text.starts_with("////");
        let span = self.span(self.at, end);
        let comment = Comment { span, doc, own_line: self.fresh_line, after_blank_line: self.blank_before };
        self.out.comments.push(comment);
        self.hidden_in(self.at, end);
        self.at = end;
        // A line that holds only a comment is not blank.
        self.fresh_line = false;
        self.blank_before = false;
    }

    fn block_comment(&mut self) {
        let found = if self.no_block_end { None } else { self.rest().find("*/") };
        self.no_block_end = found.is_none();
        let end = found.map_or_else(|| self.line_end(), |length| self.at + length + 2);
        let span = self.span(self.at, self.at + 2);
        let message = "comments begin with `//` and end with the line";
        self.report(Diagnostic::error(codes::SEPARATOR, message).at(span, "not a comment here"));
        self.at = end;
    }

    fn foreign_comment(&mut self, mark: &str) {
        let end = self.line_end();
        let span = self.span(self.at, self.at + mark.len());
        let finding = Diagnostic::error(codes::SEPARATOR, format!("comments begin with `//`, not with `{mark}`"));
        self.report(finding.at(span, "not a comment here").fix("write `//`", span, "//"));
        self.at = end;
    }

    fn word(&mut self) {
        let start = self.at;
        let length = self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
        self.at += length;
        self.push(TokenKind::Word, start);
        self.judge_word(start);
    }

    fn judge_word(&mut self, start: usize) {
        let word = self.between(start, self.at);
        let span = self.span(start, self.at);
        if word.len() > limits::NAME_BYTES {
            self.report(long_name(word, span));
        } else if !word.is_ascii() {
            let finding = foreign_word(word, span);
            self.report(finding);
        }
    }

    fn backquoted(&mut self) {
        let start = self.at;
        let line_end = self.line_end();
        let inside = self.between(start + 1, line_end);
        let Some(length) = inside.find('`') else {
            self.at = line_end;
            self.push(TokenKind::Backquoted, start);
            let span = self.span(start, start + 1);
            let finding = Diagnostic::error(codes::UNCLOSED_TEXT, "a backquote is never closed on its line");
            self.report(finding.at(span, "opened here").help("a name in backquotes is one word: `` `where` ``"));
            return;
        };
        let name = self.between(start + 1, start + 1 + length);
        self.at = start + length + 2;
        self.push(TokenKind::Backquoted, start);
        let span = self.span(start, self.at);
        if name.len() > limits::NAME_BYTES {
            self.report(long_name(name, self.span(start + 1, self.at)));
        } else if !is_plain_name(name) {
            let finding =
                Diagnostic::error(codes::LOOKALIKE, "a name in backquotes holds ASCII letters, digits and `_` only");
            self.report(
                finding
                    .at(span, "not a name")
                    .help("physical names that are no plain words are written in double quotes"),
            );
        }
    }

    fn quoted(&mut self, quote: char) {
        let start = self.at;
        let Some(end) = closing(self.text.get(start + 1..).unwrap_or(""), quote).map(|length| start + 1 + length)
        else {
            let line_end = self.line_end();
            self.at = line_end;
            self.push(TokenKind::Text, start);
            self.hidden_in(start, line_end);
            self.unclosed_text(start, line_end, quote);
            return;
        };
        self.at = end + 1;
        self.push(TokenKind::Text, start);
        self.hidden_in(start, end);
        if quote == '"' {
            self.escapes(start + 1, end);
        }
        self.judge_length(start);
    }

    fn judge_length(&mut self, start: usize) {
        let bytes = self.at.saturating_sub(start);
        if bytes > limits::TEXT_BYTES {
            let message = format!("a text of {bytes} bytes, and at most {} are read", limits::TEXT_BYTES);
            let span = self.span(start, start + 1);
            self.report(Diagnostic::error(codes::TOO_LARGE, message).at(span, "begins here"));
        }
    }

    fn unclosed_text(&mut self, start: usize, line_end: usize, quote: char) {
        let span = self.span(start, start + 1);
        let finding = Diagnostic::error(codes::UNCLOSED_TEXT, "this text is never closed on its line");
        let finding = finding.at(span, "opened here");
        let title = format!("close the text with `{quote}`");
        let before = self.between(self.line_start, start);
        if quote == '\'' && before.ends_with(|c: char| c.is_ascii_alphabetic()) {
            self.report(
                finding
                    .help("an apostrophe begins a text; `doesn't contain \"x\"` is written `not (… contains \"x\")`"),
            );
            return;
        }
        let length = meant_length(before, self.between(start + 1, line_end));
        self.report(match length.map(|length| start + 1 + length) {
            Some(place) => finding.fix(title, self.span(place, place), quote.to_string()),
            None => finding,
        });
    }

    fn raw_text(&mut self) {
        let start = self.at;
        let inside = self.text.get(start + 3..).unwrap_or("");
        let found = inside.find("\"\"\"");
        self.at = found.map_or(self.text.len(), |length| start + length + 6);
        self.push(TokenKind::RawText, start);
        self.hidden_in(start, self.at);
        if found.is_none() {
            let span = self.span(start, start + 3);
            let finding = Diagnostic::error(codes::UNCLOSED_TEXT, "this text is never closed");
            self.report(finding.at(span, "opened here").help("close it with `\"\"\"`"));
        }
        self.judge_length(start);
        let lines = self.between(start, self.at).rfind(['\n', '\r']);
        self.line_start = lines.map_or(self.line_start, |place| start + place + 1);
    }

    fn escapes(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(length) = self.between(at, end).find('\\') {
            let from = at + length;
            let (taken, mistake) = escape(self.between(from, end));
            at = from + taken.max(1);
            if let Some(mistake) = mistake {
                let help = "a text knows `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{1F600}`";
                let span = self.span(from, at);
                self.report(Diagnostic::error(codes::ESCAPE, mistake).at(span, "this escape").help(help));
            }
        }
    }

    fn hidden_in(&mut self, start: usize, end: usize) {
        let text = self.between(start, end);
        if text.is_ascii() && !text.bytes().any(|byte| byte < 0x20 || byte == 0x7F) {
            return;
        }
        let found = text.char_indices().find_map(|(place, c)| unicode::hidden(c).map(|what| (place, c, what)));
        if let Some((place, c, what)) = found {
            let finding = hidden(c, what, self.span(start + place, start + place + c.len_utf8()));
            self.report(finding.help("remove it; in a text, write it as `\\u{…}` if it is meant"));
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let rest = self.rest();
        if let Some(length) = dotted_length(rest) {
            self.dotted_day(start, length);
            return;
        }
        let date = date_length(rest);
        self.at += date.unwrap_or_else(|| number_length(rest));
        if date.is_none() && self.decimal_comma(start) {
            return;
        }
        let good = self.at;
        let glued = self.rest().find(|c: char| !is_word(c)).unwrap_or(self.rest().len());
        self.at += glued;
        self.push(TokenKind::Number, start);
        let span = self.span(start, self.at);
        let text = self.between(start, self.at);
        if text.len() > limits::NUMBER_BYTES {
            let message =
                format!("a number of {} characters, and at most {} are read", text.len(), limits::NUMBER_BYTES);
            self.report(Diagnostic::error(codes::TOO_LARGE, message).at(self.span(start, start + 1), "begins here"));
        } else if glued > 0 {
            let finding = glued_number(self.between(start, good), self.between(good, self.at), date.is_some(), span);
            self.report(finding);
        }
    }

    /// `31.12.2000`
    fn dotted_day(&mut self, start: usize, length: usize) {
        self.at += length;
        self.push(TokenKind::Number, start);
        let (text, span) = (self.between(start, self.at), self.span(start, self.at));
        let finding = Diagnostic::error(codes::DATE, "a day is written as 2026-03-31, which nobody reads in two ways");
        let finding = finding.at(span, "a day as it is spoken");
        let mut parts = text.split('.');
        let (day, month, year) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let is_month = month.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month));
        let right = format!("{year}-{month:0>2}-{day:0>2}");
        self.report(if is_month { finding.fix(format!("write `{right}`"), span, right) } else { finding });
    }

    /// `>= 100,50`: after a comparison no list can stand, so the comma is meant as a decimal point.
    fn decimal_comma(&mut self, start: usize) -> bool {
        let compares = |token: &Token| {
            let word = self.between(token.start as usize, token.end as usize);
            matches!(word, "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "between")
        };
        let length = separated_length(self.between(start, self.text.len()));
        let number = self.between(start, start + length);
        if !number.contains(',') || !self.out.tokens.last().is_some_and(compares) {
            return false;
        }
        let span = self.span(start, start + length);
        let finding = Diagnostic::error(codes::NUMBER, format!("`{number}` is not a number")).at(span, "not a number");
        let finding = match with_point(number) {
            Some(plain) => finding.fix("write a decimal point", span, plain),
            None => finding.help("write a decimal point, and nothing between thousands"),
        };
        self.at = start + length;
        self.push(TokenKind::Number, start);
        self.report(finding);
        true
    }

    fn bracket(&mut self, c: char, kind: TokenKind) {
        let start = self.at;
        self.at += 1;
        self.push(kind, start);
        if c == '[' {
            let span = self.span(start, self.at);
            let finding = Diagnostic::error(codes::UNEXPECTED, "square brackets mean nothing here");
            self.report(finding.at(span, "a list stands in parentheses").help("write `(\"a\", \"b\")`"));
        }
    }

    fn punct(&mut self) {
        const TWO: [&str; 8] = ["==", "<=", ">=", "<>", "!=", "&&", "||", "->"];
        let start = self.at;
        self.at += match self.rest() {
            rest if rest.starts_with(OPEN_QUESTION) => OPEN_QUESTION.len(),
            rest if TWO.iter().any(|operator| rest.starts_with(operator)) => 2,
            _ => 1,
        };
        self.push(TokenKind::Punct, start);
        if self.between(start, self.at) == ";" {
            let span = self.span(start, self.at);
            let finding = Diagnostic::error(codes::SEPARATOR, "clauses and declarations need no `;` between them");
            self.report(finding.at(span, "means nothing here").fix("remove it", span, ""));
        }
    }

    /// A text in quotes of a word processor: one mistake, whatever its two quotes are.
    fn curly_text(&mut self, c: char) -> bool {
        let quote = |c: char| matches!(unicode::meant(c), Some("\"" | "'")) || c == '\u{201E}' || c == '\u{201A}';
        let (start, inside) = (self.at, self.at + c.len_utf8());
        // No further than the closing quote is looked: a line may hold thousands of texts.
        let mut line =
            self.text.get(inside..).unwrap_or("").char_indices().take_while(|(_, c)| !matches!(c, '\n' | '\r'));
        if !quote(c) {
            return false;
        }
        let Some((length, close)) = line.find(|(_, c)| *c == '"' || quote(*c)) else {
            return false;
        };
        let end = inside + length;
        self.at = end + close.len_utf8();
        self.push(TokenKind::Text, start);
        self.hidden_in(inside, end);
        let (open, shut) = (self.span(start, inside), self.span(end, self.at));
        let message = format!("{} is not `\"`", unicode::shown(c));
        let finding = Diagnostic::error(codes::LOOKALIKE, message).at(open.to(shut), "quotes of a word processor");
        let edits = vec![(open, "\"".to_owned()), (shut, "\"".to_owned())];
        let plain = !self.between(inside, end).contains('\\');
        let fix = Fix { title: "write plain double quotes".to_owned(), edits };
        self.report(Diagnostic { fix: plain.then_some(fix), ..finding });
        true
    }

    /// `200€`, `€ 200`
    fn currency_sign(&mut self, c: char) -> bool {
        let currency = match c {
            '\u{20AC}' => "EUR",
            '\u{A3}' => "GBP",
            _ => return false,
        };
        let before = self.out.tokens.last().filter(|last| last.kind == TokenKind::Number).map(|last| last.end as usize);
        let start = self.at;
        self.at += c.len_utf8();
        self.push(TokenKind::Punct, start);
        let span = self.span(start, self.at);
        let finding = Diagnostic::error(codes::LOOKALIKE, format!("`{c}` is written `{currency}` after the amount"));
        let finding = finding.at(span, "an amount names its currency in three letters");
        let blanks = self.rest().len() - self.rest().trim_start_matches(' ').len();
        let number = self.between(self.at + blanks, self.text.len());
        let length = number_length(number);
        let edits = match before {
            Some(end) if end == start => vec![(span, format!(" {currency}"))],
            Some(_) => vec![(span, currency.to_owned())],
            None if length > 0 => {
                let (first, after) = (self.at + blanks, self.at + blanks + length);
                vec![(self.span(start, first), String::new()), (self.span(after, after), format!(" {currency}"))]
            }
            None => Vec::new(),
        };
        let fix = Fix { title: format!("write `{currency}`"), edits };
        self.report(Diagnostic { fix: (!fix.edits.is_empty()).then_some(fix), ..finding });
        true
    }

    fn foreign(&mut self, c: char) {
        if self.curly_text(c) || self.currency_sign(c) {
            return;
        }
        let start = self.at;
        self.at += c.len_utf8();
        let span = self.span(start, self.at);
        let repeated = self.out.findings.last().and_then(Diagnostic::span).is_some_and(|last| last.end == span.start);
        let finding = match (unicode::hidden(c), unicode::meant(c)) {
            (Some(what), _) => hidden(c, what, span).fix("remove it", span, ""),
            (None, Some(meant)) => looks_like(c, meant, span),
            (None, None) => {
                let message = format!("{} cannot stand outside a text or a comment", unicode::shown(c));
                Diagnostic::error(codes::LOOKALIKE, message).at(span, "not part of the language")
            }
        };
        if !repeated {
            self.report(finding);
        }
    }
}

fn to_u32(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn is_word(c: char) -> bool {
    c == '_'
        || c.is_alphanumeric()
            && unicode::hidden(c).is_none()
            && (c.is_ascii() || !('\u{FF10}'..='\u{FF19}').contains(&c))
        || is_mark(c)
}

/// Marks that combine with the letter before, so that a name in NFD is one word.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c) && c != '\u{34F}'
}

fn is_plain_name(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The length of a text's inside up to its closing quote, which stands on the same line. No further is looked: a line may hold
/// thousands of texts.
fn closing(inside: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (place, c) in inside.char_indices() {
        if matches!(c, '\n' | '\r') {
            return None;
        }
        if !escaped && c == quote {
            return Some(place);
        }
        escaped = quote == '"' && c == '\\' && !escaped;
    }
    None
}

/// How long an escape is, and what is wrong with it.
fn escape(text: &str) -> (usize, Option<String>) {
    let Some(c) = text.chars().nth(1) else {
        return (1, Some("a backslash at the end of a text".to_owned()));
    };
    match c {
        '"' | '\\' | 'n' | 't' => (2, None),
        'u' => unicode_escape(text),
        other => (1 + other.len_utf8(), Some(format!("a text has no escape `\\{}`", other.escape_default()))),
    }
}

fn unicode_escape(text: &str) -> (usize, Option<String>) {
    let digits =
        text.get(3..).filter(|_| text.starts_with("\\u{")).and_then(|rest| rest.find('}').and_then(|n| rest.get(..n)));
    let Some(digits) = digits else {
        return (2, Some("`\\u` is followed by a number in braces: `\\u{1F600}`".to_owned()));
    };
    let length = digits.len() + 4;
    let value = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|_| digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    match value.map(char::from_u32) {
        Some(Some('\0')) => (length, Some("a text cannot hold a NUL".to_owned())),
        Some(Some(c)) if unicode::moves_what_is_shown(c) => {
            (length, Some("a text cannot hold a character that controls how others are shown".to_owned()))
        }
        Some(Some(_)) => (length, None),
        Some(None) => (length, Some(format!("there is no character `U+{}`", digits.to_uppercase()))),
        None => (length, Some("`\\u{…}` holds one to six hexadecimal digits".to_owned())),
    }
}

/// How long a text without its closing quote was probably meant to be, from what stands before it and after its quote on the line;
/// `None` where that would be a guess.
fn meant_length(before: &str, rest: &str) -> Option<usize> {
    const GOES_ON: [&str; 6] = [" and ", " or ", " over ", " then ", " where ", " ignoring "];
    let trailing = [' ', '\t', ')', '}', ',', ';'];
    let value = before.trim_end().ends_with(['=', '<', '>', '(', ',']);
    let ends = [")", "}"].iter().chain(&GOES_ON).filter_map(|end| rest.find(end));
    let end = ends.min().filter(|_| value).unwrap_or(rest.len());
    let text = rest.get(..end)?.trim_end_matches(trailing);
    let guess = text.is_empty() || text.contains("  ") || text.ends_with('\\') || value && text.contains(',');
    (!guess).then_some(text.len())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `2026-03-31`, however many digits its month and day have.
fn date_length(text: &str) -> Option<usize> {
    let rest = text.get(4..).filter(|_| digits(text) == 4)?.strip_prefix('-')?;
    let month = digits(rest);
    let rest = rest.get(month..)?.strip_prefix('-')?;
    let day = digits(rest);
    ((1..=2).contains(&month) && (1..=2).contains(&day)).then_some(4 + 1 + month + 1 + day)
}

/// The length of `31.12.2000`.
fn dotted_length(text: &str) -> Option<usize> {
    let day = digits(text);
    let rest = text.get(day..)?.strip_prefix('.')?;
    let month = digits(rest);
    let rest = rest.get(month..)?.strip_prefix('.')?;
    let ends = !rest.get(4..)?.starts_with(|c: char| is_word(c) || c == '.');
    ((1..=2).contains(&day) && (1..=2).contains(&month) && digits(rest) == 4 && ends).then_some(day + month + 6)
}

fn number_length(text: &str) -> usize {
    let whole = digits(text);
    let decimals = text.get(whole..).and_then(|rest| rest.strip_prefix('.')).map_or(0, digits);
    if decimals == 0 { whole } else { whole + 1 + decimals }
}

/// The length of digits with points and commas between them.
fn separated_length(text: &str) -> usize {
    let mut length = digits(text);
    while let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix(['.', ','])) {
        match digits(rest) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length
}

/// A number with the decimal point that its comma is meant as, where it is meant as one.
fn with_point(number: &str) -> Option<String> {
    let (whole, decimals) = number.rsplit_once(',')?;
    let groups = || whole.split('.').skip(1);
    let plain = !whole.contains(',') && decimals.bytes().all(|byte| byte.is_ascii_digit()) && decimals.len() != 3;
    (plain && groups().all(|group| group.len() == 3)).then(|| format!("{}.{decimals}", whole.replace('.', "")))
}

fn glued_number(number: &str, tail: &str, date: bool, span: Span) -> Diagnostic {
    let text = format!("{number}{tail}");
    if date {
        let finding = Diagnostic::error(codes::DATE, format!("`{text}` is not a day"));
        return finding
            .at(span, "a day is written as 2026-03-31")
            .help("conditions and windows speak of days, not of times of day");
    }
    let finding = Diagnostic::error(codes::NUMBER, format!("`{text}` is not a number")).at(span, "not a number");
    let joined: String = text.chars().filter(|c| *c != '_').collect();
    if tail.contains('_') && joined.bytes().all(|byte| byte.is_ascii_digit()) {
        return finding.fix("write it without `_`", span, joined);
    }
    if let Some(plain) = without_exponent(number, tail) {
        return finding.fix("write it without an exponent", span, plain);
    }
    let unit = tail.strip_suffix('s').unwrap_or(tail);
    let known = ["minute", "hour", "day", "week", "month", "year", "EUR", "USD", "GBP", "CHF"].contains(&unit);
    if known {
        finding.fix("put a blank between", span, format!("{number} {tail}"))
    } else if let Some(unit) = super::expected::unit_of(tail, number) {
        let right = format!("{number} {unit}");
        finding.fix(format!("write `{right}`"), span, right)
    } else {
        finding.help("numbers are decimal digits with at most one point")
    }
}

fn without_exponent(number: &str, tail: &str) -> Option<String> {
    let zeros: usize = tail.strip_prefix(['e', 'E'])?.parse().ok().filter(|zeros| *zeros <= 12)?;
    (!number.contains('.')).then(|| format!("{number}{}", "0".repeat(zeros)))
}

fn long_name(name: &str, span: Span) -> Diagnostic {
    let message = format!("a name of {} bytes, and at most {} are allowed", name.len(), limits::NAME_BYTES);
    let first: usize = name.chars().take(16).map(char::len_utf8).sum();
    let short = Span { end: span.start.saturating_add(to_u32(first)), ..span };
    Diagnostic::error(codes::TOO_LARGE, message)
        .at(short, "begins here")
        .because("some databases cut longer names, so two could become one")
}

fn foreign_word(word: &str, span: Span) -> Diagnostic {
    let odd = word.chars().find(|c| !c.is_ascii()).unwrap_or('\u{FFFD}');
    let finding = match unicode::plain_word(word) {
        Some(plain) => Diagnostic::error(
            codes::LOOKALIKE,
            format!("this word holds {}, which is not an ASCII letter", unicode::shown(odd)),
        )
        .fix(format!("write `{plain}`"), span, plain),
        None => {
            Diagnostic::error(codes::LOOKALIKE, format!("names are ASCII, and this one holds {}", unicode::shown(odd)))
        }
    };
    finding
        .at(span, "looks like another word than it is")
        .because("two names that look the same could mean different people")
}

fn hidden(c: char, what: &str, span: Span) -> Diagnostic {
    let message = format!("{what} stands here: {}", unicode::shown(c));
    let why = "a reader could approve something else than what the compiler reads";
    Diagnostic::error(codes::HIDDEN_CHARACTER, message).at(span, "cannot be seen").because(why)
}

fn looks_like(c: char, meant: &str, span: Span) -> Diagnostic {
    let message = if meant == " " {
        format!("{} is not a plain blank", unicode::shown(c))
    } else {
        format!("{} is not `{meant}`", unicode::shown(c))
    };
    Diagnostic::error(codes::LOOKALIKE, message).at(span, "only looks alike").fix(
        format!("write `{meant}`"),
        span,
        meant,
    )
}

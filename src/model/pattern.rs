//! The patterns of `matches "…"`: a small closed language that means the same in every engine and is decided in linear time.
//!
//! A pattern describes a whole text: characters, `.` for any one character, classes as `[a-z0-9_]` and `[^0-9]`, `\d` for a digit,
//! `\n` for a line end, `\` before punctuation that stands for itself, groups, `|`, and `?`, `*`, `+`, `{2}`, `{2,}`, `{2,5}` after one
//! of these. Nothing looks back or around, and sizes are limited.
//!
//! [`Pattern::canonical`] spells it so that RE2, PostgreSQL, Snowflake and Rust's `regex` read one and the same thing: classes are
//! written out character by character, since engines order ranges differently, and "any character" includes the line end.

use std::collections::BTreeSet;

/// How many characters a pattern may have.
const MOST_CHARS: usize = 200;
/// How often something may be repeated, where that is bounded.
const MOST_TIMES: u32 = 100;
/// How many characters a pattern may describe with bounded repetitions written out.
const MOST_PLACES: u64 = 1_000;
/// How deep groups may nest.
const MOST_LEVELS: usize = 10;

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Node);

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// This character.
    Char(char),
    /// Any one character.
    Any,
    /// One of these characters, or none of them.
    Class {
        /// The characters.
        chars: BTreeSet<char>,
        /// Whether any other.
        negated: bool,
    },
    /// One after another.
    Sequence(Vec<Node>),
    /// One of several.
    Either(Vec<Node>),
    /// Repeated.
    Repeat {
        /// What.
        of: Box<Node>,
        /// At least so often.
        least: u32,
        /// At most so often; `None` without end.
        most: Option<u32>,
    },
}

/// What is wrong with a pattern, and at which character, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The character.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

impl Pattern {
    /// Reads a pattern.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() > MOST_CHARS {
            return Err(fault(MOST_CHARS, format!("a pattern has at most {MOST_CHARS} characters")));
        }
        let mut reader = Reader { chars, at: 0, level: 0 };
        let node = reader.either()?;
        if reader.peek().is_some() {
            return Err(fault(reader.at, "this `)` closes nothing"));
        }
        if places(&node) > MOST_PLACES {
            return Err(fault(
                0,
                format!("it describes more than {MOST_PLACES} characters with its repetitions written out"),
            ));
        }
        Ok(Pattern(node))
    }

    /// Its parts.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// The same for texts whose ASCII capitals have been made small.
    #[must_use]
    pub fn folded(&self) -> Self {
        Pattern(folded(&self.0))
    }

    /// As every engine reads it, anchored at both ends.
    pub fn canonical(&self) -> String {
        let mut out = "^(?:".to_owned();
        print(&self.0, &mut out);
        out + ")$"
    }

    /// Whether a text is one that [`Self::canonical`] may give.
    pub fn is_canonical(text: &str) -> bool {
        let body = text.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$"));
        let plain = body.map(|body| body.replace("(?:", "("));
        plain.is_some_and(|plain| Reader { chars: plain.chars().collect(), at: 0, level: 0 }.whole())
    }

    /// How many different texts it describes, up to `limit`.
    pub fn variety(&self, limit: u64) -> u64 {
        variety(&self.0).min(limit)
    }
}

fn fault(at: usize, message: impl Into<String>) -> Fault {
    Fault { at, message: message.into() }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    level: usize,
}

impl Reader {
    fn whole(mut self) -> bool {
        self.either().is_ok() && self.peek().is_none()
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Node, Fault> {
        let mut parts = vec![self.sequence()?];
        while self.take('|') {
            parts.push(self.sequence()?);
        }
        Ok(if parts.len() > 1 { Node::Either(parts) } else { parts.pop().unwrap_or(Node::Sequence(Vec::new())) })
    }

    fn sequence(&mut self) -> Result<Node, Fault> {
        let start = self.at;
        let mut parts = Vec::new();
        while self.peek().is_some_and(|next| !matches!(next, '|' | ')')) {
            let one = self.one()?;
            parts.push(self.repeated(one)?);
        }
        if parts.is_empty() {
            return Err(fault(start, "nothing is described here"));
        }
        Ok(if parts.len() > 1 { Node::Sequence(parts) } else { parts.pop().unwrap_or(Node::Any) })
    }

    fn one(&mut self) -> Result<Node, Fault> {
        let start = self.at;
        let next = self.peek();
        self.at += 1;
        match next {
            Some('.') => Ok(Node::Any),
            Some('[') => self.class(start),
            Some('(') => self.group(start),
            Some('\\') => self.escaped().map(|chars| match (chars.len(), chars.first()) {
                (1, Some(only)) => Node::Char(*only),
                _ => Node::Class { chars, negated: false },
            }),
            Some('?' | '*' | '+' | '{') => Err(fault(start, "this repeats nothing")),
            Some('^' | '$') => Err(fault(start, "a pattern describes the whole text: `^` and `$` are not needed")),
            Some(sign @ (']' | '}')) => Err(fault(start, format!("write `\\{sign}` for the sign itself"))),
            Some('\0') | None => Err(fault(start, "something is missing here")),
            Some(other) => Ok(Node::Char(other)),
        }
    }

    fn group(&mut self, start: usize) -> Result<Node, Fault> {
        if self.peek() == Some('?') {
            return Err(fault(self.at, "a group is plain: nothing looks ahead, looks back or is captured"));
        }
        self.level += 1;
        if self.level > MOST_LEVELS {
            return Err(fault(start, format!("groups nest at most {MOST_LEVELS} deep")));
        }
        let inner = self.either()?;
        self.level -= 1;
        if self.take(')') { Ok(inner) } else { Err(fault(start, "this group is not closed")) }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<BTreeSet<char>, Fault> {
        let start = self.at;
        let next = self.peek();
        self.at += 1;
        match next {
            Some('d') => Ok(('0'..='9').collect()),
            Some('n') => Ok(BTreeSet::from(['\n'])),
            Some(sign) if sign.is_ascii_punctuation() => Ok(BTreeSet::from([sign])),
            Some(other) => Err(fault(
                start,
                format!("`\\{other}` is not known: there are `\\d`, `\\n` and `\\` before punctuation"),
            )),
            None => Err(fault(start, "something is missing after the backslash")),
        }
    }

    fn class(&mut self, start: usize) -> Result<Node, Fault> {
        let negated = self.take('^');
        let mut chars = BTreeSet::new();
        while !self.take(']') {
            let at = self.at;
            let from = self.class_item(start)?;
            let single = from.len() == 1;
            let ranged = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|next| *next != ']');
            match from.first().copied().filter(|_| single && ranged) {
                None => chars.extend(from),
                Some(low) => {
                    self.at += 1;
                    let to = self.class_item(start)?;
                    let high = to.first().copied().filter(|high| to.len() == 1 && low <= *high && high.is_ascii());
                    let high = high.ok_or_else(|| fault(at, "a range goes from one ASCII character up to another"))?;
                    chars.extend(low..=high);
                }
            }
        }
        if chars.is_empty() {
            Err(fault(start, "this class holds nothing"))
        } else {
            Ok(Node::Class { chars, negated })
        }
    }

    fn class_item(&mut self, start: usize) -> Result<BTreeSet<char>, Fault> {
        let next = self.peek().ok_or_else(|| fault(start, "this class is not closed"))?;
        self.at += 1;
        match next {
            '\\' => self.escaped(),
            '[' | '^' => Err(fault(self.at - 1, format!("write `\\{next}` for the sign itself"))),
            other => Ok(BTreeSet::from([other])),
        }
    }

    fn repeated(&mut self, of: Node) -> Result<Node, Fault> {
        let start = self.at;
        let (least, most) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => return self.bounded(of, start),
            Some(_) | None => return Ok(of),
        };
        self.at += 1;
        self.once(Node::Repeat { of: Box::new(of), least, most })
    }

    /// Nothing is repeated twice: engines read `a+?` and `a++` in ways of their own.
    fn once(&self, node: Node) -> Result<Node, Fault> {
        if matches!(self.peek(), Some('?' | '*' | '+' | '{')) {
            return Err(fault(self.at, "this is repeated already: put a group around it"));
        }
        Ok(node)
    }

    fn bounded(&mut self, of: Node, start: usize) -> Result<Node, Fault> {
        self.at += 1;
        let least = self.number(start)?;
        let most = match self.take(',') {
            false => Some(least),
            true if self.peek() == Some('}') => None,
            true => Some(self.number(start)?),
        };
        if !self.take('}') {
            return Err(fault(start, "write `{2}`, `{2,}` or `{2,5}`"));
        }
        if most.is_some_and(|most| most < least || most == 0) {
            return Err(fault(start, "the greater number comes second, and is not 0"));
        }
        self.once(Node::Repeat { of: Box::new(of), least, most })
    }

    fn number(&mut self, start: usize) -> Result<u32, Fault> {
        let digits: String = self.chars.iter().skip(self.at).take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        let number = digits.parse::<u32>().ok().filter(|number| digits.len() < 5 && *number <= MOST_TIMES);
        number.ok_or_else(|| {
            fault(start, format!("write `{{2}}`, `{{2,}}` or `{{2,5}}`, with numbers up to {MOST_TIMES}"))
        })
    }
}

/// How many characters it describes with bounded repetitions written out.
fn places(node: &Node) -> u64 {
    match node {
        Node::Char(_) | Node::Any | Node::Class { .. } => 1,
        Node::Sequence(parts) | Node::Either(parts) => parts.iter().map(places).fold(0, u64::saturating_add),
        Node::Repeat { of, least, most } => places(of).saturating_mul(u64::from(most.unwrap_or(*least).max(1))),
    }
}

fn variety(node: &Node) -> u64 {
    match node {
        Node::Char(_) => 1,
        Node::Any | Node::Class { negated: true, .. } => u64::MAX,
        Node::Class { chars, negated: false } => chars.len() as u64,
        Node::Sequence(parts) => parts.iter().map(variety).fold(1, u64::saturating_mul),
        Node::Either(parts) => parts.iter().map(variety).fold(0, u64::saturating_add),
        Node::Repeat { most: None, .. } => u64::MAX,
        Node::Repeat { of, least, most: Some(most) } => {
            (*least..=*most).map(|times| variety(of).saturating_pow(times)).fold(0, u64::saturating_add)
        }
    }
}

fn folded(node: &Node) -> Node {
    let all = |parts: &[Node]| parts.iter().map(folded).collect();
    match node {
        Node::Char(c) => Node::Char(c.to_ascii_lowercase()),
        Node::Any => Node::Any,
        Node::Class { chars, negated } => {
            let small = chars.iter().map(char::to_ascii_lowercase);
            Node::Class { chars: chars.iter().copied().chain(small).collect(), negated: *negated }
        }
        Node::Sequence(parts) => Node::Sequence(all(parts)),
        Node::Either(parts) => Node::Either(all(parts)),
        Node::Repeat { of, least, most } => Node::Repeat { of: Box::new(folded(of)), least: *least, most: *most },
    }
}

fn print(node: &Node, out: &mut String) {
    match node {
        Node::Char(c) => print_char(*c, r"\.[](){}*+?|^$", out),
        Node::Any => out.push_str(r"(?:.|\n)"),
        Node::Class { chars, negated } => {
            out.push_str(if *negated { "[^" } else { "[" });
            chars.iter().for_each(|c| print_char(*c, r"\[]^-", out));
            out.push(']');
        }
        Node::Sequence(parts) => parts.iter().for_each(|part| match part {
            Node::Either(_) => print_group(part, out),
            Node::Char(_) | Node::Any | Node::Class { .. } | Node::Sequence(_) | Node::Repeat { .. } => {
                print(part, out)
            }
        }),
        Node::Either(parts) => parts.iter().enumerate().for_each(|(place, part)| {
            if place > 0 {
                out.push('|');
            }
            print(part, out);
        }),
        Node::Repeat { of, least, most } => {
            match **of {
                Node::Char(_) | Node::Any | Node::Class { .. } => print(of, out),
                Node::Sequence(_) | Node::Either(_) | Node::Repeat { .. } => print_group(of, out),
            }
            out.push_str(&match (least, most) {
                (0, Some(1)) => "?".to_owned(),
                (0, None) => "*".to_owned(),
                (1, None) => "+".to_owned(),
                (least, None) => format!("{{{least},}}"),
                (least, Some(most)) if least == most => format!("{{{least}}}"),
                (least, Some(most)) => format!("{{{least},{most}}}"),
            });
        }
    }
}

fn print_group(node: &Node, out: &mut String) {
    out.push_str("(?:");
    print(node, out);
    out.push(')');
}

fn print_char(c: char, special: &str, out: &mut String) {
    if c == '\n' {
        out.push_str(r"\n");
        return;
    }
    if special.contains(c) {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_spelled_so_that_every_engine_reads_them_alike() {
        let spelled = |text: &str| Pattern::read(text).unwrap().canonical();
        assert_eq!(spelled("a.c"), r"^(?:a(?:.|\n)c)$");
        assert_eq!(spelled("[a-c_]+"), "^(?:[_abc]+)$");
        assert_eq!(spelled(r"\d{2,}|x\.y"), r"^(?:[0123456789]{2,}|x\.y)$");
        assert_eq!(spelled("(ab|c)?d"), "^(?:(?:ab|c)?d)$");
        assert_eq!(spelled(r"[^\]\-\\]"), r"^(?:[^\-\\\]])$");
        assert_eq!(spelled("(a+)+"), "^(?:(?:a+)+)$");
        assert_eq!(Pattern::read("[A-B]z").unwrap().folded().canonical(), "^(?:[ABab]z)$");
        for text in ["a.c", r"\(?x", "(ab|c)?d", r"[^\]\-\\]{2,5}", r"\n|\d"] {
            assert!(Pattern::is_canonical(&spelled(text)), "{text}");
        }
        for hostile in ["a", "^(?:a$", "^(?:(?=a))$", "^(?:a)b)$", "^(?:)$", r"^(?:\w)$"] {
            assert!(!Pattern::is_canonical(hostile), "{hostile}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        let at = |text: &str| Pattern::read(text).unwrap_err().at;
        for (text, place) in [
            ("", 0),
            ("a||b", 2),
            ("a**", 2),
            ("a+?", 2),
            ("*a", 0),
            ("(a", 0),
            ("a)", 1),
            ("[", 0),
            ("[]", 0),
            ("[z-a]", 1),
            (r"\w", 1),
            (r"a\", 2),
            ("(?=a)", 1),
            ("a{3,2}", 1),
            ("a{101}", 1),
            ("a{}", 1),
            ("^a", 0),
            ("a$", 1),
            ("a]", 1),
            ("((((((((((( a", 10),
            ("(a{100}){100}", 0),
        ] {
            assert_eq!(at(text), place, "{text}");
        }
    }

    #[test]
    fn few_texts_are_told_from_many() {
        let variety = |text: &str| Pattern::read(text).unwrap().variety(100);
        assert_eq!((variety("a@b"), variety("a?b"), variety("[ab]{2}"), variety("a*")), (1, 2, 4, 100));
    }
}

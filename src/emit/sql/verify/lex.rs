//! A small lexer of our own for each dialect: the first of two readers, so that no escape is believed because one library says so.
//!
//! It knows exactly what views may hold: line comments, string literals, quoted names, words, numbers and a few signs. Whatever
//! else an engine might understand (block comments, dollar quotes, doubled `--` inside, parameters) is refused, not skipped.

use super::listed::Reader;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A string literal, decoded.
    Text(String),
    /// A quoted name, decoded.
    Name(String),
    /// A word without quotes.
    Word(String),
    /// A number without sign.
    Number(String),
    /// One of the signs.
    Sign(char),
}

/// A token and where it begins, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The token.
    pub token: Token,
    /// Its first byte.
    pub at: usize,
}

/// Signs that views are made of.
const SIGNS: &str = "()[],.;=<>+-*%|@";

/// Reads everything, or says what cannot be read.
pub fn read(text: &str, reader: &Reader) -> Result<Vec<Placed>, String> {
    let mut lexer = Lexer { chars: text.char_indices().peekable(), reader };
    let mut out = Vec::new();
    while let Some((at, c)) = lexer.chars.next() {
        if c.is_ascii_whitespace() {
            continue;
        }
        if c == '-' && lexer.is_next('-') {
            lexer.comment()?;
            continue;
        }
        out.push(Placed { token: lexer.token(c)?, at });
    }
    Ok(out)
}

struct Lexer<'a> {
    chars: std::iter::Peekable<std::str::CharIndices<'a>>,
    reader: &'a Reader,
}

impl Lexer<'_> {
    fn is_next(&mut self, wanted: char) -> bool {
        self.chars.peek().is_some_and(|(_, c)| *c == wanted)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.is_next(wanted);
        if found {
            self.chars.next();
        }
        found
    }

    /// The rest of the line. Nothing in it may look like the end of a comment, of a line or of what people see.
    fn comment(&mut self) -> Result<(), String> {
        let mut last = ' ';
        for (_, c) in self.chars.by_ref() {
            if c == '\n' {
                break;
            }
            if breaks_lines(c) || (last, c) == ('*', '/') || (last, c) == ('/', '*') {
                return Err(format!("a comment holds {c:?}, which some reader takes for its end"));
            }
            last = c;
        }
        if last == '\\' { Err("a comment ends in a backslash".to_owned()) } else { Ok(()) }
    }

    fn token(&mut self, first: char) -> Result<Token, String> {
        if first == '\'' {
            return self.text(self.reader.backslash_in_text).map(Token::Text);
        }
        if first == self.reader.name_quote {
            return self.name().map(Token::Name);
        }
        if (first == 'E' || first == 'e') && self.reader.e_text && self.is_next('\'') {
            self.chars.next();
            return self.text(true).map(Token::Text);
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(Token::Word(self.while_true(first, |c| c.is_ascii_alphanumeric() || c == '_')));
        }
        if first.is_ascii_digit() {
            return Ok(Token::Number(self.while_true(first, |c| c.is_ascii_digit() || c == '.')));
        }
        if SIGNS.contains(first) {
            return Ok(Token::Sign(first));
        }
        Err(format!("{first:?} stands where no view has it"))
    }

    fn while_true(&mut self, first: char, is_part: impl Fn(char) -> bool) -> String {
        let mut out = String::from(first);
        while let Some((_, c)) = self.chars.next_if(|(_, c)| is_part(*c)) {
            out.push(c);
        }
        out
    }

    fn text(&mut self, backslash: bool) -> Result<String, String> {
        let mut out = String::new();
        while let Some((_, c)) = self.chars.next() {
            match c {
                '\'' if self.reader.doubled_in_text(backslash) && self.take('\'') => out.push('\''),
                '\'' if self.is_next('\'') => return Err("two literals stand side by side".to_owned()),
                '\'' => return Ok(out),
                '\\' if backslash => out.push(self.escaped()?),
                '\\' if self.reader.e_text => {
                    return Err("a plain literal holds a backslash, whose meaning is a setting".to_owned());
                }
                other => out.push(other),
            }
        }
        Err("a literal does not end".to_owned())
    }

    /// After a backslash: only escapes that every engine of the dialect reads alike.
    fn escaped(&mut self) -> Result<char, String> {
        match self.chars.next() {
            Some((_, c @ ('\\' | '\''))) => Ok(c),
            Some((_, 'n')) => Ok('\n'),
            Some((_, 'r')) => Ok('\r'),
            Some((_, 't')) => Ok('\t'),
            other => Err(format!("an escape of {other:?} is not agreed upon")),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        let quote = self.reader.name_quote;
        let mut out = String::new();
        while let Some((_, c)) = self.chars.next() {
            if c == '\\' && self.reader.backslash_in_names {
                return Err("a name holds a backslash".to_owned());
            }
            if c != quote {
                out.push(c);
            } else if !self.reader.backslash_in_names && self.take(quote) {
                out.push(quote);
            } else {
                return Ok(out);
            }
        }
        Err("a name does not end".to_owned())
    }
}

/// Whether a character ends a line, is not seen, or reorders what is seen.
pub fn breaks_lines(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

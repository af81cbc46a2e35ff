//! What a program speaks of, read from its text: which values a name is compared with, which lengths and days its windows have, how
//! many rows it counts to. Invented databases that hold such values are told apart by the program; a comment counts as well as code,
//! so that `// for example "/docs/a"` beside a pattern gives a text that fits it.

use std::collections::BTreeMap;

use segma::model::calendar::{CalendarUnit, Zone};
use segma::model::{Date, Instant};

use super::chance::Chance;

/// How many words after a name a value may stand.
const REACH: usize = 24;

const SECOND: i64 = 1_000_000;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(String),
    Date(Date),
    Sign(char),
}

/// What was found.
#[derive(Debug, Default)]
pub struct Hints {
    texts: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<String>>,
    /// Every short text, for columns that are compared with none.
    words: Vec<String>,
    lengths: Vec<(i32, String)>,
    dates: Vec<Date>,
    degrees: Vec<f64>,
    counts: BTreeMap<String, usize>,
}

impl Hints {
    /// Reads a program.
    pub fn of(program: &str) -> Self {
        let tokens = tokens(program);
        let mut hints = Self::default();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Word(name) => {
                    hints.name(name, &tokens[at + 1..]);
                    if name == "today" || name == "yesterday" {
                        hints.lengths.push((2, "day".to_owned()));
                    }
                }
                Token::Text(text) if !text.is_empty() && text.len() < 20 => hints.words.push(text.clone()),
                Token::Text(_) | Token::Sign(_) => {}
                Token::Number(n) => hints.number(n, &tokens[at + 1..]),
                Token::Date(date) => hints.dates.push(*date),
            }
        }
        hints.words.sort();
        hints.words.dedup();
        hints
    }

    /// The same, with the texts of a larger program for columns of which this one does not speak.
    pub fn with_words_of(mut self, program: &str) -> Self {
        self.words = Self::of(program).words;
        self
    }

    fn name(&mut self, name: &str, after: &[Token]) {
        for token in after.iter().take(REACH) {
            match token {
                Token::Word(word) if word == "segment" || word == "field" => return,
                // What stands nearest is what is meant most.
                Token::Text(text) => {
                    let texts = self.texts.entry(name.to_owned()).or_default();
                    let often = if texts.is_empty() { 4 } else { 1 };
                    texts.extend(std::iter::repeat_n(text.clone(), often));
                }
                Token::Number(n) => self.numbers.entry(name.to_owned()).or_default().push(n.clone()),
                Token::Word(_) | Token::Date(_) | Token::Sign(_) => {}
            }
        }
    }

    fn number(&mut self, n: &str, after: &[Token]) {
        self.degrees.extend(n.parse::<f64>().ok().filter(|n| n.fract() != 0.0 && n.abs() < 90.0));
        let Some(Token::Word(word)) = after.first() else { return };
        let (Ok(n), unit) = (n.parse::<i32>(), word.strip_suffix('s').unwrap_or(word)) else { return };
        if n == 0 || n > 1_000 {
            return;
        }
        if ["minute", "hour", "day", "week", "month", "year"].contains(&unit) {
            self.lengths.push((n, unit.to_owned()));
        } else if n < 400 {
            self.counts.insert(word.clone(), n as usize);
        }
    }

    /// How many rows of a table the program counts to.
    pub fn counted(&self, table: &str) -> usize {
        self.counts.get(table).copied().unwrap_or_default()
    }

    /// Texts that a name is compared with, and a few others.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let Some(texts) = self.texts.get(name) else { return self.words.clone() };
        let others = self.words.iter().filter(|word| !texts.contains(word)).take(1 + texts.len() / 2);
        texts.iter().chain(others).cloned().collect()
    }

    /// Addresses that end as a name's texts ask.
    pub fn addresses(&self, name: &str) -> Vec<String> {
        let asked = self.texts.get(name).into_iter().flatten().filter(|text| text.starts_with('@'));
        asked.flat_map(|text| (1..=5).map(move |n| format!("p{n}{text}"))).collect()
    }

    /// Numbers that a name is compared with.
    pub fn numbers(&self, name: &str) -> Vec<String> {
        self.numbers.get(name).cloned().unwrap_or_default()
    }

    /// Degrees of latitude or longitude: one that the program names, or somewhere beside it.
    pub fn degrees(&self, chance: &mut Chance) -> String {
        if self.degrees.is_empty() || chance.percent(10) {
            return ["0", "52.52", "13.4", "90", "-180", "40.7128"][chance.below(6)].to_owned();
        }
        let beside = [0.0, 0.001, 0.05, -0.1, 0.2, -0.3, 1.0][chance.below(7)];
        format!("{:.6}", chance.pick(&self.degrees) + beside)
    }

    /// The end of a window, what lies a little beside it, or anything within twice its length; now and then what is to come.
    pub fn instant(&self, now: Instant, zone: &Zone, chance: &mut Chance) -> Instant {
        let exact = [0, 0, -1, 1][chance.below(4)];
        if !self.dates.is_empty() && chance.percent(20) {
            let start = zone.start_of(chance.pick(&self.dates));
            return start.plus_micros([0, 10 * 3_600 * SECOND, 86_400 * SECOND][chance.below(3)] + exact);
        }
        if chance.percent(6) {
            return now.plus_micros(86_400 * SECOND * chance.below(8) as i64 + exact);
        }
        if self.lengths.is_empty() {
            return now.plus_micros(exact);
        }
        let (n, unit) = chance.pick(&self.lengths);
        let long = match unit.as_str() {
            "minute" => i64::from(n) * 60,
            "hour" => i64::from(n) * 3_600,
            "day" => i64::from(n) * 86_400,
            "week" => i64::from(n) * 7 * 86_400,
            "month" => i64::from(n) * 30 * 86_400,
            _ => i64::from(n) * 365 * 86_400,
        };
        match chance.below(5) {
            0 => match unit.as_str() {
                "month" => zone.add_months(now, -n).plus_micros(exact),
                "year" => zone.add_months(now, -12 * n).plus_micros(exact),
                _ => now.plus_micros(-long * SECOND + exact),
            },
            1 => {
                let unit = match unit.as_str() {
                    "week" => CalendarUnit::Week,
                    "month" => CalendarUnit::Month,
                    "year" => CalendarUnit::Year,
                    _ => CalendarUnit::Day,
                };
                zone.unit_start(now, unit, -(chance.below(5) as i32)).plus_micros(exact)
            }
            _ => now.plus_micros(-SECOND * chance.below(2 * long as usize) as i64),
        }
    }
}

fn tokens(program: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = program.chars().peekable();
    while let Some(first) = chars.next() {
        let mut taken = String::from(first);
        if first == '"' {
            taken.clear();
            while let Some(next) = chars.next().filter(|next| *next != '"') {
                taken.push(if next == '\\' { chars.next().unwrap_or(next) } else { next });
            }
            out.push(Token::Text(taken));
        } else if first.is_alphabetic() || first == '_' {
            while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || *next == '_') {
                taken.push(next);
            }
            out.push(Token::Word(taken));
        } else if first.is_ascii_digit() || first == '-' && chars.peek().is_some_and(char::is_ascii_digit) {
            while let Some(next) = chars.next_if(|next| next.is_ascii_digit() || matches!(next, '.' | '-')) {
                taken.push(next);
            }
            let taken = taken.trim_end_matches(['.', '-']);
            match taken.parse::<Date>() {
                Ok(date) => out.push(Token::Date(date)),
                Err(()) if taken.parse::<f64>().is_ok() => out.push(Token::Number(taken.to_owned())),
                Err(()) => {}
            }
        } else if !first.is_whitespace() {
            out.push(Token::Sign(first));
        }
    }
    out
}

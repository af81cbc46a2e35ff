//! Which statements a file holds: exactly the view, its comments and what frames them, told token by token.

use super::lex::{Placed, Token};
use super::listed::Reader;

/// A file's view.
#[derive(Debug)]
pub struct View {
    /// Where its query begins and ends, in bytes.
    pub query: std::ops::Range<usize>,
    /// Its columns.
    pub columns: Vec<String>,
    /// Every comment that the warehouse will hold: the view's first.
    pub comments: Vec<String>,
}

/// A walk along the tokens.
struct Walk<'a> {
    tokens: &'a [Placed],
    at: usize,
}

impl Walk<'_> {
    fn next(&mut self) -> Option<&Token> {
        let token = self.tokens.get(self.at).map(|placed| &placed.token);
        self.at += 1;
        token
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Placed { token: Token::Word(word), .. }) if word == wanted)
    }

    fn is_sign(&self, wanted: char) -> bool {
        matches!(self.tokens.get(self.at), Some(Placed { token: Token::Sign(sign), .. }) if *sign == wanted)
    }

    /// Words in capitals, exactly.
    fn words(&mut self, words: &str) -> Result<(), String> {
        for wanted in words.split(' ') {
            match self.next() {
                Some(Token::Word(word)) if word == wanted => {}
                other => return Err(format!("`{wanted}` was expected where {other:?} stands")),
            }
        }
        Ok(())
    }

    fn sign(&mut self, wanted: char) -> Result<(), String> {
        match self.next() {
            Some(Token::Sign(sign)) if *sign == wanted => Ok(()),
            other => Err(format!("`{wanted}` was expected where {other:?} stands")),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Name(name)) => Ok(name.clone()),
            other => Err(format!("a quoted name was expected where {other:?} stands")),
        }
    }

    fn text(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text.clone()),
            other => Err(format!("a text was expected where {other:?} stands")),
        }
    }

    fn named(&mut self, path: &[&str]) -> Result<(), String> {
        for (i, part) in path.iter().enumerate() {
            if i > 0 {
                self.sign('.')?;
            }
            let name = self.name()?;
            if name != *part {
                return Err(format!("`{name}` is named where `{part}` belongs"));
            }
        }
        Ok(())
    }
}

/// Finds the view in a file that holds nothing but what belongs to it.
pub fn view(tokens: &[Placed], reader: &Reader, schema: &str, segment: &str) -> Result<View, String> {
    let mut walk = Walk { tokens, at: 0 };
    let framed = matches!(reader.name, "duckdb" | "postgres");
    if framed {
        walk.words("BEGIN")?;
        walk.sign(';')?;
    }
    if reader.name == "postgres" {
        walk.words("DROP VIEW IF EXISTS")?;
        walk.named(&[schema, segment])?;
        walk.sign(';')?;
    }
    walk.words(match reader.name {
        "postgres" => "CREATE VIEW",
        "snowflake" => "CREATE OR REPLACE SECURE VIEW",
        _ => "CREATE OR REPLACE VIEW",
    })?;
    walk.named(&[schema, segment])?;
    let (columns, mut comments) = signature(&mut walk, reader)?;
    walk.words("AS")?;
    let query = body(&mut walk)?;
    if framed {
        walk.words("COMMENT ON VIEW")?;
        walk.named(&[schema, segment])?;
        walk.words("IS")?;
        comments.push(walk.text()?);
        walk.sign(';')?;
        for column in &columns {
            walk.words("COMMENT ON COLUMN")?;
            walk.named(&[schema, segment, column])?;
            walk.words("IS")?;
            comments.push(walk.text()?);
            walk.sign(';')?;
        }
        walk.words("COMMIT")?;
        walk.sign(';')?;
    }
    match walk.next() {
        None => Ok(View { query, columns, comments }),
        Some(more) => Err(format!("{more:?} follows the last statement")),
    }
}

/// Columns, options and comments before AS.
fn signature(walk: &mut Walk<'_>, reader: &Reader) -> Result<(Vec<String>, Vec<String>), String> {
    let (mut columns, mut comments) = (Vec::new(), Vec::new());
    walk.sign('(')?;
    loop {
        columns.push(walk.name()?);
        match reader.name {
            "snowflake" => {
                walk.words("COMMENT")?;
                comments.push(walk.text()?);
            }
            "bigquery" => comments.push(description(walk)?),
            _ => {}
        }
        if !walk.is_sign(',') {
            break;
        }
        walk.sign(',')?;
    }
    walk.sign(')')?;
    match reader.name {
        "postgres" => {
            walk.words("WITH")?;
            walk.sign('(')?;
            walk.words("security_barrier")?;
            walk.sign('=')?;
            walk.words("true")?;
            walk.sign(')')?;
        }
        "snowflake" => {
            walk.words("COPY GRANTS COMMENT")?;
            walk.sign('=')?;
            comments.insert(0, walk.text()?);
        }
        "bigquery" => comments.insert(0, description(walk)?),
        _ => {}
    }
    Ok((columns, comments))
}

fn description(walk: &mut Walk<'_>) -> Result<String, String> {
    walk.words("OPTIONS")?;
    walk.sign('(')?;
    walk.words("description")?;
    walk.sign('=')?;
    let text = walk.text()?;
    walk.sign(')')?;
    Ok(text)
}

/// Up to the first semicolon; the parser has the last word on what lies between.
fn body(walk: &mut Walk<'_>) -> Result<std::ops::Range<usize>, String> {
    if !walk.is_word("WITH") {
        return Err("the query does not begin with its named queries".to_owned());
    }
    let start = walk.tokens.get(walk.at).map_or(0, |placed| placed.at);
    while !walk.is_sign(';') {
        if walk.next().is_none() {
            return Err("the view's statement does not end".to_owned());
        }
    }
    let end = walk.tokens.get(walk.at).map_or(start, |placed| placed.at);
    walk.sign(';')?;
    Ok(start..end)
}

/// What a statement of upkeep merges into what.
pub struct Merge<'a> {
    /// The table.
    pub table: &'a [String],
    /// Its key.
    pub key: &'a str,
    /// Its other columns.
    pub columns: &'a [&'a str],
    /// The key, the values of those columns, and whether the row goes.
    pub merged: &'a [&'a str],
}

/// Finds the query of a file that holds nothing but one merge.
pub fn merge(tokens: &[Placed], merge: &Merge<'_>) -> Result<std::ops::Range<usize>, String> {
    let mut walk = Walk { tokens, at: 0 };
    let table: Vec<&str> = merge.table.iter().map(String::as_str).collect();
    let [key, values @ .., over] = merge.merged else { return Err("nothing is merged".to_owned()) };
    walk.words("MERGE INTO")?;
    walk.named(&table)?;
    walk.words("AS")?;
    walk.named(&["t"])?;
    walk.words("USING")?;
    walk.sign('(')?;
    let query = inside(&mut walk)?;
    walk.words("AS")?;
    walk.named(&["s"])?;
    walk.words("ON")?;
    walk.equal(&["t", merge.key], &["s", key])?;
    walk.words("WHEN MATCHED AND")?;
    walk.named(&["s", over])?;
    walk.words("THEN DELETE WHEN MATCHED THEN UPDATE SET")?;
    let removed = values.get(5).copied().unwrap_or_default();
    for (i, (column, value)) in merge.columns.iter().zip(values).enumerate() {
        if i > 0 {
            walk.sign(',')?;
        }
        if i == 0 {
            first_in(&mut walk, column, value, removed)?;
        } else {
            walk.equal(&[column], &["s", value])?;
        }
    }
    walk.words("WHEN NOT MATCHED AND")?;
    walk.named(&["s", removed])?;
    walk.words("IS NULL THEN INSERT")?;
    let columns: Vec<Vec<&str>> =
        std::iter::once(merge.key).chain(merge.columns.iter().copied()).map(|name| vec![name]).collect();
    walk.listed(&columns)?;
    walk.words("VALUES")?;
    let given: Vec<Vec<&str>> = std::iter::once(key).chain(values).map(|name| vec!["s", *name]).collect();
    walk.listed(&given)?;
    walk.sign(';')?;
    match walk.next() {
        None => Ok(query),
        Some(more) => Err(format!("{more:?} follows the last statement")),
    }
}

/// A membership that goes on keeps its beginning.
fn first_in(walk: &mut Walk<'_>, column: &str, value: &str, removed: &str) -> Result<(), String> {
    walk.named(&[column])?;
    walk.sign('=')?;
    walk.words("CASE WHEN")?;
    walk.named(&["t", "removed_at"])?;
    walk.words("IS NULL AND")?;
    walk.named(&["s", removed])?;
    walk.words("IS NULL THEN")?;
    walk.named(&["t", column])?;
    walk.words("ELSE")?;
    walk.named(&["s", value])?;
    walk.words("END")
}

/// Up to the parenthesis that closes the one just opened; the parser has the last word on what lies between.
fn inside(walk: &mut Walk<'_>) -> Result<std::ops::Range<usize>, String> {
    if !walk.is_word("WITH") {
        return Err("the query does not begin with its named queries".to_owned());
    }
    let start = walk.tokens.get(walk.at).map_or(0, |placed| placed.at);
    let mut depth = 0_usize;
    while depth > 0 || !walk.is_sign(')') {
        if walk.is_sign('(') {
            depth += 1;
        } else if walk.is_sign(')') {
            depth -= 1;
        } else if walk.is_sign(';') {
            return Err("the query ends before its parenthesis".to_owned());
        }
        if walk.next().is_none() {
            return Err("the query does not end".to_owned());
        }
    }
    let end = walk.tokens.get(walk.at).map_or(start, |placed| placed.at);
    walk.sign(')')?;
    Ok(start..end)
}

impl Walk<'_> {
    fn equal(&mut self, left: &[&str], right: &[&str]) -> Result<(), String> {
        self.named(left)?;
        self.sign('=')?;
        self.named(right)
    }

    /// Names in parentheses.
    fn listed(&mut self, all: &[Vec<&str>]) -> Result<(), String> {
        for (i, path) in all.iter().enumerate() {
            self.sign(if i == 0 { '(' } else { ',' })?;
            self.named(path)?;
        }
        self.sign(')')
    }
}

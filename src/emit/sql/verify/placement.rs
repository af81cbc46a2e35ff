//! Placements: every list is proved as the query of its own segment, and around them stands nothing but their union.

use super::heads::{self, View};
use super::lex::{self, Placed, Token};
use super::listed::Reader;
use super::{agree, begins, comments, cuts, query, reader, unproved};
use crate::diagnostic::Diagnostic;
use crate::model::Instant;
use crate::plan::{PlacementPlan, ShowPlan};

/// Proves the file of a placement's view.
pub fn verify_placement(
    plan: &PlacementPlan,
    schema: &str,
    dialect: &str,
    sql: &str,
    as_of: Option<Instant>,
) -> Result<(), Diagnostic> {
    file(plan, schema, dialect, sql, as_of).map_err(|fault| unproved(&plan.name, dialect, &fault))
}

/// Proves a query that asks a database what a placement shows to whom.
pub fn verify_shown(plan: &PlacementPlan, dialect: &str, sql: &str, as_of: Option<Instant>) -> Result<(), Diagnostic> {
    let proved = reader(dialect).and_then(|reader| {
        agree::agree(sql, &lex::read(sql, reader)?, reader)?;
        union(plan, reader, sql, as_of)
    });
    proved.map_err(|fault| unproved(&plan.name, dialect, &fault))
}

fn file(plan: &PlacementPlan, schema: &str, dialect: &str, sql: &str, as_of: Option<Instant>) -> Result<(), String> {
    let reader = reader(dialect)?;
    let tokens = lex::read(sql, reader)?;
    agree::agree(sql, &tokens, reader)?;
    begins(sql, &tokens)?;
    let view: View = heads::view(&tokens, reader, schema, &plan.name)?;
    let text = sql.get(view.query.clone()).ok_or("the query cannot be found")?;
    union(plan, reader, text, as_of)?;
    let wanted = [key_of(plan)?, "shown".to_owned()];
    if view.columns != wanted {
        return Err(format!("the view's columns {:?} are not the key and what is shown", view.columns));
    }
    comments(&view, &plan.hash)
}

fn key_of(plan: &PlacementPlan) -> Result<String, String> {
    let first = plan.shows.first().ok_or("nothing is shown")?;
    let key = first.to.tables.get(first.to.guard.entity).and_then(cuts::key_of);
    key.cloned().ok_or_else(|| "nobody has a key".to_owned())
}

/// `WITH shown_1 AS (…), … SELECT shown_1.key, 'what' AS shown FROM shown_1 UNION ALL …`, and nothing else.
fn union(plan: &PlacementPlan, reader: &Reader, text: &str, as_of: Option<Instant>) -> Result<(), String> {
    let tokens = lex::read(text, reader)?;
    let mut walk = Walk { tokens: &tokens, at: 0 };
    walk.word("WITH")?;
    for (at, show) in plan.shows.iter().enumerate() {
        if at > 0 {
            walk.sign(',')?;
        }
        walk.name(&named(at))?;
        walk.word("AS")?;
        if walk.is(&Token::Word("MATERIALIZED".to_owned())) {
            walk.word("MATERIALIZED")?;
        }
        let inside = walk.bracket()?;
        let list = text.get(inside).ok_or("a list cannot be found")?;
        query(&show.to, reader, list, as_of).map_err(|fault| format!("whom `{}` is shown: {fault}", show.what))?;
    }
    let key = key_of(plan)?;
    for (at, show) in plan.shows.iter().enumerate() {
        if at > 0 {
            walk.word("UNION")?;
            walk.word("ALL")?;
        }
        walk.list(at, &key, show)?;
    }
    match tokens.get(walk.at) {
        None => Ok(()),
        Some(more) => Err(format!("{:?} follows the last list", more.token)),
    }
}

fn named(at: usize) -> String {
    format!("shown_{}", at + 1)
}

/// A walk along the tokens.
struct Walk<'t> {
    tokens: &'t [Placed],
    at: usize,
}

impl Walk<'_> {
    fn is(&self, wanted: &Token) -> bool {
        self.tokens.get(self.at).is_some_and(|placed| placed.token == *wanted)
    }

    fn take(&mut self, wanted: &Token) -> Result<(), String> {
        if !self.is(wanted) {
            let found = self.tokens.get(self.at).map(|placed| &placed.token);
            return Err(format!("{wanted:?} was expected where {found:?} stands"));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        self.take(&Token::Word(word.to_owned()))
    }

    fn name(&mut self, name: &str) -> Result<(), String> {
        self.take(&Token::Name(name.to_owned()))
    }

    fn sign(&mut self, sign: char) -> Result<(), String> {
        self.take(&Token::Sign(sign))
    }

    /// Over a pair of brackets; what lies between, in bytes.
    fn bracket(&mut self) -> Result<std::ops::Range<usize>, String> {
        self.sign('(')?;
        let start = self.tokens.get(self.at).map(|placed| placed.at).ok_or("a bracket does not end")?;
        let mut depth = 1_usize;
        while let Some(placed) = self.tokens.get(self.at) {
            match placed.token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') => depth -= 1,
                Token::Sign(_) | Token::Text(_) | Token::Name(_) | Token::Word(_) | Token::Number(_) => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(start..placed.at);
            }
        }
        Err("a bracket does not end".to_owned())
    }

    /// `SELECT list.key, 'what' AS shown FROM list`.
    fn list(&mut self, at: usize, key: &str, show: &ShowPlan) -> Result<(), String> {
        self.word("SELECT")?;
        self.name(&named(at))?;
        self.sign('.')?;
        self.name(key)?;
        self.sign(',')?;
        self.take(&Token::Text(show.what.clone()))?;
        self.word("AS")?;
        self.name("shown")?;
        self.word("FROM")?;
        self.name(&named(at))
    }
}

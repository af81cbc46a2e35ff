//! The text of a query, taken apart by the parser of each dialect into the closed language. What is not in it is refused by name.

#![expect(clippy::wildcard_enum_match_arm, reason = "what the parser knows and is not listed is refused by name")]

mod term;

use std::collections::BTreeMap;

use sqlparser::ast as sql;
use sqlparser::dialect::{BigQueryDialect, Dialect, DuckDbDialect, PostgreSqlDialect, SnowflakeDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::{Body, Join, Joined, Of, Output, Selection, Term};

/// Why a text is refused.
pub type Read<T> = Result<T, String>;

/// How long a text may be, how deep its terms, how many its selections.
const MOST_BYTES: usize = 8_000;
const MOST_DEPTH: usize = 60;
const MOST_SELECTIONS: usize = 100;

/// Reads a text as every one of some dialects does; all must read the same.
///
/// # Errors
/// Why it is refused.
pub fn statement<'d>(text: &str, dialects: impl IntoIterator<Item = &'d str>) -> Read<Body> {
    if text.len() > MOST_BYTES {
        return Err(format!("it is longer than {MOST_BYTES} bytes"));
    }
    if text.chars().any(|c| c == '\\' || c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err("it holds a backslash or a control character, which engines read differently".to_owned());
    }
    let mut known: Option<(&str, Body)> = None;
    for name in dialects {
        let body = one(text, name).map_err(|why| format!("{why} (as {name} reads it)"))?;
        match &known {
            Some((first, other)) if *other != body => return Err(format!("{first} and {name} read it differently")),
            Some(_) => {}
            None => known = Some((name, body)),
        }
    }
    known.map(|(_, body)| body).ok_or_else(|| "no dialect is named that could read it".to_owned())
}

fn one(text: &str, name: &str) -> Read<Body> {
    let dialect: &dyn Dialect = match name {
        "duckdb" => &DuckDbDialect {},
        "postgres" => &PostgreSqlDialect {},
        "snowflake" => &SnowflakeDialect {},
        "bigquery" => &BigQueryDialect,
        _ => return Err("nobody knows how to read it".to_owned()),
    };
    let mut parser = Parser::new(dialect).with_recursion_limit(60).try_with_sql(text).map_err(said)?;
    let query = match parser.parse_statement().map_err(said)? {
        sql::Statement::Query(query) => query,
        _ => return Err("it is no query".to_owned()),
    };
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token().token != Token::EOF {
        return Err("something follows the query".to_owned());
    }
    let mut reader = Reader { named: BTreeMap::new(), frames: Vec::new(), selections: 0 };
    reader.query(*query, 0)
}

fn said(error: sqlparser::parser::ParserError) -> String {
    let text = error.to_string();
    let cause = text.rsplit(": ").next().unwrap_or(&text).to_owned();
    format!("it cannot be read: {}", cause.chars().filter(|c| !c.is_control()).take(120).collect::<String>())
}

fn refuse<T>(what: &str) -> Read<T> {
    Err(format!("{what} is not followed"))
}

fn none(there: bool, what: &str) -> Read<()> {
    if there { refuse(what) } else { Ok(()) }
}

/// What a name stands for: a table, whose columns nobody knows, or a query with its columns.
type Frame = Vec<(String, Option<Vec<String>>)>;

struct Reader {
    named: BTreeMap<String, Body>,
    frames: Vec<Frame>,
    selections: usize,
}

impl Reader {
    fn query(&mut self, query: sql::Query, depth: usize) -> Read<Body> {
        none(depth > MOST_DEPTH, "a query so deep")?;
        let sql::Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        none(order_by.is_some(), "ORDER BY")?;
        none(limit_clause.is_some() || fetch.is_some(), "LIMIT, which leaves open which rows are meant,")?;
        none(!locks.is_empty() || for_clause.is_some() || settings.is_some(), "a lock or a setting")?;
        none(format_clause.is_some() || !pipe_operators.is_empty(), "a format or a pipe")?;
        let before = self.named.clone();
        if let Some(sql::With { with_token: _, recursive, cte_tables }) = with {
            none(recursive, "WITH RECURSIVE")?;
            for sql::Cte { alias, query, from, materialized, closing_paren_token: _ } in cte_tables {
                none(from.is_some() || materialized.is_some(), "an option of WITH")?;
                let name = alias_name(alias)?;
                let body = self.query(*query, depth + 1)?;
                self.named.insert(name, body);
            }
        }
        let body = self.body(*body, depth + 1)?;
        self.named = before;
        Ok(body)
    }

    fn body(&mut self, body: sql::SetExpr, depth: usize) -> Read<Body> {
        none(depth > MOST_DEPTH, "a query so deep")?;
        match body {
            sql::SetExpr::Select(select) => Ok(Body { of: vec![self.select(*select, depth + 1)?], distinct: false }),
            sql::SetExpr::Query(query) => self.query(*query, depth + 1),
            sql::SetExpr::SetOperation { left, op: sql::SetOperator::Union, set_quantifier, right } => {
                let distinct = match set_quantifier {
                    sql::SetQuantifier::All => false,
                    sql::SetQuantifier::None | sql::SetQuantifier::Distinct => true,
                    _ => return refuse("a union by name"),
                };
                let (left, right) = (self.body(*left, depth + 1)?, self.body(*right, depth + 1)?);
                let alike = |side: &Body| side.of.len() == 1 || side.distinct == distinct;
                none(!alike(&left) || !alike(&right), "UNION beside UNION ALL")?;
                let width = |side: &Body| side.of.first().map(|selection| selection.columns.len());
                none(width(&left) != width(&right), "a union of queries of different width")?;
                Ok(Body { of: left.of.into_iter().chain(right.of).collect(), distinct })
            }
            sql::SetExpr::SetOperation { op, .. } => refuse(&op.to_string()),
            _ => refuse("what is neither a SELECT nor a union"),
        }
    }

    fn select(&mut self, select: sql::Select, depth: usize) -> Read<Selection> {
        self.selections += 1;
        none(self.selections > MOST_SELECTIONS, "a query of so many queries")?;
        let sql::Select {
            distinct,
            projection,
            from,
            selection,
            group_by,
            having,
            qualify,
            named_window,
            top,
            into,
            ..
        } = &select;
        let plain = sql::Select {
            distinct: None,
            projection: Vec::new(),
            from: Vec::new(),
            selection: None,
            group_by: sql::GroupByExpr::Expressions(Vec::new(), Vec::new()),
            ..select.clone()
        };
        none(having.is_some(), "HAVING (filter a query in parentheses instead)")?;
        none(qualify.is_some() || !named_window.is_empty(), "QUALIFY or WINDOW")?;
        none(top.is_some() || into.is_some(), "TOP or INTO")?;
        none(is_unusual(&plain), "an unusual clause of SELECT")?;
        let distinct = match distinct {
            None => false,
            Some(sql::Distinct::Distinct) => true,
            Some(sql::Distinct::All | sql::Distinct::On(_)) => return refuse("an unusual DISTINCT"),
        };
        self.frames.push(Vec::new());
        let read = self.parts(from, selection.as_ref(), group_by, projection, depth);
        self.frames.pop();
        let (from, filter, group, columns) = read?;
        told_apart(&columns)?;
        Ok(Selection { distinct, columns, from, filter, group })
    }

    #[expect(clippy::type_complexity, reason = "the parts of one SELECT, in order")]
    fn parts(
        &mut self,
        from: &[sql::TableWithJoins],
        selection: Option<&sql::Expr>,
        group_by: &sql::GroupByExpr,
        projection: &[sql::SelectItem],
        depth: usize,
    ) -> Read<(Vec<Joined>, Option<Term>, Vec<Term>, Vec<Output>)> {
        let from = self.sources(from, depth)?;
        let filter = selection.map(|expr| self.term(expr, depth)).transpose()?;
        let group = match group_by {
            sql::GroupByExpr::Expressions(list, modifiers) if modifiers.is_empty() => {
                list.iter().map(|expr| self.term(expr, depth)).collect::<Read<Vec<Term>>>()?
            }
            sql::GroupByExpr::Expressions(..) | sql::GroupByExpr::All(_) => return refuse("an unusual GROUP BY"),
        };
        none(group.iter().any(|term| matches!(term, Term::Literal(_))), "GROUP BY the place of a column")?;
        let columns = projection.iter().map(|item| self.output(item, depth)).collect::<Read<Vec<Output>>>()?;
        Ok((from, filter, group, columns))
    }

    fn output(&mut self, item: &sql::SelectItem, depth: usize) -> Read<Output> {
        match item {
            sql::SelectItem::UnnamedExpr(expr) => match self.term(expr, depth)? {
                Term::Column { of, name } => Ok(Output { name: name.clone(), term: Term::Column { of, name } }),
                _ => Err("a column that is computed has no name: write `… as name`".to_owned()),
            },
            sql::SelectItem::ExprWithAlias { expr, alias } => {
                Ok(Output { name: plain(alias)?, term: self.term(expr, depth)? })
            }
            _ => Err("`*` stands for columns that nobody declared".to_owned()),
        }
    }

    fn sources(&mut self, from: &[sql::TableWithJoins], depth: usize) -> Read<Vec<Joined>> {
        let mut out = Vec::new();
        for (i, sql::TableWithJoins { relation, joins }) in from.iter().enumerate() {
            none(i > 0, "a comma between tables (write CROSS JOIN)")?;
            out.push(self.source(relation, Join::Inner, None, depth)?);
            for sql::Join { relation, global, join_operator } in joins {
                use sql::JoinConstraint::{None as Bare, On};
                use sql::JoinOperator as J;
                none(*global, "a global join")?;
                let (join, on) = match join_operator {
                    J::Join(On(on)) | J::Inner(On(on)) => (Join::Inner, Some(on)),
                    J::Left(On(on)) | J::LeftOuter(On(on)) => (Join::Left, Some(on)),
                    J::CrossJoin(Bare) => (Join::Cross, None),
                    _ => return refuse("a join that is neither inner, left nor cross, or that has no ON,"),
                };
                let joined = self.source(relation, join, on, depth)?;
                out.push(joined);
            }
        }
        none(out.is_empty(), "a SELECT without FROM")?;
        Ok(out)
    }

    fn source(&mut self, table: &sql::TableFactor, join: Join, on: Option<&sql::Expr>, depth: usize) -> Read<Joined> {
        let (of, alias) = match table {
            sql::TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                let path = path(name)?;
                let last = path.last().cloned().unwrap_or_default();
                let alias = alias.clone().map_or(Ok(last), alias_name)?;
                let named = if let [only] = path.as_slice() { self.named.get(only).cloned() } else { None };
                (named.map_or(Of::Table(path), |body| Of::Query(Box::new(body))), alias)
            }
            sql::TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None } => {
                // Nothing around can be named in it.
                let around = std::mem::take(&mut self.frames);
                let body = self.query((**subquery).clone(), depth + 1);
                self.frames = around;
                (Of::Query(Box::new(body?)), alias_name(alias.clone())?)
            }
            _ => return refuse("what is neither a table nor a query in parentheses with a name"),
        };
        none(alias.eq_ignore_ascii_case("clock"), "the alias `clock`")?;
        if let Of::Query(body) = &of {
            self.selections += body.of.len();
            none(self.selections > MOST_SELECTIONS, "a query of so many queries")?;
        }
        if self.frames.iter().flatten().any(|(known, _)| known.eq_ignore_ascii_case(&alias)) {
            return Err(format!("two tables are called `{alias}`"));
        }
        let columns = match &of {
            Of::Table(_) => None,
            Of::Query(body) => {
                body.of.first().map(|one| one.columns.iter().map(|column| column.name.clone()).collect())
            }
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.push((alias.clone(), columns));
        }
        let on = on.map(|expr| self.term(expr, depth)).transpose()?;
        Ok(Joined { alias, of, join, on })
    }
}

/// A name as it is written, quoted or not, which every engine can hold.
fn plain(name: &sql::Ident) -> Read<String> {
    let fits = !name.value.is_empty() && name.value.len() <= 63;
    if fits && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ' ') {
        Ok(name.value.clone())
    } else {
        Err("a name holds something else than letters, digits and `_`".to_owned())
    }
}

fn alias_name(alias: sql::TableAlias) -> Read<String> {
    none(!alias.columns.is_empty() || alias.at.is_some(), "an alias with columns")?;
    plain(&alias.name)
}

fn path(name: &sql::ObjectName) -> Read<Vec<String>> {
    let part = |part: &sql::ObjectNamePart| match part {
        sql::ObjectNamePart::Identifier(ident) => plain(ident),
        sql::ObjectNamePart::Function(_) => refuse("a computed name"),
    };
    let path = name.0.iter().map(part).collect::<Read<Vec<String>>>()?;
    none(path.len() > 3, "a table of more than three names")?;
    Ok(path)
}

/// Whether something is left of a SELECT whose known parts have been taken away.
fn is_unusual(rest: &sql::Select) -> bool {
    let text = rest.to_string();
    text.trim() != "SELECT"
}

/// No two columns have one name, whatever its case.
fn told_apart(columns: &[Output]) -> Read<()> {
    let twice = |(i, column): (usize, &Output)| {
        columns.iter().skip(i + 1).any(|other| other.name.eq_ignore_ascii_case(&column.name))
    };
    match columns.iter().enumerate().find(|(i, column)| twice((*i, column))) {
        Some((_, column)) => Err(format!("two columns are called `{}`", column.name)),
        None => Ok(()),
    }
}

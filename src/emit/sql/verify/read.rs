//! The second of two readers: sqlparser's queries, taken apart into the closed language. Whatever is not in it is refused by name.

use sqlparser::ast as sql;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token as Theirs;

use super::listed::Reader;
use super::tree::{Body, Cte, Expr, Item, Join, Of, Query, Select, Source};

/// Why something cannot be read.
pub type Read<T> = Result<T, String>;

/// Reads one query.
pub fn query(text: &str, reader: &Reader) -> Read<Query> {
    let dialect = reader.dialect();
    let mut parser = Parser::new(dialect.as_ref())
        .with_recursion_limit(600)
        .try_with_sql(text)
        .map_err(|error| format!("it cannot be read: {error}"))?;
    let query = parser.parse_query().map_err(|error| format!("it cannot be read: {error}"))?;
    if parser.peek_token().token != Theirs::EOF {
        return Err("something follows the query".to_owned());
    }
    Reading { reader }.query(*query)
}

/// Reads the parser's tree of one dialect.
pub struct Reading<'r> {
    /// The dialect.
    pub reader: &'r Reader,
}

/// Refuses something by name.
pub fn refuse<T>(what: &str) -> Read<T> {
    Err(format!("{what} stands in it, which no view needs"))
}

/// Refuses something where it is there.
pub fn none(there: bool, what: &str) -> Read<()> {
    if there { refuse(what) } else { Ok(()) }
}

impl Reading<'_> {
    fn query(&self, query: sql::Query) -> Read<Query> {
        let (with, body) = self.bare(query)?;
        let Some(sql::With { with_token: _, recursive: false, cte_tables }) = with else {
            return refuse("a query without, or with recursive, named queries");
        };
        let ctes = cte_tables.into_iter().map(|cte| self.cte(cte)).collect::<Read<Vec<Cte>>>()?;
        let mut selects = self.body(body)?.0;
        match (selects.pop(), selects.is_empty()) {
            (Some(root), true) => Ok(Query { ctes, root }),
            _ => refuse("a root of several queries"),
        }
    }

    /// Nothing but WITH and a body: no order, no limit, no locks.
    fn bare(&self, query: sql::Query) -> Read<(Option<sql::With>, sql::SetExpr)> {
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
        none(order_by.is_some() || limit_clause.is_some() || fetch.is_some(), "ORDER BY or LIMIT")?;
        none(!locks.is_empty() || for_clause.is_some() || settings.is_some(), "a lock or a setting")?;
        none(format_clause.is_some() || !pipe_operators.is_empty(), "a format or a pipe")?;
        Ok((with, *body))
    }

    /// A query inside another.
    pub fn inner(&self, query: sql::Query) -> Read<Body> {
        let (with, body) = self.bare(query)?;
        none(with.is_some(), "WITH inside a query")?;
        self.body(body)
    }

    fn cte(&self, cte: sql::Cte) -> Read<Cte> {
        let sql::Cte { alias, query, from, materialized, closing_paren_token: _ } = cte;
        let known = match materialized {
            None => true,
            Some(sql::CteAsMaterialized::Materialized) => self.reader.name == "postgres",
            Some(sql::CteAsMaterialized::NotMaterialized) => false,
        };
        none(from.is_some() || !known, "an option of a named query")?;
        Ok(Cte { name: self.alias(alias)?, body: self.inner(*query)? })
    }

    fn alias(&self, alias: sql::TableAlias) -> Read<String> {
        let sql::TableAlias { explicit: _, name, columns, at } = alias;
        none(!columns.is_empty() || at.is_some(), "an alias with columns")?;
        self.name(name)
    }

    /// A name, quoted.
    pub fn name(&self, ident: sql::Ident) -> Read<String> {
        if ident.quote_style != Some(self.reader.name_quote) {
            return Err(format!("the name `{}` is not quoted", ident.value));
        }
        if ident.value.is_empty() || ident.value.chars().any(super::lex::breaks_lines) {
            return refuse("a name that is empty or cannot be seen");
        }
        if ident.value.len() > self.reader.name_bytes {
            return Err(format!("the name `{}` is longer than what is kept of it", ident.value));
        }
        Ok(ident.value)
    }

    /// A dotted name.
    pub fn path(&self, name: sql::ObjectName) -> Read<Vec<String>> {
        let part = |part| match part {
            sql::ObjectNamePart::Identifier(ident) => self.name(ident),
            sql::ObjectNamePart::Function(_) => refuse("a computed name"),
        };
        name.0.into_iter().map(part).collect()
    }

    fn body(&self, body: sql::SetExpr) -> Read<Body> {
        match body {
            sql::SetExpr::Select(select) => Ok(Body(vec![self.select(*select)?])),
            sql::SetExpr::SetOperation { left, op: sql::SetOperator::Union, set_quantifier, right } => {
                let known = [sql::SetQuantifier::All, sql::SetQuantifier::None, sql::SetQuantifier::Distinct];
                none(!known.contains(&set_quantifier), "an unusual union")?;
                let mut all = self.body(*left)?.0;
                all.extend(self.body(*right)?.0);
                Ok(Body(all))
            }
            _ => refuse("something that is neither a SELECT nor a union"),
        }
    }

    fn select(&self, select: sql::Select) -> Read<Select> {
        let sql::Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify,
            value_table_mode,
            flavor,
        } = select;
        none(!optimizer_hints.is_empty() || select_modifiers.is_some() || exclude.is_some(), "a modifier of SELECT")?;
        none(top.is_some() || top_before_distinct || into.is_some(), "TOP or INTO")?;
        none(!lateral_views.is_empty() || prewhere.is_some() || !connect_by.is_empty(), "an unusual clause")?;
        none(!cluster_by.is_empty() || !distribute_by.is_empty() || !sort_by.is_empty(), "an order of rows")?;
        none(having.is_some() || !named_window.is_empty() || qualify.is_some(), "HAVING, WINDOW or QUALIFY")?;
        none(window_before_qualify || value_table_mode.is_some(), "an unusual clause")?;
        none(flavor != sql::SelectFlavor::Standard, "FROM before SELECT")?;
        let distinct = match distinct {
            None => false,
            Some(sql::Distinct::Distinct) => true,
            Some(sql::Distinct::All | sql::Distinct::On(_)) => return refuse("an unusual DISTINCT"),
        };
        let items = projection.into_iter().map(|item| self.item(item)).collect::<Read<Vec<Item>>>()?;
        let filter = selection.map_or(Ok(Vec::new()), |expr| self.conjuncts(expr))?;
        let group = match group_by {
            sql::GroupByExpr::Expressions(list, modifiers) if modifiers.is_empty() => self.list(list)?,
            sql::GroupByExpr::Expressions(..) | sql::GroupByExpr::All(_) => return refuse("an unusual GROUP BY"),
        };
        Ok(Select { distinct, items, sources: self.sources(from)?, filter, group })
    }

    fn item(&self, item: sql::SelectItem) -> Read<Item> {
        match item {
            sql::SelectItem::UnnamedExpr(expr) => {
                let expr = self.expr(expr)?;
                let name = if let Expr::Column(_, name) = &expr { name.clone() } else { String::new() };
                Ok(Item { expr, name, renamed: false })
            }
            sql::SelectItem::ExprWithAlias { expr, alias } => {
                Ok(Item { expr: self.expr(expr)?, name: self.name(alias)?, renamed: true })
            }
            sql::SelectItem::ExprWithAliases { .. } => refuse("an item of several names"),
            sql::SelectItem::QualifiedWildcard(..) | sql::SelectItem::Wildcard(_) => {
                Err("`*` stands for columns that nobody declared".to_owned())
            }
        }
    }

    fn sources(&self, from: Vec<sql::TableWithJoins>) -> Read<Vec<Source>> {
        let mut from = from.into_iter();
        let Some(sql::TableWithJoins { relation, joins }) = from.next() else { return Ok(Vec::new()) };
        none(from.next().is_some(), "a comma between tables")?;
        let mut out = vec![self.source(relation, Join::First)?];
        for sql::Join { relation, global, join_operator } in joins {
            none(global, "a global join")?;
            out.push(self.source(relation, self.join(join_operator)?)?);
        }
        Ok(out)
    }

    fn join(&self, join: sql::JoinOperator) -> Read<Join> {
        use sql::JoinConstraint::{None as Bare, On};
        use sql::JoinOperator as J;
        match join {
            J::Join(On(on)) | J::Inner(On(on)) => Ok(Join::Inner(self.conjuncts(on)?)),
            J::Left(On(on)) | J::LeftOuter(On(on)) => Ok(Join::Left(self.conjuncts(on)?)),
            J::CrossJoin(Bare) => Ok(Join::Cross),
            _ => refuse("an unusual join"),
        }
    }

    fn source(&self, table: sql::TableFactor, join: Join) -> Read<Source> {
        match table {
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
                let path = self.path(name)?;
                let alias = match alias {
                    Some(alias) => self.alias(alias)?,
                    None => path.last().cloned().unwrap_or_default(),
                };
                Ok(Source { alias, of: Of::Named(path), join })
            }
            sql::TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None } => {
                Ok(Source { alias: self.alias(alias)?, of: Of::Derived(self.inner(*subquery)?), join })
            }
            _ => refuse("an unusual table"),
        }
    }
}

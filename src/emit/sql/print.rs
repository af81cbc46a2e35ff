//! The pretty printer: a tree in, text for people and engines out.
//!
//! Text is laid out flat where a line holds it and broken at `AND`, `OR`, `WHEN` and clauses where not. Literals and names
//! are printed in [`super::quote`] and nowhere else.

use std::collections::BTreeMap;

use super::dialect::Dialect;
use super::quote;
use super::tree::{Agg, Body, Cte, Expr, From, Func, Join, JoinKind, Op, Over, Query, Select, Source, Test, Type};

/// Columns that a line may take.
const WIDTH: usize = 120;

/// An indent that stands for "all on one line".
const FLAT: usize = 10_000;

/// How tightly an expression binds: what is printed inside something tighter gets parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bind {
    Or,
    And,
    Not,
    Is,
    Compare,
    Sum,
    Product,
    Atom,
}

/// Prints a whole query.
pub fn query(dialect: &Dialect, query: &Query) -> String {
    let printer = Printer { dialect, called: BTreeMap::new() };
    let mut out = String::from("WITH\n");
    let last = query.ctes.len().saturating_sub(1);
    for (i, cte) in query.ctes.iter().enumerate() {
        out.push_str(&printer.cte(cte));
        out.push_str(if i == last { "\n" } else { ",\n" });
    }
    for line in &query.comment {
        out.push_str(&format!("-- {}\n", quote::comment(line)));
    }
    out.push_str(&printer.select(&query.root, 0));
    out
}

/// A question about a query's rows: what stands before and after it in a SELECT of its own.
#[derive(Debug, Clone)]
pub struct Arm {
    /// The query.
    pub query: Query,
    /// What is asked, for the reader.
    pub comment: Vec<String>,
    /// Before the query.
    pub before: String,
    /// After it.
    pub after: String,
}

/// Prints questions as one statement, a row or more for each. A named query that several ask stands once, above all of them; where one
/// name stands for several queries, each further one has a number.
pub fn arms(dialect: &Dialect, arms: &[Arm]) -> String {
    let mut above = Above { dialect, named: Vec::new() };
    let all: Vec<String> = arms
        .iter()
        .map(|arm| {
            let printer = Printer { dialect, called: above.of(&arm.query) };
            let comment: String = arm.comment.iter().map(|line| format!("-- {}\n", quote::comment(line))).collect();
            format!("{comment}{}{}{}", arm.before, printer.select(&arm.query.root, 0), arm.after)
        })
        .collect();
    let above: Vec<&str> = above.named.iter().map(|(.., text)| text.as_str()).collect();
    format!("WITH\n{}\n{}", above.join(",\n"), all.join("\nUNION ALL\n"))
}

/// The named queries that stand above several questions.
struct Above<'a> {
    dialect: &'a Dialect,
    /// Each by the name that it has here, by what it does whatever its name, and as it is printed.
    named: Vec<(String, (String, String), String)>,
}

/// Names with more letters are numbered at their beginning, as an engine may cut off their end.
const LONG: usize = 50;

impl Above<'_> {
    /// Adds the named queries of a query that are not there yet, and tells how each is called.
    fn of(&mut self, query: &Query) -> BTreeMap<String, String> {
        let mut printer = Printer { dialect: self.dialect, called: BTreeMap::new() };
        for cte in &query.ctes {
            let does = (cte.name.clone(), printer.body(&cte.body, 4));
            let known = self.named.iter().find(|(_, known, _)| *known == does).map(|(called, ..)| called.clone());
            let called = known.unwrap_or_else(|| {
                let called = self.free(&cte.name);
                printer.called.insert(cte.name.clone(), called.clone());
                self.named.push((called.clone(), does, printer.cte(cte)));
                called
            });
            printer.called.insert(cte.name.clone(), called);
        }
        printer.called
    }

    /// A name that nothing has yet.
    fn free(&self, name: &str) -> String {
        let taken = |called: &String| self.named.iter().any(|(known, ..)| known == called);
        let numbered = |n: usize| match n {
            1 => name.to_owned(),
            n if name.len() > LONG => format!("n{n}_{name}"),
            n => format!("{name}_{n}"),
        };
        (1..).map(numbered).find(|called| !taken(called)).unwrap_or_else(|| name.to_owned())
    }
}

/// Something that is shown, and the printed query of those who see it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What.
    pub what: String,
    /// The query.
    pub query: String,
    /// What people read before it.
    pub comment: String,
}

/// Prints the query of a placement: each list under a name of its own, then all of them, with what they are shown beside the key. No two
/// lists share anybody.
pub fn placement(dialect: &Dialect, key: &str, shown: &[Shown]) -> String {
    let named = |at: usize| quote::name(dialect, &format!("shown_{}", at + 1));
    let list = |(at, shown): (usize, &Shown)| {
        let comment = quote::comment(&shown.comment);
        format!("  -- {comment}\n  {} AS {}(\n{}\n  )", named(at), dialect.cte_kind, shown.query)
    };
    let lists: Vec<String> = shown.iter().enumerate().map(list).collect();
    let key = quote::name(dialect, key);
    let select = |(at, shown): (usize, &Shown)| {
        let (from, what) = (named(at), quote::text(dialect, &shown.what));
        format!("SELECT {from}.{key}, {what} AS {} FROM {from}", quote::name(dialect, SHOWN))
    };
    let selects: Vec<String> = shown.iter().enumerate().map(select).collect();
    format!("WITH\n{}\n{}", lists.join(",\n"), selects.join("\nUNION ALL\n"))
}

/// The column that says what is shown.
pub const SHOWN: &str = "shown";

struct Printer<'a> {
    dialect: &'a Dialect,
    /// Named queries that are called otherwise here.
    called: BTreeMap<String, String>,
}

fn pad(indent: usize) -> String {
    " ".repeat(indent)
}

impl Printer<'_> {
    fn cte(&self, cte: &Cte) -> String {
        let mut out = String::new();
        for line in &cte.comment {
            out.push_str(&format!("  -- {}\n", quote::comment(line)));
        }
        out.push_str(&format!("  {} AS {}(\n", self.name(self.called(&cte.name)), self.dialect.cte_kind));
        out.push_str(&format!("    {}\n  )", self.body(&cte.body, 4)));
        out
    }

    fn name(&self, name: &str) -> String {
        quote::name(self.dialect, name)
    }

    /// What a named query is called here.
    fn called<'n>(&'n self, name: &'n str) -> &'n str {
        self.called.get(name).map_or(name, String::as_str)
    }

    fn body(&self, body: &Body, indent: usize) -> String {
        let (list, word) = match body {
            Body::One(select) => return self.select(select, indent),
            Body::All(list) => (list, "UNION ALL"),
            Body::Union(list) => (list, self.dialect.union_distinct),
        };
        let parts: Vec<String> = list.iter().map(|select| self.select(select, indent)).collect();
        if indent >= FLAT {
            return parts.join(&format!(" {word} "));
        }
        parts.join(&format!("\n{0}{word}\n{0}", pad(indent)))
    }

    /// A SELECT whose first line stands at `indent`; flat where it is short.
    fn select(&self, select: &Select, indent: usize) -> String {
        let flat = self.flat_select(select);
        if indent >= FLAT {
            return flat;
        }
        if flat.len() + indent <= WIDTH.min(100) && select.items.len() <= 2 && select.filter.len() <= 1 {
            return flat;
        }
        self.clauses(select, indent).join(&format!("\n{}", pad(indent)))
    }

    fn flat_select(&self, select: &Select) -> String {
        self.clauses(select, FLAT).join(" ")
    }

    /// The clauses, each laid out at `indent`. A huge indent means: everything flat.
    fn clauses(&self, select: &Select, indent: usize) -> Vec<String> {
        let flat = indent >= FLAT;
        let inner = if flat { indent } else { indent + 2 };
        let items: Vec<String> = select.items.iter().map(|item| self.item(item, inner)).collect();
        let word = if select.distinct { "SELECT DISTINCT" } else { "SELECT" };
        let one_line = items.join(", ");
        let mut out = Vec::new();
        if flat || (items.len() <= 4 && one_line.len() + indent < 90 && !one_line.contains('\n')) {
            out.push(format!("{word} {one_line}"));
        } else {
            let lines = items.join(&format!(",\n{}", pad(inner)));
            out.push(format!("{word}\n{}{lines}", pad(inner)));
        }
        if let Some(from) = &select.from {
            out.push(format!("FROM {}", self.source(from, indent)));
        }
        out.extend(select.joins.iter().map(|join| self.join(join, indent)));
        let gap = if flat { " ".to_owned() } else { format!("\n{}", pad(inner)) };
        if !select.filter.is_empty() {
            out.push(format!("WHERE {}", self.conjuncts(&select.filter, inner, &gap)));
        }
        if !select.group.is_empty() {
            let keys: Vec<String> = select.group.iter().map(|expr| self.expr(expr, Bind::Or, inner)).collect();
            out.push(format!("GROUP BY {}", keys.join(", ")));
        }
        out
    }

    fn conjuncts(&self, list: &[Expr], indent: usize, gap: &str) -> String {
        let parts: Vec<String> = list.iter().map(|expr| self.expr(expr, Bind::Not, indent)).collect();
        parts.join(&format!("{gap}AND "))
    }

    fn item(&self, item: &super::tree::Item, indent: usize) -> String {
        let expr = self.expr(&item.expr, Bind::Or, indent);
        match &item.alias {
            Some(alias) => format!("{expr} AS {}", self.name(alias)),
            None => expr,
        }
    }

    fn source(&self, from: &From, indent: usize) -> String {
        let alias = self.name(&from.alias);
        match &from.source {
            Source::Table(parts) => format!("{} AS {alias}", quote::path(self.dialect, parts)),
            Source::Cte(name) if self.called(name) == from.alias => alias,
            Source::Cte(name) => format!("{} AS {alias}", self.name(self.called(name))),
            Source::Derived(body) if indent >= FLAT => format!("({}) AS {alias}", self.body(body, indent)),
            Source::Derived(body) => {
                let inner = indent + 2;
                format!("(\n{}{}\n{}) AS {alias}", pad(inner), self.body(body, inner), pad(indent))
            }
        }
    }

    fn join(&self, join: &Join, indent: usize) -> String {
        let source = self.source(&join.from, indent);
        let word = match join.kind {
            JoinKind::Inner => "JOIN",
            JoinKind::Left => "LEFT JOIN",
            JoinKind::Cross => return format!("CROSS JOIN {source}"),
        };
        format!("{word} {source} ON {}", self.conjuncts(&join.on, indent, " "))
    }

    /// An expression; flat where the line holds it.
    fn expr(&self, expr: &Expr, bind: Bind, indent: usize) -> String {
        let flat = self.flat(expr, bind);
        if indent >= FLAT || flat.len() + indent <= WIDTH {
            return flat;
        }
        self.broken(expr, bind, indent).unwrap_or(flat)
    }

    /// The same over several lines; `None` for what has no good place to break.
    fn broken(&self, expr: &Expr, bind: Bind, indent: usize) -> Option<String> {
        let wrap = |own: Bind, text: String| if own < bind { format!("({text})") } else { text };
        let inner = indent + 2;
        match expr {
            Expr::And(list) => {
                let parts: Vec<String> = list.iter().map(|e| self.expr(e, Bind::Not, inner)).collect();
                Some(wrap(Bind::And, parts.join(&format!("\n{}AND ", pad(inner)))))
            }
            Expr::Or(list) => {
                let parts: Vec<String> = list.iter().map(|e| self.expr(e, Bind::And, inner)).collect();
                Some(wrap(Bind::Or, parts.join(&format!("\n{}OR ", pad(inner)))))
            }
            Expr::Not(of) => Some(wrap(Bind::Not, format!("NOT {}", self.expr(of, Bind::Is, inner)))),
            Expr::Case(arms, otherwise) => Some(self.broken_case(arms, otherwise.as_deref(), indent)),
            Expr::Exists(select) => Some(self.broken_query("EXISTS ", select, indent)),
            Expr::NotExists(select) => Some(wrap(Bind::Not, self.broken_query("NOT EXISTS ", select, indent))),
            Expr::Scalar(select) => Some(self.broken_query("", select, indent)),
            Expr::Is(of, test) => {
                Some(wrap(Bind::Is, format!("{} {}", self.expr(of, Bind::Sum, indent), test_word(*test))))
            }
            Expr::Column { .. }
            | Expr::Text(_)
            | Expr::Whole(_)
            | Expr::Decimal(_)
            | Expr::Truth(_)
            | Expr::Day(_)
            | Expr::Instant(_)
            | Expr::Wall(_)
            | Expr::Null
            | Expr::Binary(..)
            | Expr::In { .. }
            | Expr::Cast(..)
            | Expr::Call(..)
            | Expr::Aggregate(..)
            | Expr::Over { .. } => None,
        }
    }

    fn broken_case(&self, arms: &[(Expr, Expr)], otherwise: Option<&Expr>, indent: usize) -> String {
        let inner = indent + 2;
        let mut out = "CASE".to_owned();
        for (when, then) in arms {
            let (when, then) = (self.expr(when, Bind::Or, inner + 5), self.expr(then, Bind::Or, inner + 5));
            let gap =
                if when.len() + then.len() + inner > WIDTH { format!("\n{}", pad(inner + 2)) } else { " ".to_owned() };
            out.push_str(&format!("\n{}WHEN {when}{gap}THEN {then}", pad(inner)));
        }
        if let Some(expr) = otherwise {
            out.push_str(&format!("\n{}ELSE {}", pad(inner), self.expr(expr, Bind::Or, inner + 5)));
        }
        out + &format!("\n{}END", pad(indent))
    }

    fn broken_query(&self, word: &str, select: &Select, indent: usize) -> String {
        let inner = indent + 2;
        let body = self.clauses(select, inner).join(&format!("\n{}", pad(inner)));
        format!("{word}(\n{}{body}\n{})", pad(inner), pad(indent))
    }

    fn flat(&self, expr: &Expr, bind: Bind) -> String {
        let (own, text) = self.flat_bound(expr);
        if own < bind { format!("({text})") } else { text }
    }

    fn flat_bound(&self, expr: &Expr) -> (Bind, String) {
        let list = |list: &[Expr], bind: Bind, word: &str| {
            list.iter().map(|e| self.flat(e, bind)).collect::<Vec<_>>().join(word)
        };
        match expr {
            Expr::Column { of, name } => (Bind::Atom, format!("{}.{}", self.name(of), self.name(name))),
            Expr::Text(text) => (Bind::Atom, quote::text(self.dialect, text)),
            Expr::Whole(n) => (if *n < 0 { Bind::Sum } else { Bind::Atom }, quote::whole(self.dialect, *n)),
            Expr::Decimal(d) => (Bind::Atom, quote::decimal(self.dialect, *d)),
            Expr::Truth(value) => (Bind::Atom, if *value { "TRUE" } else { "FALSE" }.to_owned()),
            Expr::Day(day) => (Bind::Atom, quote::day(self.dialect, *day)),
            Expr::Instant(instant) => (Bind::Atom, quote::instant(self.dialect, *instant)),
            Expr::Wall(wall) => (Bind::Atom, quote::wall(self.dialect, *wall)),
            Expr::Null => (Bind::Atom, "NULL".to_owned()),
            Expr::And(all) => (Bind::And, list(all, Bind::Not, " AND ")),
            Expr::Or(any) => (Bind::Or, list(any, Bind::And, " OR ")),
            Expr::Not(of) => (Bind::Not, format!("NOT {}", self.flat(of, Bind::Is))),
            Expr::Binary(op, left, right) => self.flat_binary(*op, left, right),
            Expr::Is(of, test) => (Bind::Is, format!("{} {}", self.flat(of, Bind::Sum), test_word(*test))),
            Expr::In { of, values, negated } => {
                let word = if *negated { "NOT IN" } else { "IN" };
                (Bind::Compare, format!("{} {word} ({})", self.flat(of, Bind::Sum), list(values, Bind::Or, ", ")))
            }
            Expr::Case(arms, otherwise) => (Bind::Atom, self.flat_case(arms, otherwise.as_deref())),
            Expr::Cast(of, ty) => (Bind::Atom, format!("CAST({} AS {})", self.flat(of, Bind::Or), self.ty(*ty))),
            Expr::Call(func, args) => self.flat_call(*func, args),
            Expr::Aggregate(agg, of) => (Bind::Atom, self.flat_aggregate(*agg, of.as_deref())),
            Expr::Over { func, of, partition, order } => {
                (Bind::Atom, self.flat_over(*func, of.as_deref(), partition, order))
            }
            Expr::Exists(select) => (Bind::Atom, format!("EXISTS ({})", self.flat_select(select))),
            Expr::NotExists(select) => (Bind::Not, format!("NOT EXISTS ({})", self.flat_select(select))),
            Expr::Scalar(select) => (Bind::Atom, format!("({})", self.flat_select(select))),
        }
    }

    fn flat_binary(&self, op: Op, left: &Expr, right: &Expr) -> (Bind, String) {
        let (own, inner, word) = match op {
            Op::Equal => (Bind::Compare, Bind::Sum, "="),
            Op::NotEqual => (Bind::Compare, Bind::Sum, "<>"),
            Op::Less => (Bind::Compare, Bind::Sum, "<"),
            Op::LessOrEqual => (Bind::Compare, Bind::Sum, "<="),
            Op::Greater => (Bind::Compare, Bind::Sum, ">"),
            Op::GreaterOrEqual => (Bind::Compare, Bind::Sum, ">="),
            Op::Same => (Bind::Is, Bind::Sum, "IS NOT DISTINCT FROM"),
            Op::Distinct => (Bind::Is, Bind::Sum, "IS DISTINCT FROM"),
            Op::Add => (Bind::Sum, Bind::Product, "+"),
            Op::Subtract => (Bind::Sum, Bind::Product, "-"),
            Op::Multiply => (Bind::Product, Bind::Atom, "*"),
            Op::Concat => (Bind::Sum, Bind::Product, "||"),
        };
        (own, format!("{} {word} {}", self.flat(left, inner), self.flat(right, inner)))
    }

    fn flat_case(&self, arms: &[(Expr, Expr)], otherwise: Option<&Expr>) -> String {
        let mut out = "CASE".to_owned();
        for (when, then) in arms {
            out.push_str(&format!(" WHEN {} THEN {}", self.flat(when, Bind::Or), self.flat(then, Bind::Or)));
        }
        if let Some(expr) = otherwise {
            out.push_str(&format!(" ELSE {}", self.flat(expr, Bind::Or)));
        }
        out + " END"
    }

    /// Fills a dialect's template: `{0}` is an argument between commas or parentheses, `{0!}` one beside an operator, and `{*}` all.
    fn flat_call(&self, func: Func, args: &[Expr]) -> (Bind, String) {
        let template = (self.dialect.spell)(func);
        if let ("{0}", [only]) = (template, args) {
            return self.flat_bound(only);
        }
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (holder, after) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(&self.argument(holder, args));
            rest = after;
        }
        out.push_str(rest);
        (template_bind(template), out)
    }

    fn argument(&self, holder: &str, args: &[Expr]) -> String {
        if holder == "*" {
            return args.iter().map(|arg| self.flat(arg, Bind::Or)).collect::<Vec<_>>().join(", ");
        }
        let (index, bind) = match holder.strip_suffix('!') {
            Some(index) => (index, Bind::Atom),
            None => (holder, Bind::Or),
        };
        let arg = index.parse::<usize>().ok().and_then(|index| args.get(index));
        arg.map_or_else(String::new, |arg| self.flat(arg, bind))
    }

    fn flat_aggregate(&self, agg: Agg, of: Option<&Expr>) -> String {
        let of = of.map_or_else(|| "*".to_owned(), |expr| self.flat(expr, Bind::Or));
        match agg {
            Agg::Count => format!("count({of})"),
            Agg::CountDistinct => format!("count(DISTINCT {of})"),
            Agg::Sum => format!("sum({of})"),
            Agg::Min => format!("min({of})"),
            Agg::Max => format!("max({of})"),
        }
    }

    fn flat_over(&self, func: Over, of: Option<&Expr>, partition: &[Expr], order: &[(Expr, bool)]) -> String {
        let name = match func {
            Over::RowNumber => "row_number",
            Over::Rank => "rank",
            Over::Lead => "lead",
            Over::Count => "count",
            Over::Min => "min",
            Over::Max => "max",
        };
        let of = match (of, func) {
            (Some(expr), _) => self.flat(expr, Bind::Or),
            (None, Over::Count) => "*".to_owned(),
            (None, Over::RowNumber | Over::Rank | Over::Lead | Over::Min | Over::Max) => String::new(),
        };
        let keys: Vec<String> = partition.iter().map(|expr| self.flat(expr, Bind::Or)).collect();
        let ordered: Vec<String> = order.iter().map(|(expr, down)| self.order_key(expr, *down)).collect();
        let parts = [("PARTITION BY", keys), ("ORDER BY", ordered)].into_iter().filter(|(_, list)| !list.is_empty());
        let inside: Vec<String> = parts.map(|(words, list)| format!("{words} {}", list.join(", "))).collect();
        format!("{name}({of}) OVER ({})", inside.join(" "))
    }

    fn order_key(&self, expr: &Expr, down: bool) -> String {
        let key = self.flat(expr, Bind::Or);
        format!("{key}{} NULLS LAST", if down { " DESC" } else { "" })
    }

    fn ty(&self, ty: Type) -> &'static str {
        match ty {
            Type::Text => self.dialect.types.text,
            Type::Day => self.dialect.types.day,
            Type::Wall => self.dialect.types.wall,
        }
    }
}

/// How tightly a filled template binds: a call is an atom, anything with an operator outside parentheses is not.
fn template_bind(template: &str) -> Bind {
    let mut depth = 0_i32;
    let mut outside = String::new();
    for c in template.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            other if depth == 0 => outside.push(other),
            _ => {}
        }
    }
    if outside.contains(" AND ") {
        Bind::And
    } else if outside.contains(' ') {
        Bind::Is
    } else {
        Bind::Atom
    }
}

fn test_word(test: Test) -> &'static str {
    match test {
        Test::Null => "IS NULL",
        Test::NotNull => "IS NOT NULL",
        Test::True => "IS TRUE",
        Test::NotTrue => "IS NOT TRUE",
        Test::NotFalse => "IS NOT FALSE",
    }
}

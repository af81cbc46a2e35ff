//! Terms: columns, literals, comparisons, and the few functions that can be followed.

#![expect(clippy::wildcard_enum_match_arm, reason = "what the parser knows and is not listed is refused by name")]

use sqlparser::ast as sql;

use super::super::super::{ArithmeticOp, CompareOp, Date, Decimal, Value};
use super::super::{Fold, Func, Term};
use super::{MOST_DEPTH, Read, Reader, none, plain, refuse};

impl Reader {
    fn column(&self, of: Option<&sql::Ident>, name: &sql::Ident) -> Read<Term> {
        let name = plain(name)?;
        let of = match (of, self.frames.as_slice()) {
            (Some(of), _) => plain(of)?,
            (None, [frame]) if frame.len() == 1 => frame.first().map(|(alias, _)| alias.clone()).unwrap_or_default(),
            (None, _) => {
                return Err(format!("nobody can say whose column `{name}` is: write the table's name before it"));
            }
        };
        let found = self.frames.iter().rev().flatten().find(|(alias, _)| *alias == of);
        match found {
            Some((_, Some(columns))) if !columns.contains(&name) => Err(format!("`{of}` has no column `{name}`")),
            Some(_) => Ok(Term::Column { of, name }),
            None => Err(format!("no table is called `{of}` here, spelt so")),
        }
    }

    fn boxed(&mut self, expr: &sql::Expr, depth: usize) -> Read<Box<Term>> {
        self.term(expr, depth).map(Box::new)
    }

    pub(super) fn term(&mut self, expr: &sql::Expr, depth: usize) -> Read<Term> {
        use sql::Expr as E;
        none(depth > MOST_DEPTH, "a query so deep")?;
        let depth = depth + 1;
        match expr {
            E::Nested(inner) => self.term(inner, depth),
            E::Identifier(name) => self.column(None, name),
            E::CompoundIdentifier(parts) => match parts.as_slice() {
                [of, name] => self.column(Some(of), name),
                _ => refuse("a column of more than two names"),
            },
            E::Value(value) => literal(&value.value),
            E::UnaryOp { op: sql::UnaryOperator::Minus, expr } => match self.term(expr, depth)? {
                Term::Literal(Value::Integer(n)) => Ok(Term::Literal(Value::Integer(n.saturating_neg()))),
                Term::Literal(Value::Decimal(n)) => {
                    Decimal::from_micros(-n.micros()).map(|n| Term::Literal(Value::Decimal(n))).ok_or_else(too_long)
                }
                _ => refuse("a minus before what is no number"),
            },
            E::TypedString(sql::TypedString { data_type: sql::DataType::Date, value, .. }) => match &value.value {
                sql::Value::SingleQuotedString(text) => {
                    let day = text.parse::<Date>().map_err(|_| format!("`{}` is no day", text.escape_debug()))?;
                    Ok(Term::Literal(Value::Date(day)))
                }
                _ => refuse("an unusual literal"),
            },
            E::BinaryOp { left, op, right } => self.binary(left, op, right, depth),
            E::Exists { subquery, negated } => {
                let found = self.exists(subquery, depth)?;
                Ok(if *negated { Term::Not(Box::new(found)) } else { found })
            }
            E::Function(function) => self.function(function, depth),
            rarer => self.test(rarer, depth),
        }
    }

    /// Tests, casts and cases.
    fn test(&mut self, expr: &sql::Expr, depth: usize) -> Read<Term> {
        use sql::Expr as E;
        match expr {
            E::IsNull(of) => Ok(Term::Missing(self.boxed(of, depth)?)),
            E::IsNotNull(of) => Ok(Term::Not(Box::new(Term::Missing(self.boxed(of, depth)?)))),
            E::UnaryOp { op: sql::UnaryOperator::Not, expr } => Ok(Term::Not(self.boxed(expr, depth)?)),
            E::InList { expr, list, negated } => {
                let values = list.iter().map(|value| match self.term(value, depth)? {
                    Term::Literal(value) => Ok(value),
                    _ => refuse("IN what is no literal"),
                });
                let values = values.collect::<Read<Vec<Value>>>()?;
                let found = Term::OneOf { of: self.boxed(expr, depth)?, values };
                Ok(if *negated { Term::Not(Box::new(found)) } else { found })
            }
            E::Between { expr, negated, low, high } => {
                let side = |reader: &mut Self, op, border| {
                    let (left, right) = (reader.boxed(expr, depth)?, reader.boxed(border, depth)?);
                    Ok::<Term, String>(Term::Compare { op, left, right })
                };
                let low = side(self, CompareOp::GreaterOrEqual, low)?;
                let both = Term::And(vec![low, side(self, CompareOp::LessOrEqual, high)?]);
                Ok(if *negated { Term::Not(Box::new(both)) } else { both })
            }
            E::Cast { kind: sql::CastKind::Cast, expr, data_type, format: None, .. } => {
                let day = match data_type {
                    sql::DataType::Date => true,
                    sql::DataType::Text | sql::DataType::Varchar(None) | sql::DataType::String(None) => false,
                    _ => return refuse("a cast to what is neither `date` nor `text`"),
                };
                Ok(Term::Cast { of: self.boxed(expr, depth)?, day })
            }
            E::Case { case_token: _, end_token: _, operand: None, conditions, else_result } => {
                let mut arms = Vec::new();
                for sql::CaseWhen { condition, result } in conditions {
                    arms.push((self.term(condition, depth)?, self.term(result, depth)?));
                }
                let otherwise = else_result.as_ref().map(|expr| self.boxed(expr, depth)).transpose()?;
                Ok(Term::Case { arms, otherwise })
            }
            E::InSubquery { .. } => refuse("IN with a query (write EXISTS)"),
            E::Subquery(_) => refuse("a query as a value (write a join)"),
            _ => refuse("an expression of this kind"),
        }
    }

    fn exists(&mut self, query: &sql::Query, depth: usize) -> Read<Term> {
        let select = match (&query.with, &*query.body) {
            (None, sql::SetExpr::Select(select)) => (**select).clone(),
            _ => return refuse("EXISTS of what is no plain SELECT"),
        };
        let sql::Query { order_by, limit_clause, fetch, locks, for_clause, settings, .. } = query;
        none(order_by.is_some() || limit_clause.is_some() || fetch.is_some(), "ORDER BY or LIMIT")?;
        none(!locks.is_empty() || for_clause.is_some() || settings.is_some(), "a lock or a setting")?;
        // What is selected of a row that is only looked for is not read.
        let asked = sql::Select { projection: Vec::new(), ..select };
        Ok(Term::Exists(Box::new(self.select(asked, depth + 1)?)))
    }

    fn binary(&mut self, left: &sql::Expr, op: &sql::BinaryOperator, right: &sql::Expr, depth: usize) -> Read<Term> {
        use sql::BinaryOperator as Op;
        let (left, right) = (self.term(left, depth)?, self.term(right, depth)?);
        let compare = |op| Term::Compare { op, left: Box::new(left.clone()), right: Box::new(right.clone()) };
        let arithmetic = |op| Term::Arithmetic { op, left: Box::new(left.clone()), right: Box::new(right.clone()) };
        Ok(match op {
            Op::And => Term::And(joined(left, right, true)),
            Op::Or => Term::Or(joined(left, right, false)),
            Op::Eq => compare(CompareOp::Equal),
            Op::NotEq => compare(CompareOp::NotEqual),
            Op::Lt => compare(CompareOp::Less),
            Op::LtEq => compare(CompareOp::LessOrEqual),
            Op::Gt => compare(CompareOp::Greater),
            Op::GtEq => compare(CompareOp::GreaterOrEqual),
            Op::Plus => arithmetic(ArithmeticOp::Add),
            Op::Minus => arithmetic(ArithmeticOp::Subtract),
            Op::Multiply => arithmetic(ArithmeticOp::Multiply),
            other => return refuse(&format!("the operator `{other}`")),
        })
    }

    fn function(&mut self, function: &sql::Function, depth: usize) -> Read<Term> {
        let sql::Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        let name = match name.0.as_slice() {
            [sql::ObjectNamePart::Identifier(sql::Ident { value, quote_style: None, .. })] => value.to_lowercase(),
            _ => return refuse("a function of a schema"),
        };
        none(over.is_some(), "a function OVER rows")?;
        let plain = *parameters == sql::FunctionArguments::None && within_group.is_empty() && filter.is_none();
        none(!plain || *uses_odbc_syntax || null_treatment.is_some(), "an unusual call")?;
        let sql::FunctionArguments::List(list) = args else { return Err(unlisted(&name)) };
        none(!list.clauses.is_empty(), "a clause in a call")?;
        let distinct = match list.duplicate_treatment {
            None => false,
            Some(sql::DuplicateTreatment::Distinct) => true,
            Some(sql::DuplicateTreatment::All) => return refuse("ALL in a call"),
        };
        none(distinct && name != "count", "DISTINCT in a call")?;
        let mut of = Vec::new();
        for arg in &list.args {
            match arg {
                sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => of.push(self.term(expr, depth)?),
                sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Wildcard) if name == "count" && !distinct => {}
                _ => return refuse("an unusual argument"),
            }
        }
        call(&name, of, distinct)
    }
}

fn call(name: &str, mut of: Vec<Term>, distinct: bool) -> Read<Term> {
    let fold = |func, of: Option<Term>| Ok(Term::Fold { func, of: of.map(Box::new) });
    match (name, of.len()) {
        ("count", 0) => fold(Fold::Count, None),
        ("count", 1) if distinct => fold(Fold::CountDistinct, of.pop()),
        ("count", 1) => fold(Fold::Count, of.pop()),
        ("sum", 1) => fold(Fold::Sum, of.pop()),
        ("min", 1) => fold(Fold::Min, of.pop()),
        ("max", 1) => fold(Fold::Max, of.pop()),
        ("coalesce", 2..) => Ok(Term::Call { func: Func::Coalesce, of }),
        ("nullif", 2) => Ok(Term::Call { func: Func::NullIf, of }),
        ("abs", 1) => Ok(Term::Call { func: Func::Abs, of }),
        _ => Err(unlisted(name)),
    }
}

fn unlisted(name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii_graphic).take(40).collect();
    format!("`{name}` is none of the functions that can be followed: count, sum, min, max, coalesce, nullif, abs")
}

fn too_long() -> String {
    "a number has more digits than are kept".to_owned()
}

fn joined(left: Term, right: Term, and: bool) -> Vec<Term> {
    let side = |term: Term| match term {
        Term::And(all) if and => all,
        Term::Or(any) if !and => any,
        other => vec![other],
    };
    side(left).into_iter().chain(side(right)).collect()
}

fn literal(value: &sql::Value) -> Read<Term> {
    Ok(match value {
        sql::Value::Number(number, false) => match number.parse::<i64>() {
            Ok(n) => Term::Literal(Value::Integer(n)),
            Err(_) => Term::Literal(Value::Decimal(number.parse::<Decimal>().map_err(|()| too_long())?)),
        },
        sql::Value::SingleQuotedString(text) => Term::Literal(Value::Text(text.clone())),
        sql::Value::Boolean(truth) => Term::Literal(Value::Boolean(*truth)),
        sql::Value::Null => Term::Null,
        _ => return refuse("an unusual literal"),
    })
}

//! Expressions of sqlparser's tree, taken apart into the closed language: listed nodes, operators, functions and types only.

use sqlparser::ast as sql;

use super::listed::UNITS;
use super::read::{Read, Reading, none, refuse};
use super::tree::{Expr, Test};

impl Reading<'_> {
    /// Expressions one by one.
    pub fn list(&self, list: Vec<sql::Expr>) -> Read<Vec<Expr>> {
        list.into_iter().map(|expr| self.expr(expr)).collect()
    }

    fn boxed(&self, expr: sql::Expr) -> Read<Box<Expr>> {
        self.expr(expr).map(Box::new)
    }

    /// What must hold, conjunct by conjunct.
    pub fn conjuncts(&self, expr: sql::Expr) -> Read<Vec<Expr>> {
        Ok(match self.expr(expr)? {
            Expr::And(all) => all,
            other => vec![other],
        })
    }

    /// An expression.
    pub fn expr(&self, expr: sql::Expr) -> Read<Expr> {
        use sql::Expr as E;
        match expr {
            E::Nested(inner) => self.expr(*inner),
            E::CompoundIdentifier(parts) => self.column(parts),
            E::Identifier(ident) => Err(format!("the name `{}` does not say whose it is", ident.value)),
            E::Value(value) => literal(value.value),
            E::TypedString(typed) => self.typed(typed),
            E::IsNull(of) => self.test(*of, Test::Null),
            E::IsNotNull(of) => self.test(*of, Test::NotNull),
            E::IsTrue(of) => self.test(*of, Test::True),
            E::IsNotTrue(of) => self.test(*of, Test::NotTrue),
            E::IsNotFalse(of) => self.test(*of, Test::NotFalse),
            E::IsDistinctFrom(left, right) => self.pair("is distinct from", *left, *right),
            E::IsNotDistinctFrom(left, right) => self.pair("is not distinct from", *left, *right),
            E::InList { expr, list, negated } => Ok(Expr::In(self.tight(*expr)?, self.list(list)?, negated)),
            E::InSubquery { .. } => {
                Err("IN with a query stands in it: what it says of missing values differs".to_owned())
            }
            E::BinaryOp { left, op, right } => self.binary(*left, op, *right),
            E::UnaryOp { op: sql::UnaryOperator::Not, expr } => self.not(*expr),
            E::UnaryOp { op: sql::UnaryOperator::Minus, expr } => Ok(Expr::Minus(self.tight(*expr)?)),
            E::Cast { kind, expr, data_type, format: None } if kind != sql::CastKind::DoubleColon => {
                self.cast(*expr, &data_type)
            }
            E::AtTimeZone { timestamp, time_zone } => Ok(Expr::Zone(self.atom(*timestamp)?, self.boxed(*time_zone)?)),
            E::Extract { field: _, syntax: sql::ExtractSyntax::From, expr } => Ok(Expr::Extract(self.boxed(*expr)?)),
            E::Substring {
                expr,
                substring_from: Some(from),
                substring_for: Some(length),
                special: true,
                shorthand: true,
            } => Ok(Expr::Call("substr".to_owned(), self.list(vec![*expr, *from, *length])?)),
            E::Trim { trim_where: None, trim_what: None, expr, trim_characters: Some(characters) } => {
                let mut args = vec![*expr];
                args.extend(characters);
                Ok(Expr::Call("trim".to_owned(), self.list(args)?))
            }
            E::Collate { expr, collation } => self.collate(*expr, collation),
            E::Function(function) => self.function(function),
            E::Interval(interval) => self.interval(interval),
            E::Case { case_token: _, end_token: _, operand: None, conditions, else_result } => {
                let arm = |sql::CaseWhen { condition, result }| Ok((self.expr(condition)?, self.expr(result)?));
                let arms = conditions.into_iter().map(arm).collect::<Read<Vec<(Expr, Expr)>>>()?;
                Ok(Expr::Case(arms, else_result.map(|expr| self.boxed(*expr)).transpose()?))
            }
            E::Exists { subquery, negated } => Ok(Expr::Exists(self.inner(*subquery)?, negated)),
            E::Subquery(query) => Ok(Expr::Scalar(self.inner(*query)?)),
            other => self.array(other),
        }
    }

    /// Arrays, and what is asked of them.
    fn array(&self, expr: sql::Expr) -> Read<Expr> {
        none(self.reader.name != "postgres", "an expression that is not listed")?;
        match expr {
            sql::Expr::AnyOp { left, compare_op: sql::BinaryOperator::Eq, right, is_some: false } => {
                let (left, right) = (*self.tight(*left)?, *self.tight(*right)?);
                none(matches!(right, Expr::Scalar(_)), "a query after ANY")?;
                Ok(Expr::Call("any".to_owned(), vec![left, right]))
            }
            sql::Expr::Array(sql::Array { elem, named: true }) => Ok(Expr::Call("array".to_owned(), self.list(elem)?)),
            _ => refuse("an expression that is not listed"),
        }
    }

    fn column(&self, parts: Vec<sql::Ident>) -> Read<Expr> {
        let mut names = parts.into_iter().map(|part| self.name(part)).collect::<Read<Vec<String>>>()?;
        match (names.pop(), names.pop(), names.is_empty()) {
            (Some(name), Some(of), true) => Ok(Expr::Column(of, name)),
            _ => refuse("a column of more than two names"),
        }
    }

    fn typed(&self, typed: sql::TypedString) -> Read<Expr> {
        let sql::TypedString { data_type, value, uses_odbc_syntax } = typed;
        let ty = spelled(&data_type);
        none(uses_odbc_syntax || !self.reader.typed.contains(&ty.as_str()), &format!("a literal of type {ty}"))?;
        match literal(value.value)? {
            Expr::Text(text) => Ok(Expr::Typed(ty, text)),
            _ => refuse("a typed literal that is no text"),
        }
    }

    fn cast(&self, expr: sql::Expr, ty: &sql::DataType) -> Read<Expr> {
        let ty = spelled(ty);
        none(!self.reader.types.contains(&ty.as_str()), &format!("a cast to {ty}"))?;
        match self.expr(expr)? {
            // How Snowflake writes an instant.
            Expr::Text(text) if ty == "timestamp_tz" => Ok(Expr::Typed(ty, text)),
            of => Ok(Expr::Cast(Box::new(of), ty)),
        }
    }

    fn test(&self, of: sql::Expr, test: Test) -> Read<Expr> {
        Ok(Expr::Is(self.tight(of)?, test))
    }

    /// An operand whose extent no two engines see differently: no comparison or connective without parentheses.
    fn tight(&self, expr: sql::Expr) -> Read<Box<Expr>> {
        use sql::BinaryOperator as Op;
        let loose = match &expr {
            sql::Expr::BinaryOp { op, .. } => {
                !matches!(op, Op::Plus | Op::Minus | Op::Multiply | Op::Modulo | Op::StringConcat)
            }
            expr => matches!(
                expr,
                sql::Expr::UnaryOp { op: sql::UnaryOperator::Not, .. }
                    | sql::Expr::InList { .. }
                    | sql::Expr::IsNull(_)
                    | sql::Expr::IsNotNull(_)
                    | sql::Expr::IsTrue(_)
                    | sql::Expr::IsNotTrue(_)
                    | sql::Expr::IsNotFalse(_)
                    | sql::Expr::IsDistinctFrom(..)
                    | sql::Expr::IsNotDistinctFrom(..)
            ),
        };
        if loose {
            return Err("a comparison stands in another without parentheses, which engines read differently".to_owned());
        }
        self.boxed(expr)
    }

    /// An operand of something that binds tightest.
    fn atom(&self, expr: sql::Expr) -> Read<Box<Expr>> {
        if matches!(expr, sql::Expr::BinaryOp { .. } | sql::Expr::UnaryOp { .. }) {
            return Err("a sum stands beside AT TIME ZONE without parentheses".to_owned());
        }
        self.tight(expr)
    }

    fn not(&self, of: sql::Expr) -> Read<Expr> {
        let of = self.expr(of)?;
        Ok(match of {
            Expr::Exists(body, false) => Expr::Exists(body, true),
            other => Expr::Not(Box::new(other)),
        })
    }

    fn pair(&self, op: &str, left: sql::Expr, right: sql::Expr) -> Read<Expr> {
        Ok(Expr::Binary(op.to_owned(), self.tight(left)?, self.tight(right)?))
    }

    fn binary(&self, left: sql::Expr, op: sql::BinaryOperator, right: sql::Expr) -> Read<Expr> {
        use sql::BinaryOperator as Op;
        let word = match op {
            Op::And => return self.connected(left, right, true),
            Op::Or => return self.connected(left, right, false),
            Op::Eq => "=",
            Op::NotEq => "<>",
            Op::Lt => "<",
            Op::LtEq => "<=",
            Op::Gt => ">",
            Op::GtEq => ">=",
            Op::Plus => "+",
            Op::Minus => "-",
            Op::Multiply => "*",
            Op::Modulo => "%",
            Op::StringConcat => "||",
            Op::ArrowAt if self.reader.name == "postgres" => "<@",
            _ => return refuse("an operator that is not listed"),
        };
        self.pair(word, left, right)
    }

    fn connected(&self, left: sql::Expr, right: sql::Expr, and: bool) -> Read<Expr> {
        let mut all = Vec::new();
        for side in [self.expr(left)?, self.expr(right)?] {
            match (side, and) {
                (Expr::And(list), true) | (Expr::Or(list), false) => all.extend(list),
                (other, _) => all.push(other),
            }
        }
        Ok(if and { Expr::And(all) } else { Expr::Or(all) })
    }

    fn collate(&self, of: sql::Expr, collation: sql::ObjectName) -> Read<Expr> {
        let collation = self.path(collation)?;
        none(!["duckdb", "postgres"].contains(&self.reader.name) || collation != ["C"], "a collation")?;
        Ok(Expr::Collate(self.tight(of)?))
    }

    fn interval(&self, interval: sql::Interval) -> Read<Expr> {
        let sql::Interval { value, leading_field, leading_precision, last_field, fractional_seconds_precision } =
            interval;
        none(leading_precision.is_some() || last_field.is_some(), "an unusual interval")?;
        none(fractional_seconds_precision.is_some(), "an unusual interval")?;
        let value = self.expr(*value)?;
        match (leading_field, value) {
            (None, Expr::Text(text)) => {
                let (number, unit) = text.split_once(' ').ok_or("an interval without a unit stands in it")?;
                let whole = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
                let unit = unit.trim_end_matches('s').to_owned();
                none(
                    !whole || !["month", "hour", "second", "microsecond"].contains(&unit.as_str()),
                    "an unusual interval",
                )?;
                Ok(Expr::Interval(Box::new(Expr::Number(number.to_owned())), unit))
            }
            (Some(field), value) => Ok(Expr::Interval(Box::new(value), field.to_string().to_lowercase())),
            (None, _) => refuse("an interval that is not plain"),
        }
    }

    fn function(&self, function: sql::Function) -> Read<Expr> {
        let sql::Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        let plain = parameters == sql::FunctionArguments::None && within_group.is_empty() && filter.is_none();
        none(!plain || uses_odbc_syntax || null_treatment.is_some(), "an unusual call")?;
        let name = match name.0.as_slice() {
            [sql::ObjectNamePart::Identifier(sql::Ident { value, quote_style: None, .. })] => value.to_lowercase(),
            _ => return refuse("a function of a schema"),
        };
        if !self.reader.knows_function(&name) {
            return Err(format!("the function `{name}` is not listed"));
        }
        let sql::FunctionArguments::List(list) = args else { return refuse("a call without parentheses") };
        none(!list.clauses.is_empty(), "a clause in a call")?;
        let distinct = match list.duplicate_treatment {
            None => false,
            Some(sql::DuplicateTreatment::Distinct) => true,
            Some(sql::DuplicateTreatment::All) => return refuse("ALL in a call"),
        };
        none(distinct && name != "count", "DISTINCT in a call")?;
        let args = list.args.into_iter().map(|arg| self.argument(&name, arg)).collect::<Read<Vec<Expr>>>()?;
        match over {
            None => Ok(Expr::Call(name, args)),
            Some(sql::WindowType::WindowSpec(spec)) => self.over(name, args, spec),
            Some(sql::WindowType::NamedWindow(_)) => refuse("a named window"),
        }
    }

    fn argument(&self, function: &str, arg: sql::FunctionArg) -> Read<Expr> {
        let arg = match arg {
            sql::FunctionArg::Unnamed(arg) => arg,
            sql::FunctionArg::Named { name, arg, operator: sql::FunctionArgOperator::RightArrow }
                if function == "make_interval" && name.value == "secs" =>
            {
                arg
            }
            sql::FunctionArg::ExprNamed {
                name: sql::Expr::Identifier(name),
                arg,
                operator: sql::FunctionArgOperator::RightArrow,
            } if function == "make_interval" && name.value == "secs" => arg,
            sql::FunctionArg::Named { .. } | sql::FunctionArg::ExprNamed { .. } => return refuse("a named argument"),
        };
        match arg {
            sql::FunctionArgExpr::Expr(sql::Expr::Identifier(sql::Ident { value, quote_style: None, .. }))
                if self.reader.name == "bigquery" && UNITS.contains(&value.to_lowercase().as_str()) =>
            {
                Ok(Expr::Unit(value.to_lowercase()))
            }
            sql::FunctionArgExpr::Expr(expr) => self.expr(expr),
            sql::FunctionArgExpr::Wildcard if function == "count" => Ok(Expr::Star),
            sql::FunctionArgExpr::Wildcard
            | sql::FunctionArgExpr::QualifiedWildcard(_)
            | sql::FunctionArgExpr::WildcardWithOptions(_) => refuse("a star as an argument"),
        }
    }

    fn over(&self, name: String, args: Vec<Expr>, spec: sql::WindowSpec) -> Read<Expr> {
        let sql::WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        none(window_name.is_some() || window_frame.is_some(), "an unusual window")?;
        let partition = self.list(partition_by)?;
        let mut order = Vec::new();
        for sql::OrderByExpr { expr, options, with_fill } in order_by {
            none(with_fill.is_some(), "an unusual order")?;
            none(options.nulls_first != Some(false), "an order that leaves the place of missing values open")?;
            order.push(self.expr(expr)?);
        }
        Ok(Expr::Over(name, args, partition, order))
    }
}

/// A type in lower case, without blanks.
fn spelled(ty: &sql::DataType) -> String {
    let text = ty.to_string().to_lowercase().replace(' ', "");
    if text == "timestampwithtimezone" { "timestamptz".to_owned() } else { text }
}

fn literal(value: sql::Value) -> Read<Expr> {
    match value {
        sql::Value::Number(number, false) => Ok(Expr::Number(number)),
        sql::Value::SingleQuotedString(text) | sql::Value::EscapedStringLiteral(text) => Ok(Expr::Text(text)),
        sql::Value::Boolean(value) => Ok(Expr::Truth(value)),
        sql::Value::Null => Ok(Expr::Null),
        _ => refuse("an unusual literal"),
    }
}

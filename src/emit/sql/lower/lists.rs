//! Lists and versions: an array of one type, what is in it, and six numbers as one text.

use super::Lower;
use super::scope::Scope;
use crate::emit::sql::dialect::Lists;
use crate::emit::sql::tree::{Expr, Func, Op, and, binary, call, not, or};
use crate::model::{Value, version};
use crate::plan::{ColumnKind, Path};

/// What a version looks like; a pattern of RE2 and of POSIX.
const VERSION: &str = "^(?:[0-9]{1,9}(?:[.][0-9]{1,9}){0,5})$";

impl<'p> Lower<'p> {
    /// Whether one of the values is in a list; NULL where none is and the list or an element is.
    pub fn has(&mut self, scope: &mut Scope, list: &'p Path, values: &'p [Value], fold: bool, negated: bool) -> Expr {
        if fold && self.dialect.lists == Lists::Exact {
            self.refuse("the letters of what is in a list cannot be folded");
        }
        let cell = self.cell(scope, list).sql;
        let cell = if fold { call(Func::ListFold, vec![cell]) } else { cell };
        let one = |value: &Value| {
            let literal = match (value, fold) {
                (Value::Text(text), true) => Expr::Text(text.to_ascii_lowercase()),
                (value, _) => Lower::literal(value).sql,
            };
            call(Func::ListHas, vec![cell.clone(), literal])
        };
        let each = values.iter().map(one);
        if negated { and(each.map(not).collect()) } else { or(each.collect()) }
    }

    /// Refuses a list that the dialect cannot ask.
    pub fn may_ask_list(&mut self) {
        if let Lists::Unsaid(why) = self.dialect.lists {
            self.refuse(why);
        }
    }

    fn refuse(&mut self, why: &str) {
        if !self.refusals.iter().any(|known| known == why) {
            self.refusals.push(why.to_owned());
        }
    }
}

/// A list as an array of texts or whole numbers, whatever kind of them it is stored as.
pub fn plain(of: &ColumnKind, raw: Expr) -> Expr {
    let func = if *of == ColumnKind::Integer { Func::WholesOf } else { Func::TextsOf };
    call(func, vec![raw])
}

/// Whether every element of a list that is there is one of some values.
pub fn within(of: &ColumnKind, values: &[String], raw: &Expr) -> Option<Expr> {
    let first = Expr::Text(values.first()?.clone());
    let all = call(Func::ListOf, values.iter().map(|value| Expr::Text(value.clone())).collect());
    Some(call(Func::ListWithin, vec![plain(of, raw.clone()), all, first]))
}

/// Whether a text is a version.
pub fn is_version(raw: &Expr) -> Expr {
    call(Func::Matches, vec![raw.clone(), Expr::Text(VERSION.to_owned())])
}

/// A version as a text in whose order versions stand: the last nine characters of each number with zeros before it. Of what is no version
/// it is some text or none, and its row is broken.
pub fn version(raw: &Expr) -> Expr {
    let number = |place: usize| {
        let before = format!("^(?:[0-9]+[.]){{{place}}}([0-9]+)");
        let place = Expr::Whole(i128::try_from(place + 1).unwrap_or(1));
        let digits = call(Func::NumberOf, vec![raw.clone(), place, Expr::Text(before)]);
        let padded = binary(Op::Concat, Expr::Text("0".repeat(version::DIGITS)), digits);
        call(Func::Right, vec![padded, Expr::Whole(i128::try_from(version::DIGITS).unwrap_or(9))])
    };
    let numbers = (0..version::NUMBERS).map(number);
    numbers.reduce(|all, number| binary(Op::Concat, all, number)).unwrap_or(Expr::Null)
}

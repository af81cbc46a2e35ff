//! What is said of somebody among everybody: samples, drawn as control groups are.

use super::Lower;
use super::condition::Side;
use super::scope::Scope;
use crate::emit::sql::tree::{Expr, Func, Op, Test, Type, and, binary, call, is, or};
use crate::plan::{ColumnKind, Path};

impl<'p> Lower<'p> {
    /// Whether the bucket of a key is in [from, to), or not in it; unknown where there is no key.
    pub fn sample(
        &mut self,
        scope: &mut Scope,
        key: &'p Path,
        (from, to): (u32, u32),
        salt: &str,
        (negated, side): (bool, Side),
    ) -> Expr {
        let cell = self.cell(scope, key);
        let nullable = !key.hops.is_empty();
        let bucket = bucket(salt, cell.sql, &self.kind(key.table, key.column));
        let least = |op| binary(op, bucket.clone(), Expr::Whole(i128::from(from)));
        let most = |op| binary(op, bucket.clone(), Expr::Whole(i128::from(to)));
        let below =
            if from == 0 { Vec::new() } else { vec![least(if negated { Op::Less } else { Op::GreaterOrEqual })] };
        let above =
            if to == 10_000 { Vec::new() } else { vec![most(if negated { Op::GreaterOrEqual } else { Op::Less })] };
        let parts = below.into_iter().chain(above).collect();
        let holds = if negated { or(parts) } else { and(parts) };
        if side == Side::May && nullable { is(holds, Test::NotFalse) } else { holds }
    }
}

/// The first seven hex digits of SHA-256 of `salt:key`, modulo 10 000.
pub fn bucket(salt: &str, key: Expr, kind: &ColumnKind) -> Expr {
    let text = match kind {
        ColumnKind::Integer => Expr::Cast(Box::new(key), Type::Text),
        ColumnKind::Text
        | ColumnKind::Boolean
        | ColumnKind::Decimal
        | ColumnKind::Date
        | ColumnKind::Instant
        | ColumnKind::Wall { .. }
        | ColumnKind::Uuid => key,
    };
    let salted = binary(Op::Concat, Expr::Text(format!("{salt}:")), text);
    let bucket = call(Func::Hex7, vec![call(Func::Sha256, vec![salted])]);
    call(Func::Modulo, vec![bucket, Expr::Whole(10_000)])
}

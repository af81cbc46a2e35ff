//! How far apart places are: a distance in metres against the border less or more the doubt, by the side in use.

use super::Lower;
use super::condition::Side;
use super::scope::Scope;
use crate::emit::sql::tree::{Expr as Sql, Func, Op, Test, binary, call, is};
use crate::plan::{Around, Centre, Stored};

impl<'p> Lower<'p> {
    /// One side of the condition or of its negation.
    pub fn around(&mut self, scope: &mut Scope, around: &'p Around, negated: bool, side: Side) -> Sql {
        let (here, mut nullable) = self.stored(scope, &around.place);
        let there = match &around.of {
            Centre::Point { latitude, longitude } => [Sql::Decimal(*latitude), Sql::Decimal(*longitude)],
            Centre::Stored(other) => {
                let (there, may_miss) = self.stored(scope, other);
                nullable |= may_miss;
                there
            }
        };
        let metres = call(Func::Metres, here.into_iter().chain(there).collect());
        let (within, beyond) = around.borders();
        let border = if (side == Side::Must) == negated { beyond } else { within };
        let op = if negated { Op::Greater } else { Op::LessOrEqual };
        let compared = binary(op, metres, Sql::Decimal(border));
        if side == Side::May && nullable { is(compared, Test::NotFalse) } else { compared }
    }

    fn stored(&mut self, scope: &mut Scope, stored: &Stored) -> ([Sql; 2], bool) {
        let (latitude, longitude) = (self.cell(scope, &stored.latitude), self.cell(scope, &stored.longitude));
        let nullable = latitude.nullable || longitude.nullable;
        ([latitude.sql, longitude.sql], nullable)
    }
}

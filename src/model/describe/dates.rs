//! Days around now and parts of dates, in plain English.

use super::*;

impl English<'_> {
    pub(super) fn within(&self, value: &Expr, near: Near, yearly: bool) -> String {
        let by_day = yearly || value.ty == Type::Date;
        let value = self.expr(value);
        let verb = if yearly { format!("an anniversary of {value} falls") } else { format!("{value} is") };
        match near {
            Near::Next(Reach::Days(1)) if by_day => format!("{verb} today"),
            Near::Next(Reach::Days(n)) if by_day => format!("{verb} today or in the {} after", days(n - 1)),
            Near::Next(Reach::Days(n)) => format!("{verb} from now to the end of the {} that begin today", days(n)),
            Near::Next(Reach::Months(n)) => {
                format!("{verb} from now on within the next {}", Length::months(i64::from(n)))
            }
            Near::Next(Reach::Seconds(n)) => format!("{verb} from now on within {}", Length::seconds(i64::from(n))),
            Near::Last(Reach::Days(1)) if by_day => format!("{verb} yesterday"),
            Near::Last(Reach::Days(n)) if by_day => format!("{verb} in the {} before today", days(n)),
            Near::Last(reach) => format!("{verb} within the last {}", reached(reach)),
            Near::NextFull { n: 1, unit } => format!("{verb} in the {} after this one", unit_word(unit)),
            Near::NextFull { n, unit } => format!("{verb} in the {n} {}s after this one", unit_word(unit)),
            Near::LastFull { n, unit } => format!("{verb} in {}", before_this(n, unit)),
            Near::Today => format!("{verb} today"),
            Near::Yesterday => format!("{verb} yesterday"),
        }
    }

    pub(super) fn part(&self, part: DatePart, of: &Expr, zone: Option<&PartZone>) -> String {
        let zone = match zone {
            Some(PartZone::Named(name)) => format!(" in the zone {name}"),
            Some(PartZone::Field { path, .. }) => format!(" in the zone that {} names", self.path(path)),
            None => String::new(),
        };
        format!("the {} of {}{zone}", part.words(), self.expr(of))
    }
}

/// `the 3 full months before this one`
pub(super) fn before_this(n: u32, unit: CalendarUnit) -> String {
    match n {
        1 => format!("the full {} before this one", unit_word(unit)),
        n => format!("the {n} full {}s before this one", unit_word(unit)),
    }
}

fn days(n: u32) -> String {
    Length::days(i64::from(n)).to_string()
}

fn reached(reach: Reach) -> String {
    match reach {
        Reach::Days(n) => Length::days(i64::from(n)).to_string(),
        Reach::Months(n) => Length::months(i64::from(n)).to_string(),
        Reach::Seconds(n) => Length::seconds(i64::from(n)).to_string(),
    }
}

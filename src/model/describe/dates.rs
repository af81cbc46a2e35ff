//! Days around now and parts of dates, in plain English.

use super::*;

impl English<'_> {
    pub(super) fn within(&self, value: &Expr, near: Near, yearly: bool) -> String {
        let value = self.expr(value);
        let verb = if yearly { format!("an anniversary of {value} falls") } else { format!("{value} is") };
        let units = |n: u32, unit| format!("{n} full {}{}", unit_word(unit), plural(u64::from(n)));
        match near {
            Near::Next(reach) => format!("{verb} within the next {}", reached(reach)),
            Near::Last(reach) => format!("{verb} within the last {}", reached(reach)),
            Near::NextFull { n, unit } => format!("{verb} within the next {}", units(n, unit)),
            Near::LastFull { n, unit } => format!("{verb} within the last {}", units(n, unit)),
            Near::Today if yearly => format!("{verb} on today"),
            Near::Today => format!("{verb} today"),
            Near::Yesterday if yearly => format!("{verb} on yesterday"),
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

fn reached(reach: Reach) -> String {
    match reach {
        Reach::Days(n) => Length::days(i64::from(n)).to_string(),
        Reach::Months(n) => Length::months(i64::from(n)).to_string(),
        Reach::Seconds(n) => Length::seconds(i64::from(n)).to_string(),
    }
}

//! What may stand in the cells of invented databases, whoever invents them.

use segma::model::calendar::Zone;
use segma::model::{ConsentState, EventLedger, Instant, LedgerOf, Model, TableKind, Type};

use super::chance::Chance;

const DAY: i64 = 86_400_000_000;

/// The type of whatever a ledger keeps its answers by.
pub fn key_type(model: &Model, of: LedgerOf, ty: &Type) -> Type {
    match of {
        LedgerOf::Entity(table) => match &model.tables[table].kind {
            TableKind::Entity(facts) => facts.key.map_or(ty.clone(), |key| model.fields[key].ty.clone()),
            _ => ty.clone(),
        },
        LedgerOf::Identity(_) => Type::Text,
    }
}

/// Codes of a ledger, the usual ones more often, and one that it does not know.
pub fn states(events: &EventLedger) -> Vec<String> {
    let mut states: Vec<String> = Vec::new();
    for (code, state) in &events.states {
        let often = match state {
            ConsentState::Granted => 12,
            ConsentState::Withdrawn | ConsentState::Objected => 3,
            ConsentState::Restricted | ConsentState::Released => 1,
            ConsentState::Erased | ConsentState::Silent => 1,
        };
        states.extend(std::iter::repeat_n(code.value.clone(), often));
    }
    states.push("new".to_owned());
    states
}

/// Addresses that people may share.
pub fn addresses() -> Vec<String> {
    (1..=9).map(|n| format!("p{n}@x.example")).collect()
}

/// Versions of notices, as months and days, one of which is none.
pub fn versions() -> Vec<String> {
    ["2025-01", "2026-01", "2026-01-01", "2024-12", "2025-01-01", "2025-13"].map(str::to_owned).to_vec()
}

/// An instant as a column of this type holds it.
pub fn time(ty: &Type, instant: Instant, zone: &Zone) -> String {
    match ty {
        Type::Date => zone.date_of(instant).to_string(),
        Type::Instant(Some(name)) => {
            let wall = jiff::Timestamp::from_microsecond(instant.micros()).unwrap();
            let wall = wall.to_zoned(jiff::tz::TimeZone::get(name).unwrap()).datetime();
            wall.to_string().replace('T', " ")
        }
        _ => instant.to_string(),
    }
}

/// The key of somebody, by number.
pub fn key(ty: &Type, n: usize) -> String {
    match ty {
        Type::Integer => n.to_string(),
        Type::Uuid => format!("00000000-0000-0000-0000-{n:012}"),
        _ => format!("k{n}"),
    }
}

/// A date that systems write for none.
pub fn sentinel(chance: &mut Chance) -> Instant {
    ["1970-01-01T23:59:59Z", "2100-01-01T00:00:00Z", "1970-01-02T00:00:00Z"][chance.below(3)].parse().unwrap()
}

/// A moment that matters to usual windows, validity and retention, or one a microsecond beside it.
pub fn moment(now: Instant, zone: &Zone, chance: &mut Chance) -> Instant {
    let base = match chance.below(10) {
        0 => now,
        1 => now.plus_micros(300_000_000),
        2 => zone.add_months(now, -[1, 2, 6, 12, 13, 24, 26, 36, 72][chance.below(9)]),
        3 => zone.add_months(now, -[12, 24, 26, 36][chance.below(4)]).plus_micros(30 * DAY),
        4 => now.plus_micros(-DAY * [1, 3, 5, 30, 60, 90][chance.below(6)]),
        5 => zone.start_of(zone.date_of(now)).plus_micros(-DAY * chance.below(4) as i64),
        _ => now.plus_micros(-3_600_000_000 * chance.below(24 * 80) as i64),
    };
    base.plus_micros([0, 0, 0, -1, 1][chance.below(5)])
}

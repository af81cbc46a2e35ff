//! Cells of invented databases: rows for the tables of a catalog, as many people as are wished for, with the values and instants that are
//! wished for among them. The same seed gives the same rows.

use segma::model::calendar::Zone;
use segma::model::{FieldRole, Instant, KeyedBy, LedgerRows, Model, StateWhen, TableId, TableKind, Type};

use crate::common::cells::{addresses, key, key_type, moment, sentinel, states, time, versions};
use crate::common::chance::Chance;
use crate::common::worlds::{World, Written, declared};

/// What the cells of a column are drawn from.
#[derive(Debug, Clone)]
enum Domain {
    /// The key of an entity's or lookup's own rows: each once.
    Key(Type),
    /// A key of somebody, or of something that rows are found by.
    Ref(Type),
    /// Times.
    Clock(Type),
    /// When a row became known.
    Arrival(Type),
    /// When a feed was loaded: fresh but for a few.
    Feed(Type),
    /// One of these texts.
    Texts(Vec<String>),
    /// Whatever the type holds.
    Plain(Type),
}

struct Column {
    name: String,
    domain: Domain,
    /// Percent of cells that are empty in a clean database, and in a dirty one.
    empty: (usize, usize),
}

/// What a database is made of, where that is not left to chance.
#[derive(Debug, Clone)]
pub struct Wish {
    pub people: usize,
    /// At most so many rows in a table of events.
    pub rows: usize,
    /// Instants at which somebody may change their mind.
    pub instants: Vec<Instant>,
    /// Numbers beside which they may.
    pub numbers: Vec<String>,
    /// Texts that are compared with.
    pub texts: Vec<String>,
    /// Whether control cells may be missing, which mostly empties a run.
    pub dirty: bool,
}

/// A database of a size, with the values and instants that are wished for among its own.
pub fn wished(world: &World, model: &Model, wish: &Wish, chance: &mut Chance) -> World {
    let dirty = wish.dirty;
    let zone = Zone::named(&model.project.timezone).unwrap();
    let mut new = world.clone();
    for (physical, columns) in declared(model) {
        if !world.tables.contains_key(&physical) {
            continue;
        }
        let columns: Vec<Column> =
            columns.iter().map(|(name, ty)| column(model, &physical, name, ty, &wish.texts)).collect();
        let keyed = columns.iter().any(|column| matches!(column.domain, Domain::Key(_)));
        let count = if keyed { wish.people } else { chance.below(wish.rows) };
        let mut rows: Vec<Vec<Option<String>>> = Vec::new();
        for number in 1..=count {
            if !rows.is_empty() && chance.percent(if keyed { 2 } else { 8 }) {
                let again = chance.pick(&rows);
                rows.push(again);
                continue;
            }
            let mut cell = |column: &Column| {
                let empty = if dirty { column.empty.1 } else { column.empty.0 };
                if chance.percent(empty) { None } else { Some(value(column, number, world.now, &zone, wish, chance)) }
            };
            rows.push(columns.iter().map(&mut cell).collect());
        }
        let names = columns.into_iter().map(|column| column.name).collect();
        new.tables.insert(physical.clone(), Written { columns: names, rows });
    }
    heartbeats(model, &mut new);
    new
}

/// A row in each event ledger that keeps it from being empty or stale most of the time.
fn heartbeats(model: &Model, world: &mut World) {
    for ledger in model.ledgers.values() {
        let Some(name) = ledger.physical.as_ref().map(|name| name.value.join(".")) else { continue };
        let (LedgerRows::Events(_), Some(written)) = (&ledger.rows, world.tables.get_mut(&name)) else { continue };
        let Some(mut row) = written.rows.first().cloned() else { continue };
        for (column, cell) in written.columns.iter().zip(&mut row) {
            if *column == ledger.subject.value {
                *cell = Some(nobody(&key_type(model, ledger.of, &Type::Integer)));
            }
        }
        written.rows.push(row);
    }
}

/// Whether a table is that of an entity.
fn holds_people(model: &Model, physical: &str) -> bool {
    model.tables.values().any(|table| {
        let here = table.physical.as_ref().is_some_and(|known| known.value.join(".") == physical);
        here && matches!(table.kind, TableKind::Entity(_))
    })
}

/// A key that nobody has.
fn nobody(ty: &Type) -> String {
    if *ty == Type::Uuid { "00000000-0000-0000-0000-000000000999".to_owned() } else { "999".to_owned() }
}

fn column(model: &Model, physical: &str, name: &str, ty: &Type, words: &[String]) -> Column {
    let is = |table: TableId| {
        let known = model.tables[table].physical.as_ref();
        known.is_some_and(|known| known.value.join(".") == physical)
    };
    let column = |domain, empty| Column { name: name.to_owned(), domain, empty };
    for ledger in model.ledgers.values() {
        if ledger.physical.as_ref().is_none_or(|known| known.value.join(".") != physical) {
            continue;
        }
        if let Some(segma::model::Watermark::Column(clock)) = ledger.fresh.as_ref().map(|fresh| &fresh.value.by)
            && clock.column.value == name
        {
            return column(Domain::Feed(ty.clone()), (10, 20));
        }
        match &ledger.rows {
            LedgerRows::Events(events) => {
                if ledger.subject.value == name {
                    return match ledger.keyed_by {
                        KeyedBy::Contact(_) => column(Domain::Texts(addresses()), (0, 1)),
                        KeyedBy::Key => column(Domain::Ref(key_type(model, ledger.of, ty)), (0, 1)),
                    };
                }
                if events.purpose_column.value == name {
                    let codes = events.purposes.iter().map(|(code, _)| code.value.clone());
                    let twice: Vec<String> = codes.clone().chain(codes).chain(["new".to_owned()]).collect();
                    return column(Domain::Texts(twice), (1, 3));
                }
                if events.state_column.value == name {
                    return column(Domain::Texts(states(events)), (1, 2));
                }
                if events.at.column.value == name {
                    return column(Domain::Clock(ty.clone()), (4, 10));
                }
                if events.until.as_ref().is_some_and(|until| until.column.value == name) {
                    return column(Domain::Clock(ty.clone()), (80, 70));
                }
                if events.version.as_ref().is_some_and(|version| version.column.value == name) {
                    return column(Domain::Texts(versions()), (5, 10));
                }
            }
            LedgerRows::States(columns) => {
                if ledger.subject.value == name && ledger.keyed_by == KeyedBy::Key && !holds_people(model, physical) {
                    return column(Domain::Ref(key_type(model, ledger.of, ty)), (0, 1));
                }
                for stated in columns {
                    if stated.since.as_ref().is_some_and(|clock| clock.column.value == name) {
                        return column(Domain::Clock(ty.clone()), (5, 10));
                    }
                    if stated.version.as_ref().is_some_and(|version| version.column.value == name) {
                        return column(Domain::Texts(versions()), (5, 10));
                    }
                    if stated.column.value == name && *ty == Type::Text {
                        let says = stated.arms.iter().filter_map(|arm| match &arm.when {
                            StateWhen::Is(segma::model::Value::Text(text)) => Some(text.clone()),
                            _ => None,
                        });
                        return column(Domain::Texts(says.chain(["new".to_owned()]).collect()), (30, 30));
                    }
                }
            }
        }
    }
    for identity in model.identities.values() {
        if identity.physical.as_ref().is_some_and(|known| known.value.join(".") == physical) {
            if identity.from_column.value == name || identity.to_column.value == name {
                return column(Domain::Ref(ty.clone()), (0, 5));
            }
            return column(Domain::Clock(ty.clone()), (10, 30));
        }
    }
    let field = model.fields.values().find(|field| is(field.table) && field.column == name);
    let Some(field) = field else { return column(Domain::Plain(ty.clone()), (10, 20)) };
    let found_by = model.links.values().any(|link| std::ptr::eq(&model.fields[link.by], field));
    let nested = model.tables.values().any(|table| match &table.kind {
        TableKind::Rows { by, parent_by, .. } => {
            [by, parent_by].iter().any(|by| std::ptr::eq(&model.fields[**by], field))
        }
        _ => false,
    });
    let table = &model.tables[field.table];
    let versions_of = table.unique.as_ref().is_some_and(|unique| std::ptr::eq(&model.fields[unique.key], field));
    let version = table.unique.as_ref().and_then(|unique| unique.latest_by);
    let version = version.is_some_and(|by| std::ptr::eq(&model.fields[by], field));
    let arrived = table.arrived.is_some_and(|by| std::ptr::eq(&model.fields[by], field));
    if field.role == FieldRole::Plain
        && field.labels.categories.iter().any(|category| category.value.starts_with("contact"))
    {
        return column(Domain::Texts(addresses()), (15, 30));
    }
    match field.role {
        FieldRole::Key => column(Domain::Key(ty.clone()), (0, 1)),
        FieldRole::Subject => column(Domain::Ref(ty.clone()), (0, 2)),
        FieldRole::At => column(Domain::Clock(ty.clone()), (0, 2)),
        FieldRole::Plain | FieldRole::Bare if found_by || nested || versions_of => {
            column(Domain::Ref(ty.clone()), if versions_of { (1, 4) } else { (15, 20) })
        }
        FieldRole::Plain | FieldRole::Bare if arrived => column(Domain::Arrival(ty.clone()), (0, 0)),
        FieldRole::Plain | FieldRole::Bare if version => column(Domain::Plain(ty.clone()), (2, 6)),
        FieldRole::Plain | FieldRole::Bare => {
            let empty = if field.optional { (30, 40) } else { (2, 8) };
            let listed =
                field.one_of.as_ref().map(|listed| listed.iter().map(|one| one.value.clone()).collect::<Vec<_>>());
            let countries = model.jurisdictions.values().flat_map(|law| &law.countries).map(|one| one.value.clone());
            match (listed, ty) {
                (_, Type::List(_)) => column(Domain::Texts(lists(words)), empty),
                (None, Type::Version) => {
                    let versions = ["4.9", "4.10", "4.10.0", "4.010.1", "10", "0.0.0.0.0.1"];
                    column(Domain::Texts(versions.map(str::to_owned).to_vec()), empty)
                }
                (Some(listed), _) => {
                    let mostly = listed.iter().cycle().take(listed.len() * 6).cloned();
                    column(Domain::Texts(mostly.chain(["else".to_owned()]).collect()), empty)
                }
                (None, Type::Text) if name == "country" => column(Domain::Texts(countries.collect()), empty),
                (None, Type::Text) => column(Domain::Texts(words.to_vec()), empty),
                (None, Type::Instant(_) | Type::Date) => column(Domain::Clock(ty.clone()), empty),
                (None, ty) => column(Domain::Plain(ty.clone()), empty),
            }
        }
    }
}

/// Lists of some of these words, as they are written.
fn lists(words: &[String]) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
    let pairs = words.windows(2).flat_map(|pair| {
        let (a, b) = (&pair[0], &pair[1]);
        [format!("[{a}]"), format!("[{a},{b}]"), format!("[{b},null]"), format!("[{b},{a},{b}]")]
    });
    pairs.chain(["[]".to_owned(), "[null]".to_owned()]).collect()
}

/// Degrees of one that programs name, or a little beside it.
fn degrees(chance: &mut Chance) -> String {
    let (north, east) = chance.pick(super::conditions::PLACES);
    let one: f64 = [north, east][chance.below(2)].parse().unwrap();
    let beside = [0.0, 0.0, 0.0, 0.001, 0.0145, 0.0898, -0.1, 3.0][chance.below(8)];
    format!("{:.6}", (one + beside).clamp(-180.0, 180.0))
}

fn value(column: &Column, number: usize, now: Instant, zone: &Zone, wish: &Wish, chance: &mut Chance) -> String {
    let dirty = wish.dirty;
    match &column.domain {
        Domain::Key(ty) => key(ty, number),
        Domain::Ref(ty) => key(ty, if chance.percent(3) { 77_777 } else { 1 + chance.below(wish.people) }),
        Domain::Clock(ty) => time(ty, instant(now, zone, wish, chance), zone),
        Domain::Arrival(ty) => match instant(now, zone, &Wish { dirty: false, ..wish.clone() }, chance) {
            then if then == now => time(ty, now.plus_micros(1), zone),
            then => time(ty, then, zone),
        },
        Domain::Feed(ty) => {
            let stale = dirty && chance.percent(20);
            time(ty, now.plus_micros(if stale { -172_800_000_000 } else { -3_600_000_000 }), zone)
        }
        Domain::Texts(texts) if texts.is_empty() => "x".to_owned(),
        Domain::Texts(texts) => chance.pick(texts),
        Domain::Plain(Type::Integer) if !wish.numbers.is_empty() && chance.percent(50) => {
            let whole: Vec<&String> = wish.numbers.iter().filter(|number| !number.contains('.')).collect();
            chance.pick(&whole).clone()
        }
        Domain::Plain(Type::Decimal | Type::Money(_)) if !wish.numbers.is_empty() && chance.percent(50) => {
            chance.pick(&wish.numbers)
        }
        Domain::Plain(ty) => match ty {
            Type::Integer => ["0", "1", "2", "3", "-1", "10"][chance.below(6)].to_owned(),
            Type::Decimal | Type::Money(_) => {
                ["0", "0.1", "0.2", "10", "10.5", "33.333333", "100", "-5", "200"][chance.below(9)].to_owned()
            }
            Type::Probability => ["0", "0.6", "0.599999", "1", "0.25"][chance.below(5)].to_owned(),
            Type::Boolean => ["true", "false"][chance.below(2)].to_owned(),
            Type::Date | Type::Instant(_) => time(ty, instant(now, zone, wish, chance), zone),
            Type::Place => degrees(chance),
            Type::Text | Type::Uuid | Type::Version | Type::List(_) | Type::Error => {
                ["a", "b", "c"][chance.below(3)].to_owned()
            }
        },
    }
}

/// An instant at which somebody may change their mind: now, the ends of windows, validity and retention, a microsecond beside them.
fn instant(now: Instant, zone: &Zone, wish: &Wish, chance: &mut Chance) -> Instant {
    if !wish.instants.is_empty() && chance.percent(50) {
        return chance.pick(&wish.instants).plus_micros([0, 0, 0, -1, 1][chance.below(5)]);
    }
    if wish.dirty && chance.percent(4) {
        return sentinel(chance);
    }
    moment(now, zone, chance)
}

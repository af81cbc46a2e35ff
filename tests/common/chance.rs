//! Invented databases: rows for the tables of a world's catalog, drawn from the values and instants at which its program may
//! change its mind. The same seed gives the same rows.

use std::collections::BTreeMap;

use segma::model::calendar::Zone;
use segma::model::{FieldRole, Instant, KeyedBy, LedgerRows, Model, StateWhen, TableId, TableKind, Type};

use super::cells::{addresses, key, key_type, moment, sentinel, states, time, versions};
use super::hints::Hints;
use super::worlds::{World, Written, declared};

/// Pseudo-random numbers (xorshift), so that no run differs from another.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }

    /// Another stream beside this one, from which nothing is drawn.
    pub fn beside(&self, number: u64) -> Self {
        Self::new(self.0 ^ number)
    }

    pub fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// How many databases are invented for each world's program; `SEGMA_TEST_DATABASES` asks for more.
pub fn databases(usually: u64) -> u64 {
    std::env::var("SEGMA_TEST_DATABASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usually)
}

/// What the cells of a column are drawn from.
#[derive(Debug, Clone)]
enum Domain {
    /// The key of an entity's or lookup's own rows: each once.
    Key(Type),
    /// A key of somebody, or of something that rows are found by.
    Ref(Type),
    /// Times; now and then in one of these months.
    Clock(Type, Vec<String>),
    /// When people were born: some today, some just of age, some in one of these years or months.
    Birth(Type, Vec<String>),
    /// When a row became known.
    Arrival(Type),
    /// When a feed was loaded: fresh but for a few.
    Feed(Type),
    /// One of these texts.
    Texts(Vec<String>),
    /// Whatever the type holds, often one of these numbers or what is beside it.
    Plain(Type, Vec<String>),
}

struct Column {
    name: String,
    domain: Domain,
    /// Whose row it is, so that one person may have most of them.
    mostly_one: bool,
    /// Percent of cells that are empty in a clean database, and in a dirty one.
    empty: (usize, usize),
}

/// A database for the catalog of `world`.
pub fn database(world: &World, model: &Model, chance: &mut Chance) -> World {
    let dirty = chance.percent(25);
    let calm = chance.percent(50);
    let crowds = 15;
    invent(world, model, &Mood { dirty, calm, crowds, hints: Hints::of(&world.text) }, chance)
}

/// A database of what a part of the program speaks of, in which most people may be reached.
pub fn focused(world: &World, model: &Model, part: &str, chance: &mut Chance) -> World {
    let dirty = chance.percent(5);
    let calm = chance.percent(90);
    let hints = Hints::of(part).with_words_of(&world.text);
    invent(world, model, &Mood { dirty, calm, crowds: 30, hints }, chance)
}

/// What a whole database is like.
struct Mood {
    /// Much is missing, or out of range.
    dirty: bool,
    /// Most people said yes, and few ever said no.
    calm: bool,
    /// Percent of tables that hold as many rows as the program counts to.
    crowds: usize,
    hints: Hints,
}

fn invent(world: &World, model: &Model, mood: &Mood, chance: &mut Chance) -> World {
    let Mood { dirty, calm, hints, .. } = mood;
    let zone = Zone::named(&model.project.timezone).unwrap();
    let mut new = world.clone();
    for (physical, columns) in declared(model) {
        if !world.tables.contains_key(&physical) {
            continue;
        }
        let columns: Vec<Column> = columns.iter().map(|(name, ty)| column(model, &physical, name, ty, hints)).collect();
        let keyed = columns.iter().any(|column| matches!(column.domain, Domain::Key(_)));
        let many = many(model, &physical, hints);
        let crowd = !keyed && chance.percent(mood.crowds);
        let count = match () {
            () if keyed => 7,
            () if crowd => many * (1 + chance.below(3)) + chance.below(4),
            () if *calm && is_ledger(model, &physical) => chance.below(3),
            () => {
                let at_most = chance.pick(&[5, 12, 22, 22]);
                chance.below(at_most)
            }
        };
        // Whose rows they are: everybody's, or mostly one person's.
        let of = (crowd || chance.percent(15)).then(|| 1 + chance.below(7));
        let when = When { now: world.now, zone: &zone, dirty: *dirty, hints, of };
        let mut rows: Vec<Vec<Option<String>>> = Vec::new();
        for number in 1..=count {
            if !rows.is_empty() && chance.percent(if keyed { 2 } else { 8 }) {
                let again = chance.pick(&rows);
                rows.push(again);
                continue;
            }
            let mut cell = |column: &Column| {
                let empty = match () {
                    () if crowd => 0,
                    () if *dirty => column.empty.1,
                    () if mood.crowds > 20 => column.empty.0 / 3,
                    () => column.empty.0,
                };
                if chance.percent(empty) { None } else { Some(value(column, number, &when, chance)) }
            };
            rows.push(columns.iter().map(&mut cell).collect());
        }
        let names = columns.into_iter().map(|column| column.name).collect();
        new.tables.insert(physical.clone(), Written { columns: names, rows });
    }
    if *calm {
        grants(model, &mut new, hints, chance);
    }
    heartbeats(model, &mut new);
    new
}

/// What does not change from cell to cell of a table.
struct When<'a> {
    now: Instant,
    zone: &'a Zone,
    dirty: bool,
    hints: &'a Hints,
    /// Whose rows most are.
    of: Option<usize>,
}

fn is_ledger(model: &Model, physical: &str) -> bool {
    let named = |name: &Vec<String>| name.join(".") == physical;
    model.ledgers.values().any(|ledger| ledger.physical.as_ref().is_some_and(|name| named(&name.value)))
}

/// How many rows of a table its program counts to.
fn many(model: &Model, physical: &str, hints: &Hints) -> usize {
    let tables = model
        .tables
        .values()
        .filter(|table| table.physical.as_ref().is_some_and(|known| known.value.join(".") == physical));
    tables.map(|table| hints.counted(&table.name.value)).max().unwrap_or_default().max(9)
}

/// A yes of most people in every event ledger, lately given, for whatever its codes say.
fn grants(model: &Model, world: &mut World, hints: &Hints, chance: &mut Chance) {
    for ledger in model.ledgers.values() {
        let Some(name) = ledger.physical.as_ref().map(|name| name.value.join(".")) else { continue };
        let (LedgerRows::Events(events), Some(written)) = (&ledger.rows, world.tables.get_mut(&name)) else { continue };
        let Some((granted, _)) = events.states.iter().find(|(_, state)| *state == segma::model::ConsentState::Granted)
        else {
            continue;
        };
        let subjects: Vec<String> = match ledger.keyed_by {
            KeyedBy::Contact(field) => with_asked(hints, &model.fields[field].name.value),
            KeyedBy::Key => (1..=7).map(|n| key(&key_type(model, ledger.of, &Type::Integer), n)).collect(),
        };
        for subject in subjects {
            for (code, _) in &events.purposes {
                if chance.percent(20) {
                    continue;
                }
                let at = world.now.plus_micros(-86_400_000_000 * (1 + chance.below(40) as i64));
                let cell = |column: &String| {
                    let said = |name: &str| column == name;
                    if said(&ledger.subject.value) {
                        return Some(subject.clone());
                    }
                    if let Some(segma::model::Watermark::Column(clock)) = ledger.fresh.as_ref().map(|f| &f.value.by)
                        && said(&clock.column.value)
                    {
                        let zone = Zone::named(&model.project.timezone).unwrap();
                        return Some(time(&clock.ty, world.now.plus_micros(-3_600_000_000), &zone));
                    }
                    if said(&events.at.column.value) {
                        let zone = Zone::named(&model.project.timezone).unwrap();
                        return Some(time(&events.at.ty, at, &zone));
                    }
                    let version = events.version.as_ref().is_some_and(|version| said(&version.column.value));
                    match () {
                        () if said(&events.purpose_column.value) => Some(code.value.clone()),
                        () if said(&events.state_column.value) => Some(granted.value.clone()),
                        () if version => Some("2026-01-01".to_owned()),
                        () => None,
                    }
                };
                let row = written.columns.iter().map(cell).collect();
                written.rows.push(row);
            }
        }
    }
}

/// A row in each event ledger that keeps it from being empty or stale most of the time.
fn heartbeats(model: &Model, world: &mut World) {
    for ledger in model.ledgers.values() {
        let Some(name) = ledger.physical.as_ref().map(|name| name.value.join(".")) else { continue };
        let (LedgerRows::Events(_), Some(written)) = (&ledger.rows, world.tables.get_mut(&name)) else { continue };
        let Some(mut row) = written.rows.first().cloned() else { continue };
        for (column, cell) in written.columns.iter().zip(&mut row) {
            if *column == ledger.subject.value {
                *cell = Some("999".to_owned());
            }
        }
        written.rows.push(row);
    }
}

fn column(model: &Model, physical: &str, name: &str, ty: &Type, hints: &Hints) -> Column {
    let is = |table: TableId| {
        let known = model.tables[table].physical.as_ref();
        known.is_some_and(|known| known.value.join(".") == physical)
    };
    let subject =
        model.fields.values().any(|field| is(field.table) && field.column == name && field.role == FieldRole::Subject);
    let column = |domain, empty| Column { name: name.to_owned(), domain, mostly_one: subject, empty };
    let clock = |ty: &Type| Domain::Clock(ty.clone(), hints.numbers(name));
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
                        KeyedBy::Contact(field) => {
                            let asked = with_asked(hints, &model.fields[field].name.value);
                            column(Domain::Texts(asked), (0, 1))
                        }
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
                    return column(clock(ty), (4, 10));
                }
                if events.until.as_ref().is_some_and(|until| until.column.value == name) {
                    return column(clock(ty), (80, 70));
                }
                if events.version.as_ref().is_some_and(|version| version.column.value == name) {
                    return column(Domain::Texts(versions()), (5, 10));
                }
            }
            LedgerRows::States(columns) => {
                for stated in columns {
                    if stated.since.as_ref().is_some_and(|clock| clock.column.value == name) {
                        return column(clock(ty), (5, 10));
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
            return column(clock(ty), (10, 30));
        }
    }
    let field = model.fields.values().find(|field| is(field.table) && field.column == name);
    let plain = |ty: &Type| Domain::Plain(ty.clone(), hints.numbers(name));
    let Some(field) = field else { return column(plain(ty), (10, 20)) };
    let of_birth = field.labels.categories.iter().any(|category| category.value == "demographic.birth_date");
    if of_birth && *ty == Type::Date {
        return column(Domain::Birth(ty.clone(), hints.numbers(name)), (10, 20));
    }
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
        return column(Domain::Texts(with_asked(hints, name)), (15, 30));
    }
    match field.role {
        FieldRole::Key => column(Domain::Key(ty.clone()), (0, 1)),
        FieldRole::Subject => column(Domain::Ref(ty.clone()), (0, 2)),
        FieldRole::At => column(clock(ty), (0, 2)),
        FieldRole::Plain | FieldRole::Bare if found_by || nested || versions_of => {
            column(Domain::Ref(ty.clone()), if versions_of { (1, 4) } else { (15, 20) })
        }
        FieldRole::Plain | FieldRole::Bare if arrived => column(Domain::Arrival(ty.clone()), (0, 0)),
        FieldRole::Plain | FieldRole::Bare if version => column(plain(ty), (2, 6)),
        FieldRole::Plain | FieldRole::Bare => {
            let empty = if field.optional { (30, 40) } else { (2, 8) };
            let listed =
                field.one_of.as_ref().map(|listed| listed.iter().map(|one| one.value.clone()).collect::<Vec<_>>());
            let countries = model.jurisdictions.values().flat_map(|law| &law.countries).map(|one| one.value.clone());
            match (listed, ty) {
                (listed, Type::List(of)) => {
                    let words = listed.unwrap_or_else(|| match **of {
                        Type::Integer => ["1", "2", "3"].map(str::to_owned).to_vec(),
                        _ => hints.texts(name),
                    });
                    column(Domain::Texts(lists(&words, **of == Type::Integer)), empty)
                }
                (None, Type::Version) => {
                    let versions = ["4.9", "4.10", "4.10.0", "4.010.1", "10", "0.0.0.0.0.1"];
                    column(Domain::Texts(versions.map(str::to_owned).to_vec()), empty)
                }
                (Some(listed), _) => {
                    let mostly = listed.iter().cycle().take(listed.len() * 6).cloned();
                    column(Domain::Texts(mostly.chain(["else".to_owned()]).collect()), empty)
                }
                (None, Type::Text) if name == "country" => {
                    let asked = hints.texts(name).into_iter().filter(|text| text.len() == 2);
                    let asked: Vec<String> = asked.collect();
                    let asked = asked.iter().cycle().take(3 * asked.len()).cloned();
                    column(Domain::Texts(countries.chain(asked).collect()), empty)
                }
                (None, Type::Text) => column(Domain::Texts(hints.texts(name)), empty),
                (None, Type::Instant(_) | Type::Date) => column(clock(ty), empty),
                (None, ty) => column(plain(ty), empty),
            }
        }
    }
}

/// Lists of some of these words, as they are written.
fn lists(words: &[String], bare: bool) -> Vec<String> {
    let word = |word: &String| if bare { word.clone() } else { serde_json::Value::from(word.as_str()).to_string() };
    let words: Vec<String> = words.iter().map(word).collect();
    let mut all = vec!["[]".to_owned(), "[null]".to_owned()];
    for pair in words.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        all.extend([format!("[{a}]"), format!("[{a},{b}]"), format!("[{b},null]")]);
    }
    all
}

/// Addresses, those that end as the program asks of a field among them.
fn with_asked(hints: &Hints, field: &str) -> Vec<String> {
    addresses().into_iter().chain(hints.addresses(field)).collect()
}

fn value(column: &Column, number: usize, when: &When<'_>, chance: &mut Chance) -> String {
    let (now, zone) = (when.now, when.zone);
    match &column.domain {
        Domain::Key(ty) => key(ty, number),
        Domain::Ref(ty) => match when.of {
            Some(of) if column.mostly_one && chance.percent(85) => key(ty, of),
            _ => key(ty, if chance.percent(3) { 77 } else { 1 + chance.below(7) }),
        },
        Domain::Clock(ty, near) => {
            time(ty, in_month(near, when, chance).unwrap_or_else(|| instant(when, chance)), zone)
        }
        Domain::Birth(ty, near) => {
            let asked: Vec<i32> = near.iter().filter_map(|n| n.parse().ok()).filter(|n| *n > 1900).collect();
            let years = match asked.is_empty() {
                false if chance.percent(40) => i32::from(zone.date_of(now).civil().year()) - chance.pick(&asked),
                _ => [16, 18, 20, 25, 29, 30, 1 + chance.below(70)][chance.below(7)] as i32,
            };
            let birthday = zone.add_months(now, -12 * years);
            let birthday = in_month(near, when, chance).map_or(birthday, |then| zone.add_months(then, -12 * years));
            time(ty, birthday.plus_micros(DAY * [-3, -2, -1, 0, 1, 40, 100, 160, 200][chance.below(9)]), zone)
        }
        Domain::Arrival(ty) => match instant(&When { dirty: false, ..*when }, chance) {
            then if then == now => time(ty, now.plus_micros(1), zone),
            then => time(ty, then, zone),
        },
        Domain::Feed(ty) => {
            let stale = when.dirty && chance.percent(20);
            time(ty, now.plus_micros(if stale { -172_800_000_000 } else { -3_600_000_000 }), zone)
        }
        Domain::Texts(texts) if texts.is_empty() => "x".to_owned(),
        Domain::Texts(texts) => chance.pick(texts),
        Domain::Plain(ty, near) => match ty {
            Type::Integer if !near.is_empty() && chance.percent(60) => {
                let n: f64 = chance.pick(near).parse().unwrap();
                (n as i64 + [-1, 0, 0, 1][chance.below(4)]).to_string()
            }
            Type::Decimal | Type::Money(_) if !near.is_empty() && chance.percent(60) => {
                let one = chance.pick(near);
                let n: f64 = one.parse().unwrap();
                let beside = [one, format!("{}", n / 2.0), format!("{:.2}", n + 0.01), format!("{:.2}", n - 0.01)];
                chance.pick(&beside)
            }
            Type::Integer => ["0", "1", "2", "3", "-1", "10"][chance.below(6)].to_owned(),
            Type::Decimal | Type::Money(_) => {
                ["0", "0.1", "0.2", "10", "10.5", "33.333333", "100", "-5", "200"][chance.below(9)].to_owned()
            }
            Type::Probability => ["0", "0.6", "0.599999", "1", "0.25"][chance.below(5)].to_owned(),
            Type::Boolean => ["true", "false"][chance.below(2)].to_owned(),
            Type::Date | Type::Instant(_) => time(ty, instant(when, chance), zone),
            Type::Place => when.hints.degrees(chance),
            Type::Text | Type::Uuid | Type::Version | Type::List(_) | Type::Error => {
                ["a", "b", "c"][chance.below(3)].to_owned()
            }
        },
    }
}

const DAY: i64 = 86_400_000_000;

/// Now and then an instant of the last two years that lies in a month of which the program speaks.
fn in_month(near: &[String], when: &When<'_>, chance: &mut Chance) -> Option<Instant> {
    let months: Vec<i32> = near.iter().filter_map(|n| n.parse().ok()).filter(|n| (1..=12).contains(n)).collect();
    if months.is_empty() || !chance.percent(30) {
        return None;
    }
    let year = when.zone.unit_start(when.now, segma::model::calendar::CalendarUnit::Year, -(chance.below(2) as i32));
    let then = when.zone.add_months(year, chance.pick(&months) - 1).plus_micros(DAY * chance.below(28) as i64);
    (then < when.now).then_some(then)
}

/// An instant at which somebody may change their mind: now, the ends of windows, validity and retention, a microsecond beside them.
fn instant(when: &When<'_>, chance: &mut Chance) -> Instant {
    let (now, zone) = (when.now, when.zone);
    if when.dirty && chance.percent(4) {
        return sentinel(chance);
    }
    if chance.percent(45) {
        return when.hints.instant(now, zone, chance);
    }
    moment(now, zone, chance)
}

/// A small database that is still `wrong`: every row that it can do without is taken away.
pub fn smallest(mut world: World, wrong: &mut dyn FnMut(&World) -> bool) -> World {
    let names: Vec<String> = world.tables.keys().cloned().collect();
    for table in names.iter().chain(&names) {
        let mut row = 0;
        while row < world.tables[table].rows.len() {
            let mut less = world.clone();
            less.tables.get_mut(table).unwrap().rows.remove(row);
            if wrong(&less) {
                world = less;
            } else {
                row += 1;
            }
        }
    }
    world
}

/// A database as the Markdown that the suites are written in.
pub fn markdown(world: &World) -> String {
    let mut text = format!("now {}\n", world.now);
    let tables: BTreeMap<_, _> = world.tables.iter().filter(|(_, written)| !written.rows.is_empty()).collect();
    for name in tables.keys() {
        text += &format!("rows {name}\n{}", String::from_utf8(world.csv(name).unwrap()).unwrap());
    }
    text
}

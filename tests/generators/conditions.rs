//! Conditions, made by their types: one function for each construct, and one line in a list for each function.
//!
//! A maker gives nothing where the catalog has nothing that it could be made of. What it makes must be accepted: it knows which fields may
//! serve the purpose, how far back each table may be read, and which types compare.

use super::catalog::{Catalog, Clock, Field, TEXTS, Table, Ty, Whom, quoted};
use super::tree::{Node, Part, Side, both, keeps, text, turns};
use crate::common::chance::Chance;

/// Where a condition stands.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'c> {
    Of(Whom),
    Row(&'c Table),
    Nested(&'c Table),
    /// A person among the members of an account.
    Member,
}

/// What makes conditions for one segment.
pub struct Maker<'c, 'x> {
    pub catalog: &'c Catalog,
    pub chance: &'x mut Chance,
    pub of: Whom,
    /// The broadest purpose above the segment's.
    pub root: &'static str,
    /// How many days a membership is kept.
    pub kept_days: u32,
    /// The same as it is written.
    pub kept: &'static str,
    /// Where more of the condition under way leaves somebody out.
    pub turned: bool,
    /// Segments that may be referred to.
    pub others: Vec<String>,
    /// Whether ranks may be made: not within what is referred to, nor in definitions.
    pub ranks: bool,
}

/// How far, and from where; across the day line and at a pole too.
const LENGTHS: &[&str] = &["10 km", "1 mi", "500 km", "0.5 km"];
pub const PLACES: &[(&str, &str)] = &[("52.52", "13.40"), ("0", "180"), ("90", "0"), ("40.7128", "-74.006")];

type Weighted<M> = (usize, fn(&mut M, usize) -> Option<Node>);

impl<'c> Maker<'c, '_> {
    /// Every construct that stands by itself, with how often it is tried.
    const MAKERS: [Weighted<Self>; 24] = [
        (10, Self::attribute_of_subject),
        (3, Self::and),
        (3, Self::or),
        (4, Self::not),
        (2, Self::count_of),
        (7, Self::events),
        (5, Self::compared),
        (2, Self::difference),
        (2, Self::fewer),
        (2, Self::extreme),
        (2, Self::all_have),
        (2, Self::regular),
        (4, Self::sequence),
        (2, Self::anchored),
        (2, Self::in_list),
        (2, Self::in_segment),
        (2, Self::score),
        (2, Self::sample),
        (2, Self::members),
        (2, Self::visits),
        (2, Self::rank),
        (2, Self::inside),
        (1, Self::age),
        (1, Self::everyone),
    ];

    /// A condition about the subject, at most so deep.
    pub fn condition(&mut self, depth: usize) -> Node {
        for _ in 0..60 {
            let total: usize = Self::MAKERS.iter().map(|(weight, _)| weight).sum();
            let mut at = self.chance.below(total);
            let make = Self::MAKERS.iter().find(|(weight, _)| {
                let here = at < *weight;
                at = at.wrapping_sub(*weight);
                here
            });
            if let Some(node) = make.and_then(|(_, make)| make(self, depth)) {
                return node;
            }
        }
        Node::leaf("everyone", "everyone")
    }

    pub fn readable(&self, field: &Field) -> bool {
        !field.only_service || self.root == "service"
    }

    fn table(&mut self) -> Option<&'c Table> {
        let catalog = self.catalog;
        let turned = self.turned;
        let root = self.root;
        let mut tables = catalog.tables_for(self.of, root);
        if turned {
            tables.extend(
                catalog.tables.iter().filter(|table| table.of == self.of && table.protects && root != "service"),
            );
        }
        if tables.is_empty() { None } else { Some(self.chance.pick(&tables)) }
    }

    /// A field of some types, as it is written in a scope.
    fn field(&mut self, scope: Scope<'c>, types: &[Ty]) -> Option<(String, Field)> {
        let catalog = self.catalog;
        let mut found: Vec<(String, &Field)> = Vec::new();
        let mut add = |before: &str, fields: &'c [Field]| {
            found.extend(fields.iter().map(|field| (format!("{before}{}", field.name), field)));
        };
        match scope {
            Scope::Of(Whom::Person) => {
                add("", &catalog.person);
                catalog.account.iter().for_each(|fields| add("account.", fields));
            }
            Scope::Of(Whom::Account) => catalog.account.iter().for_each(|fields| add("", fields)),
            Scope::Row(table) => {
                add("", &table.fields);
                if table.product {
                    add("product.", &catalog.product);
                }
                if table.of == Whom::Person && self.of == Whom::Person {
                    add("customer.", &catalog.person);
                }
            }
            Scope::Nested(table) => table.nested.iter().for_each(|(_, fields)| add("", fields)),
            Scope::Member => add("", &catalog.person),
        }
        found.retain(|(_, field)| types.contains(&field.ty) && self.readable(field));
        // A label in a table that serves protection alone is read in no other way.
        let (path, field) = if found.is_empty() { return None } else { self.chance.pick(&found) };
        Some((path, field.clone()))
    }

    pub fn sign(&mut self) -> &'static str {
        ["=", "!=", "<", "<=", ">", ">="][self.chance.below(6)]
    }

    /// A literal of a type.
    fn literal(&mut self, ty: Ty) -> String {
        let number = ["0", "1", "2", "5", "10", "33.333333", "100", "0.1"][self.chance.below(8)];
        match ty {
            Ty::Text => quoted(TEXTS[self.chance.below(TEXTS.len())]),
            Ty::Boolean => "true".to_owned(),
            Ty::Integer => ["0", "1", "2", "3", "10"][self.chance.below(5)].to_owned(),
            Ty::Decimal => number.to_owned(),
            Ty::Money => format!("{number} EUR"),
            Ty::Probability => ["0%", "25%", "60%", "100%", "33.3333%"][self.chance.below(5)].to_owned(),
            Ty::Date => {
                ["2026-03-29", "2026-10-25", "2026-10-31", "2024-02-29", "2000-01-01"][self.chance.below(5)].to_owned()
            }
            Ty::Version => ["version \"4.9\"", "version \"4.10\"", "version \"4.10.0\"", "version \"10\""]
                [self.chance.below(4)]
            .to_owned(),
            // Neither is compared.
            Ty::Place | Ty::List => "0".to_owned(),
            Ty::Instant => {
                ["30 days ago", "24 hours ago", "3 months ago", "2026-10-25"][self.chance.below(4)].to_owned()
            }
        }
    }

    /// A comparison of a field, of any type that it may have.
    fn attribute(&mut self, scope: Scope<'c>) -> Option<Node> {
        let every = [
            Ty::Text,
            Ty::Boolean,
            Ty::Integer,
            Ty::Decimal,
            Ty::Money,
            Ty::Probability,
            Ty::Date,
            Ty::Instant,
            Ty::Version,
            Ty::Place,
            Ty::List,
        ];
        let (path, field) = self.field(scope, &every)?;
        if field.optional && self.chance.percent(15) {
            let known = self.chance.percent(50);
            return Some(if known {
                Node::leaf("is known", format!("{path} is known"))
            } else {
                Node::leaf("is missing", format!("{path} is missing"))
            });
        }
        match field.ty {
            Ty::Text => Some(self.of_text(&path, &field)),
            Ty::Boolean => Some(Node::leaf("truth", path)),
            Ty::Integer | Ty::Decimal | Ty::Money | Ty::Probability => Some(self.of_number(&path, field.ty)),
            Ty::Date | Ty::Instant => Some(self.of_day(&path, field.ty)),
            Ty::Version => {
                let (sign, one) = (self.sign(), self.literal(Ty::Version));
                Some(Node::leaf("version", format!("{path} {sign} {one}")))
            }
            Ty::Place => {
                let (length, (north, east)) = (self.chance.pick(LENGTHS), self.chance.pick(PLACES));
                Some(Node::leaf("place", format!("{path} within {length} of ({north}, {east})")))
            }
            Ty::List => Some(self.of_list(&path)),
        }
    }

    fn of_list(&mut self, path: &str) -> Node {
        let [one, other] = [(); 2].map(|()| quoted(TEXTS[self.chance.below(TEXTS.len())]));
        let listed = if one == other { one.clone() } else { format!("{one}, {other}") };
        match self.chance.below(4) {
            0 => Node::leaf("has", format!("{path} has {one}")),
            1 => Node::leaf("has any", format!("{path} has any ({listed})")),
            2 => Node::leaf("has all", format!("{path} has all ({listed})")),
            _ => Node::leaf("has none", format!("{path} has none ({listed})")),
        }
    }

    fn attribute_of_subject(&mut self, _: usize) -> Option<Node> {
        self.attribute(Scope::Of(self.of))
    }

    fn of_text(&mut self, path: &str, field: &Field) -> Node {
        let word = |maker: &mut Self| match field.listed.as_slice() {
            [] => TEXTS[maker.chance.below(TEXTS.len())],
            listed => listed[maker.chance.below(listed.len())],
        };
        let one = quoted(word(self));
        let folded = if self.chance.percent(25) { " ignoring case" } else { "" };
        match self.chance.below(6) {
            0 | 1 => Node::leaf("text =", format!("{path} = {one}")),
            2 => Node::leaf("text !=", format!("{path} != {one}")),
            3 => {
                let other = quoted(word(self));
                let listed = if other == one { one } else { format!("{one}, {other}") };
                let not = if self.chance.percent(30) { "not " } else { "" };
                Node::leaf("in", format!("{path} {not}in ({listed})"))
            }
            4 if field.listed.is_empty() => {
                let op = ["contains", "starts with", "ends with"][self.chance.below(3)];
                Node::leaf("text part", format!("{path} {op} {one}{folded}"))
            }
            _ if field.listed.is_empty() => {
                let pattern = ["a.*", "[a-z]+", "\\\\d{1,3}%", "(a|it's)?", "[^a]*"][self.chance.below(5)];
                Node::leaf("matches", format!("{path} matches \"{pattern}\""))
            }
            _ => Node::leaf("text =", format!("{path} = {one}")),
        }
    }

    fn of_number(&mut self, path: &str, ty: Ty) -> Node {
        let (sign, one) = (self.sign(), self.literal(ty));
        match self.chance.below(5) {
            0 => {
                let between = match ty {
                    Ty::Money => "0 EUR and 10 EUR",
                    Ty::Probability => "0% and 60%",
                    _ => "1 and 3",
                };
                Node::leaf("between", format!("{path} between {between}"))
            }
            1 if ty != Ty::Probability && ty != Ty::Money => {
                Node::leaf("arithmetic", format!("{path} * 2 - {one} {sign} {one}"))
            }
            _ => Node::leaf("number", format!("{path} {sign} {one}")),
        }
    }

    fn of_day(&mut self, path: &str, ty: Ty) -> Node {
        let (sign, one) = (self.sign(), self.literal(ty));
        match self.chance.below(8) {
            0 => Node::leaf("within", format!("{path} within next {} days", 1 + self.chance.below(7))),
            1 => Node::leaf("within", format!("{path} within last {} full months", 1 + self.chance.below(2))),
            2 => Node::leaf("is today", format!("{path} is {}", ["today", "yesterday"][self.chance.below(2)])),
            3 if ty == Ty::Date => Node::leaf(
                "anniversary",
                format!("anniversary of {path} within next {} days", 1 + self.chance.below(40)),
            ),
            4 => Node::leaf("part", format!("month of {path} = {}", 1 + self.chance.below(12))),
            5 => Node::leaf("part", format!("day of week of {path} in (sat, sun)")),
            6 => Node::leaf(
                "days since",
                format!("days since {path} {sign} {}", [0, 1, 7, 30, 31][self.chance.below(5)]),
            ),
            _ if ty == Ty::Instant && self.chance.percent(30) => Node::leaf(
                "zone",
                format!("date of {path} in zone \"America/New_York\" {sign} {}", self.literal(Ty::Date)),
            ),
            _ => Node::leaf("time", format!("{path} {sign} {one}")),
        }
    }

    // ── Conditions of conditions ─────────────────────────────────────────────────────────────────────────────────────────────

    fn deeper(&mut self, depth: usize) -> Option<Node> {
        (depth > 0).then(|| self.condition(depth - 1))
    }

    fn two(&mut self, kind: &'static str, word: &str, depth: usize) -> Option<Node> {
        let (left, right) = (self.deeper(depth)?, self.deeper(depth)?);
        Some(Node::condition(kind, vec![text("("), keeps(left), text(format!(" {word} ")), keeps(right), text(")")]))
    }

    fn and(&mut self, depth: usize) -> Option<Node> {
        self.two("and", "and", depth)
    }

    fn or(&mut self, depth: usize) -> Option<Node> {
        self.two("or", "or", depth)
    }

    /// Makes a part in which more leaves somebody out.
    fn turned<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.turned = !self.turned;
        let made = make(self);
        self.turned = !self.turned;
        made
    }

    fn not(&mut self, depth: usize) -> Option<Node> {
        let inner = self.turned(|maker| maker.deeper(depth))?;
        Some(Node::condition("not", vec![text("not ("), turns(inner), text(")")]))
    }

    fn count_of(&mut self, depth: usize) -> Option<Node> {
        let turned = std::mem::replace(&mut self.turned, false);
        let of = (self.deeper(depth), self.deeper(depth), self.deeper(depth));
        self.turned = turned;
        let (Some(a), Some(b), Some(c)) = of else { return None };
        let (word, side) =
            [("at least", Side::Keeps), ("exactly", Side::Both), ("at most", Side::Turns)][self.chance.below(3)];
        let child = |node| Part::Child(node, side);
        let n = 1 + self.chance.below(2);
        Some(Node::condition(
            "count of",
            vec![text(format!("{word} {n} of (")), child(a), text(", "), child(b), text(", "), child(c), text(")")],
        ))
    }

    fn everyone(&mut self, _: usize) -> Option<Node> {
        Some(Node::leaf("everyone", "everyone"))
    }

    fn age(&mut self, _: usize) -> Option<Node> {
        (self.of == Whom::Person).then(|| Node::leaf("age", "age between 16 and 40"))
    }

    fn sample(&mut self, _: usize) -> Option<Node> {
        let (from, to) = (self.chance.below(50), 50 + self.chance.below(51));
        Some(Node::leaf("sample", format!("sample {from}% to {to}% named \"drawn\"")))
    }

    // ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// How far back a table may be read, in days, less what calendars may add.
    fn reach(&self, table: &Table) -> u32 {
        (table.months * 28).saturating_sub(self.kept_days + 70)
    }

    /// A window over a table.
    pub fn window(&mut self, table: &Table) -> Node {
        let reach = self.reach(table);
        let days = 1 + self.chance.below(reach.min(90) as usize) as u32;
        let months = reach / 31;
        let some = |maker: &mut Self, to: u32| 1 + maker.chance.below(to.clamp(1, 12) as usize);
        let (kind, words) = match self.chance.below(12) {
            0 | 1 => ("over last days", format!("over last {days} days")),
            2 => ("over last months", format!("over last {} months", some(self, months))),
            3 if self.kept == "2 months" => ("over all that may be", format!("over last {} months", table.months - 2)),
            3 if table.clock != Clock::Date => ("over last hours", format!("over last {} hours", 24 * days)),
            4 => {
                ("over ago", format!("over {} days ago to {} days ago", days + 2, 1 + self.chance.below(days as usize)))
            }
            5 => ("over full", format!("over last {} full months", some(self, months.saturating_sub(2)))),
            6 => ("over full", format!("over last {} full weeks", some(self, reach / 8))),
            7 => ("over this", format!("over this {}", ["month", "week"][self.chance.below(2)])),
            8 => ("over today", ["over today", "over yesterday"][self.chance.below(2)].to_owned()),
            9 => (
                "over dates",
                ["over 2026-10-25 to 2026-10-31", "over 2026-10-25", "over 2026-09-01 to now"][self.chance.below(3)]
                    .to_owned(),
            ),
            _ => ("over retained", "over retained history".to_owned()),
        };
        Node::other(kind, vec![text(words)])
    }

    /// A filter of a table's rows, or none; `bare` counts may also see rows of which it is unknown.
    pub fn filter(&mut self, scope: Scope<'c>, depth: usize) -> Part {
        if self.chance.percent(45) {
            return Part::Maybe(vec![]);
        }
        match self.row_condition(scope, depth) {
            Some(node) => Part::Maybe(vec![text(" where ("), keeps(node), text(")")]),
            None => Part::Maybe(vec![]),
        }
    }

    /// A condition about a row.
    fn row_condition(&mut self, scope: Scope<'c>, depth: usize) -> Option<Node> {
        match (self.chance.below(8), scope) {
            (0, _) if depth > 0 => {
                let (a, b) = (self.row_condition(scope, depth - 1)?, self.row_condition(scope, depth - 1)?);
                Some(Node::condition("and", vec![text("("), keeps(a), text(" and "), keeps(b), text(")")]))
            }
            (1, _) if depth > 0 => {
                let (a, b) = (self.row_condition(scope, depth - 1)?, self.row_condition(scope, depth - 1)?);
                Some(Node::condition("or", vec![text("("), keeps(a), text(" or "), keeps(b), text(")")]))
            }
            (2, _) if depth > 0 => {
                let inner = self.row_condition(scope, depth - 1)?;
                Some(Node::condition("not", vec![text("not ("), turns(inner), text(")")]))
            }
            (3 | 4, Scope::Row(table)) if table.nested.is_some() && depth > 0 => self.nested(table, depth - 1),
            _ => self.attribute(scope),
        }
    }

    fn nested(&mut self, table: &'c Table, depth: usize) -> Option<Node> {
        let (name, _) = table.nested.as_ref()?;
        let (word, side) = self.quantity();
        let mut parts = vec![text(format!("{word} {name}"))];
        parts.push(sided(self.filter(Scope::Nested(table), depth), side));
        Some(Node::condition("nested", parts))
    }

    pub fn quantity(&mut self) -> (String, Side) {
        let n = 1 + self.chance.below(3);
        match self.chance.below(7) {
            0 | 1 => ("any".to_owned(), Side::Keeps),
            2 | 3 => ("no".to_owned(), Side::Turns),
            4 => (format!("at least {n}"), Side::Keeps),
            5 => (format!("at most {n}"), Side::Turns),
            _ => (format!("exactly {n}"), Side::Both),
        }
    }

    /// Whether a table may be read on a side: what only protects may only leave people out.
    fn may(&self, table: &Table, side: Side) -> bool {
        let turns = match side {
            Side::Keeps => self.turned,
            Side::Turns => !self.turned,
            Side::Both => false,
        };
        table.roots.contains(&self.root) || turns
    }

    fn rows_of(&mut self, side: Side) -> Option<&'c Table> {
        let (root, turned, of, catalog) = (self.root, self.turned, self.of, self.catalog);
        let leaves_out = matches!((side, turned), (Side::Turns, false) | (Side::Keeps, true));
        let may = |table: &&Table| table.of == of && (table.roots.contains(&root) || table.protects && leaves_out);
        let tables: Vec<&Table> = catalog.tables.iter().filter(may).collect();
        if tables.is_empty() { None } else { Some(self.chance.pick(&tables)) }
    }

    fn events(&mut self, depth: usize) -> Option<Node> {
        let (word, side) = self.quantity();
        let table = self.rows_of(side)?;
        // Fields of a table that only protects are asked for nothing.
        let filter = if table.roots.contains(&self.root) {
            self.filter(Scope::Row(table), depth.min(2))
        } else {
            Part::Maybe(vec![])
        };
        let window = self.window(table);
        // Of the latest some may go when one more comes: what only protects is not cut.
        let cut = table.roots.contains(&self.root) && self.chance.percent(15);
        let (kind, latest) = if cut { ("latest events", "latest 2 ") } else { ("events", "") };
        let side = if cut { Side::Both } else { side };
        let parts = vec![text(format!("{word} {latest}{}", table.name)), sided(filter, side), text(" "), both(window)];
        Some(Node::condition(kind, parts))
    }

    pub fn plain_table(&mut self) -> Option<&'c Table> {
        let tables = self.catalog.tables_for(self.of, self.root);
        if tables.is_empty() { None } else { Some(self.chance.pick(&tables)) }
    }

    /// An aggregate of numbers, with its type.
    fn amount(&mut self, table: &'c Table) -> Option<(Node, Ty)> {
        let func = ["count", "count", "count distinct", "sum", "avg", "min", "max", "median"][self.chance.below(8)];
        let filter = self.filter(Scope::Row(table), 1);
        let window = self.window(table);
        let own = |maker: &mut Self, types: &[Ty]| {
            let fields: Vec<Field> =
                table.fields.iter().filter(|f| types.contains(&f.ty) && maker.readable(f)).cloned().collect();
            if fields.is_empty() { None } else { Some(maker.chance.pick(&fields)) }
        };
        let (head, ty) = match func {
            "count" => (format!("count({}", table.name), Ty::Integer),
            "count distinct" => {
                let field = own(self, &[Ty::Text, Ty::Integer, Ty::Date])?;
                (format!("count(distinct {}.{}", table.name, field.name), Ty::Integer)
            }
            _ => {
                let field = own(self, &[Ty::Integer, Ty::Decimal, Ty::Money])?;
                let ignoring = if field.optional && self.chance.percent(40) { " ignoring missing" } else { "" };
                let ty = match func {
                    "avg" | "median" if field.ty == Ty::Integer => Ty::Decimal,
                    _ => field.ty,
                };
                (format!("{func}({}.{}{ignoring}", table.name, field.name), ty)
            }
        };
        let latest = func != "count" && self.chance.percent(15);
        let head = match head.split_once('(') {
            Some((before, after)) if latest && func == "count distinct" => {
                format!("{before}(distinct latest 2 {}", after.trim_start_matches("distinct "))
            }
            Some((before, after)) if latest => format!("{before}(latest 3 {after}"),
            Some(_) | None => head,
        };
        let kind = match func {
            _ if latest => "latest",
            "count" => "count",
            "count distinct" => "count distinct",
            "sum" => "sum",
            "avg" => "avg",
            "min" => "min",
            "max" => "max",
            _ => "median",
        };
        Some((Node::other(kind, vec![text(head), sided(filter, Side::Both), text(" "), both(window), text(")")]), ty))
    }

    fn compared(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        if self.chance.percent(35) {
            return self.chosen(table);
        }
        let (amount, ty) = self.amount(table)?;
        let (sign, literal) = (self.sign(), self.literal(ty));
        if sign == ">=" && literal.starts_with('0') || sign == "<" && literal.starts_with('0') {
            return None;
        }
        Some(Node::condition("compared", vec![both(amount), text(format!(" {sign} {literal}"))]))
    }

    /// `first`, `last`, `mode`, `share`: what one row, or a part of the rows, says.
    fn chosen(&mut self, table: &'c Table) -> Option<Node> {
        let (name, sign) = (table.name, self.sign());
        let window = self.window(table);
        let (kind, head, after) = match self.chance.below(4) {
            0 => {
                let at = if table.clock == Clock::Date { "2026-10-25" } else { "30 days ago" };
                (["first", "last"][self.chance.below(2)], name.to_owned(), format!("{sign} {at}"))
            }
            1 | 2 => {
                let fields: Vec<&Field> =
                    table.fields.iter().filter(|f| f.ty == Ty::Text && self.readable(f)).collect();
                let field = if fields.is_empty() { return None } else { self.chance.pick(&fields) };
                let one = quoted(field.listed.first().copied().unwrap_or("a"));
                let equal = if self.chance.percent(50) { "=" } else { "!=" };
                (
                    ["first", "last", "mode"][self.chance.below(3)],
                    format!("{name}.{}", field.name),
                    format!("{equal} {one}"),
                )
            }
            _ => {
                let inner = self.row_condition(Scope::Row(table), 1)?;
                let tail = format!(") {sign} {}", ["20%", "50%", "100%"][self.chance.below(3)]);
                let parts =
                    vec![text(format!("share({name} where (")), both(inner), text(") "), both(window), text(tail)];
                return Some(Node::condition("share", parts));
            }
        };
        let aggregate = Node::other(kind, vec![text(format!("{kind}({head} ")), both(window), text(")")]);
        Some(Node::condition("compared", vec![both(aggregate), text(format!(" {after}"))]))
    }

    fn difference(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let ((a, left), (b, right)) = (self.amount(table)?, self.amount(table)?);
        let plain = |ty| matches!(ty, Ty::Integer | Ty::Decimal);
        if left != right && !(plain(left) && plain(right)) {
            return None;
        }
        let op = ["-", "+"][self.chance.below(2)];
        let literal = self.literal(left);
        let parts = vec![both(a), text(format!(" {op} ")), both(b), text(format!(" > {literal}"))];
        Some(Node::condition("arithmetic of aggregates", parts))
    }

    fn fewer(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let (near, far) = (self.window(table), self.window(table));
        let (name, sign) = (table.name, ["<", ">", "<=", ">="][self.chance.below(4)]);
        let parts = vec![
            text(format!("count({name} ")),
            both(near),
            text(format!(") {sign} 50% of count({name} ")),
            both(far),
            text(")"),
        ];
        Some(Node::condition("percent of", parts))
    }

    fn extreme(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let ((a, left), (b, right)) = (self.amount(table)?, self.amount(table)?);
        if left != right {
            return None;
        }
        let word = ["greatest", "least"][self.chance.below(2)];
        let ignoring = if self.chance.percent(40) { " ignoring missing" } else { "" };
        let (sign, literal) = (["<=", ">"][self.chance.below(2)], self.literal(left));
        let parts =
            vec![text(format!("{word}(")), both(a), text(", "), both(b), text(format!("{ignoring}) {sign} {literal}"))];
        Some(Node::condition("extreme", parts))
    }

    fn all_have(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let filter = self.filter(Scope::Row(table), 0);
        let (window, inner) = (self.window(table), self.row_condition(Scope::Row(table), 1)?);
        let latest = if self.chance.percent(25) { "latest 2 " } else { "" };
        let parts = vec![
            text(format!("all {latest}{}", table.name)),
            sided(filter, Side::Turns),
            text(" "),
            both(window),
            text(" have ("),
            keeps(inner),
            text(")"),
        ];
        Some(Node::condition(if latest.is_empty() { "all have" } else { "all latest have" }, parts))
    }

    fn regular(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let weeks = (self.reach(table) / 8).clamp(1, 4);
        let (n, word) = (
            1 + self.chance.below(weeks as usize),
            ["each", "at least 1", "at most 1", "exactly 1"][self.chance.below(4)],
        );
        let units = ["full weeks", "periods of 3 days"][self.chance.below(2)];
        if (word == "at most 1" || word == "exactly 1") && n < 2 || weeks < 2 {
            return None;
        }
        let filter = self.filter(Scope::Row(table), 0);
        let quantity = ["", "at least 2 ", "no "][self.chance.below(3)];
        let parts =
            vec![text(format!("{word} of last {n} {units} have {quantity}{}", table.name)), sided(filter, Side::Both)];
        Some(Node::condition("regular", parts))
    }

    fn sequence(&mut self, _: usize) -> Option<Node> {
        let first = self.plain_table()?;
        let same: Vec<&Table> = self.catalog.tables_for(self.of, self.root);
        let same: Vec<&Table> =
            same.into_iter().filter(|table| (table.clock == Clock::Date) == (first.clock == Clock::Date)).collect();
        let second = self.chance.pick(&same);
        let third = self.chance.pick(&same);
        let reach = [first, second, third].map(|table| self.reach(table)).into_iter().min().unwrap();
        let days = 1 + self.chance.below(reach.clamp(1, 60) as usize);
        let (word, side) = self.quantity();
        let mut parts = vec![text(format!("{word} ({}", first.name)), sided(self.filter(Scope::Row(first), 0), side)];
        let (no, step) = (self.chance.percent(30), [1, 2, 7][self.chance.below(3)]);
        let within = if self.chance.percent(60) { format!(" within {step} days") } else { String::new() };
        if !no && self.chance.percent(25) {
            parts.push(Part::Maybe(vec![text(format!(" then {}", third.name))]));
        }
        parts.push(text(format!(" then {}{}", if no { "no " } else { "" }, second.name)));
        parts.push(sided(self.filter(Scope::Row(second), 0), if no { flipped(side) } else { side }));
        if !within.is_empty() {
            parts.push(Part::Maybe(vec![text(within)]));
        } else if !no && self.chance.percent(30) {
            parts.push(Part::Maybe(vec![text(format!(" with no {} between", third.name))]));
        }
        let so_far = if no && self.chance.percent(30) { " so far" } else { "" };
        parts.push(text(format!(") over last {days} days{so_far}")));
        Some(Node::condition(if no { "sequence, no" } else { "sequence" }, parts))
    }

    fn anchored(&mut self, _: usize) -> Option<Node> {
        let table = self.plain_table()?;
        let (start, _) = self.field(Scope::Of(self.of), &[Ty::Instant])?;
        if start.contains("account.") {
            return None;
        }
        let (word, side) = self.quantity();
        let filter = self.filter(Scope::Row(table), 0);
        let so_far = if self.chance.percent(30) { " so far" } else { "" };
        let days = 1 + self.chance.below(14);
        let parts = vec![
            text(format!("{word} {}", table.name)),
            sided(filter, side),
            text(format!(" over first {days} days after {start}{so_far}")),
        ];
        Some(Node::condition("anchored", parts))
    }

    // ── Others ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn in_list(&mut self, _: usize) -> Option<Node> {
        (self.catalog.list && self.of == Whom::Person).then(|| Node::leaf("in list", "in list blocked"))
    }

    fn in_segment(&mut self, _: usize) -> Option<Node> {
        if self.others.is_empty() {
            return None;
        }
        let name = self.chance.pick(&self.others);
        Some(Node::leaf("in segment", format!("in segment {name}")))
    }

    fn score(&mut self, _: usize) -> Option<Node> {
        let source = self.catalog.scores?;
        let trained = self.catalog.tables.iter().find(|table| table.name == source)?;
        // A score is as old as what it was trained on, and serves what that serves.
        if self.of != Whom::Person || !trained.roots.contains(&self.root) || self.reach(trained) < 160 {
            return None;
        }
        let (sign, one) = (self.sign(), ["60%", "25%", "100%"][self.chance.below(3)]);
        Some(Node::leaf("score", format!("churn.score {sign} {one}")))
    }

    fn members(&mut self, depth: usize) -> Option<Node> {
        self.catalog.account.as_ref()?;
        let path = if self.of == Whom::Account { "members" } else { "account.members" };
        let (word, side) = self.quantity();
        match self.chance.below(4) {
            0 => {
                let n = 1 + self.chance.below(3);
                let sign = ["=", "<", ">="][self.chance.below(3)];
                Some(Node::leaf("count of members", format!("count({path}) {sign} {n}")))
            }
            1 => {
                let tables: Vec<&Table> = self.catalog.tables_for(Whom::Person, self.root);
                let table = if tables.is_empty() { return None } else { self.chance.pick(&tables) };
                let window = self.window(table);
                let parts = vec![text(format!("{word} {path}.{} ", table.name)), both(window)];
                Some(Node::condition("rows of members", parts))
            }
            _ => {
                let inner = self.row_condition(Scope::Member, depth.min(1))?;
                let parts = vec![text(format!("{word} {path} where (")), Part::Child(inner, side), text(")")];
                Some(Node::condition("members", parts))
            }
        }
    }

    fn visits(&mut self, _: usize) -> Option<Node> {
        if !self.catalog.visits || self.of != Whom::Person {
            return None;
        }
        let tables: Vec<&Table> = self.catalog.tables.iter().filter(|table| table.session).collect();
        if tables.iter().any(|table| !table.roots.contains(&self.root)) {
            return None;
        }
        let (word, side) = self.quantity();
        let (a, b) = (self.chance.pick(&tables), self.chance.pick(&tables));
        let reach = tables.iter().map(|table| self.reach(table)).min()?;
        let days = 1 + self.chance.below(reach.clamp(1, 90) as usize);
        let mut parts = vec![text(format!("{word} visits"))];
        if self.chance.percent(70) {
            let filter = sided(self.filter(Scope::Row(a), 0), side);
            let inner = vec![
                text(" where ("),
                text(format!("any {}", a.name)),
                filter,
                Part::Maybe(vec![text(format!(" and no {}", b.name))]),
                text(")"),
            ];
            parts.push(Part::Maybe(inner));
        }
        parts.push(text(format!(" over last {days} days")));
        Some(Node::condition("visits", parts))
    }

    fn rank(&mut self, _: usize) -> Option<Node> {
        if !self.ranks {
            return None;
        }
        let table = self.plain_table()?;
        let window = self.window(table);
        let quotient = if self.chance.percent(30) { self.quotient() } else { None };
        let measure = match (quotient, self.chance.below(3)) {
            (Some(quotient), _) => quotient,
            (None, 0) => Node::other("last", vec![text(format!("last({} ", table.name)), both(window), text(")")]),
            (None, _) => Node::other("count", vec![text(format!("count({} ", table.name)), both(window), text(")")]),
        };
        let among = if self.chance.percent(30) {
            match self.attribute(Scope::Of(self.of)) {
                Some(node) => Part::Maybe(vec![text(" among ("), both(node), text(")")]),
                None => Part::Maybe(vec![]),
            }
        } else {
            Part::Maybe(vec![])
        };
        if self.chance.percent(25) {
            return self.rfm(table);
        }
        let (before, after) = match self.chance.below(5) {
            0 => ("top 20% by ", ""),
            1 => ("bottom 33% by ", ""),
            2 => ("top 5 by ", ""),
            3 => ("percentile(", ") between 25 and 75"),
            _ => ("quintile(", ") >= 4"),
        };
        Some(Node::condition("rank", vec![text(before), both(measure), text(after), among]))
    }
}

impl<'c> Maker<'c, '_> {
    fn rfm(&mut self, table: &'c Table) -> Option<Node> {
        let sums = |field: &&Field| matches!(field.ty, Ty::Integer | Ty::Decimal | Ty::Money);
        let fields: Vec<&Field> = table.fields.iter().filter(sums).filter(|field| self.readable(field)).collect();
        let field = if fields.is_empty() { return None } else { self.chance.pick(&fields) };
        let window = self.window(table);
        let (letter, sign) = (["r", "f", "m"][self.chance.below(3)], self.sign());
        let n = 1 + self.chance.below(5);
        let parts = vec![
            text(format!("rfm({}.{}", table.name, field.name)),
            sided(self.filter(Scope::Row(table), 0), Side::Both),
            text(" "),
            both(window),
            text(format!(").{letter} {sign} {n}")),
        ];
        Some(Node::condition("rank", parts))
    }
}

fn flipped(side: Side) -> Side {
    match side {
        Side::Keeps => Side::Turns,
        Side::Turns => Side::Keeps,
        Side::Both => Side::Both,
    }
}

/// A filter whose condition counts on a side.
pub fn sided(part: Part, side: Side) -> Part {
    match part {
        Part::Maybe(parts) => Part::Maybe(parts.into_iter().map(|part| sided(part, side)).collect()),
        Part::Child(node, Side::Keeps) => Part::Child(node, side),
        Part::Child(node, Side::Turns) => Part::Child(node, flipped(side)),
        other => other,
    }
}

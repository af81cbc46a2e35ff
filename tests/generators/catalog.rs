//! Invented catalogs: people with their fields, tables of events, nested rows, lookups, accounts, lists, scores, visits, ledgers of both kinds,
//! identities and the law, with names and columns that no engine likes.

use super::queries::{self, Query};
use crate::common::chance::Chance;

/// The types that conditions are made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ty {
    Text,
    Boolean,
    Integer,
    Decimal,
    Money,
    Probability,
    Date,
    Instant,
    Version,
    Place,
    List,
}

/// A field that conditions may read.
#[derive(Debug, Clone)]
pub struct Field {
    /// As programs write it.
    pub name: String,
    pub ty: Ty,
    pub optional: bool,
    pub listed: Vec<&'static str>,
    column: Option<&'static str>,
    label: &'static str,
    /// It serves nothing but `service`.
    pub only_service: bool,
}

/// How events keep time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    Instant,
    Date,
    Wall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    Person,
    Account,
}

/// A table of events.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: &'static str,
    pub of: Whom,
    pub physical: &'static str,
    pub at: &'static str,
    pub clock: Clock,
    pub months: u32,
    /// The broadest purposes that it may serve.
    pub roots: Vec<&'static str>,
    pub protects: bool,
    pub fields: Vec<Field>,
    pub nested: Option<(&'static str, Vec<Field>)>,
    pub product: bool,
    pub session: bool,
    unique: bool,
    arrived: bool,
    /// Its rows are of ids of browsers.
    pub along: bool,
    /// What gives its rows, found under its own name then, where no table does.
    query: Option<Query>,
}

/// Everything that programs may speak of.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub key: &'static str,
    pub person: Vec<Field>,
    pub account: Option<Vec<Field>>,
    pub tables: Vec<Table>,
    /// Fields of a lookup that some tables link to.
    pub product: Vec<Field>,
    pub list: bool,
    pub scores: Option<&'static str>,
    pub visits: bool,
    pub states: bool,
    pub cookies: bool,
    pub by_address: bool,
    pub us: bool,
    /// After so many months a grant is too old; never, if there is none.
    pub valid: Option<u32>,
    pub notice: bool,
    pub until: bool,
    pub always_eu: bool,
    kept: Option<u32>,
}

/// Words that make trouble somewhere: quotes, wildcards, escapes, letters that fold in odd ways.
pub const TEXTS: &[&str] =
    &["a", "A", "ab", "paid", "it's", "100%", "a_b", "a\\b", "\"q\"", "ä", "-- x", "İ", " a", "' OR 1=1 --", "${x}"];
const LISTS: &[&[&str]] = &[&["paid", "open", "it's"], &["a", "A", "b"], &["gold", "silver"], &["x\\y", "x%y", "x_y"]];
const FIELDS: &[(&str, &str)] = &[
    ("total", "commercial.purchases"),
    ("count", "commercial.purchases"),
    ("state", "commercial.payment"),
    ("first", "technical.activity"),
    ("kind", "commercial.purchases"),
    ("`over`", "technical.activity"),
    ("value", "commercial.preferences"),
    ("named", "technical.activity"),
    ("segment", "commercial.purchases"),
    ("sum", "commercial.payment"),
];
const PERSON_FIELDS: &[(&str, &str)] = &[
    ("city", "location.city"),
    ("tier", "commercial.loyalty"),
    ("points", "commercial.loyalty"),
    ("seen", "technical.activity"),
    ("signup", "technical.activity"),
    ("spend", "commercial.propensity"),
    ("`has`", "commercial.preferences"),
    ("vip", "commercial.loyalty"),
    ("ratio", "commercial.propensity"),
];
const COLUMNS: &[&str] = &["Order ID", "a\"b", "select", "größe", "group", "x y", "NULL", "a'b"];
const TYPES: &[Ty] = &[
    Ty::Text,
    Ty::Text,
    Ty::Text,
    Ty::Boolean,
    Ty::Integer,
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

/// A text as the language writes it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A catalog.
pub fn invent(chance: &mut Chance) -> Catalog {
    let person = fields(PERSON_FIELDS, 3 + chance.below(4), chance);
    let account = chance.percent(40).then(|| {
        let mut found = fields(&[("plan", "commercial.loyalty"), ("seats", "commercial.loyalty")], 2, chance);
        found.iter_mut().for_each(|field| field.only_service = false);
        found
    });
    let names = [
        ("orders", "shop.orders", "ordered"),
        ("sends", "mail.sends", "sent"),
        ("page_views", "web.page views", "viewed"),
        ("signups", "web.\"signups\"", "signed"),
    ];
    let mut tables: Vec<Table> = (0..1 + chance.below(4)).map(|at| table(names[at], Whom::Person, chance)).collect();
    if chance.percent(40) {
        let mut kept = table(("complaints", "desk.complaints", "filed"), Whom::Person, chance);
        kept.roots = vec!["service"];
        kept.protects = true;
        tables.push(kept);
    }
    if account.is_some() && chance.percent(70) {
        tables.push(table(("tickets", "desk.tickets", "opened"), Whom::Account, chance));
    }
    let visits = tables.iter().filter(|table| table.session).count() >= 2;
    if !visits {
        tables.iter_mut().for_each(|table| table.session = false);
    }
    let scores = chance.percent(40).then_some(tables[0].name);
    let cookies = chance.percent(50);
    if cookies && tables.len() > 1 && chance.percent(70) {
        let ids = &mut tables[1];
        ids.along = ids.of == Whom::Person && !ids.session && !ids.protects && ids.nested.is_none();
    }
    let mut beside = chance.beside(1);
    for table in &mut tables {
        // Rows of visits come from tables.
        if !table.session && beside.percent(45) {
            table.compute(&mut beside);
        }
    }
    Catalog {
        key: ["integer", "integer", "text", "uuid"][chance.below(4)],
        person,
        account,
        tables,
        product: fields(&[("department", ""), ("grade", "")], 2, chance),
        list: chance.percent(40),
        scores,
        visits,
        states: chance.percent(40),
        cookies,
        by_address: chance.percent(30),
        us: chance.percent(40),
        valid: chance.percent(80).then_some(24),
        notice: chance.percent(40),
        until: chance.percent(40),
        always_eu: chance.percent(50),
        kept: chance.percent(40).then_some(36),
    }
}

fn fields(from: &[(&str, &'static str)], count: usize, chance: &mut Chance) -> Vec<Field> {
    let mut left = from.to_vec();
    let mut columns = COLUMNS.to_vec();
    let mut field = || {
        let (name, label) = left.remove(chance.below(left.len()));
        let ty = chance.pick(TYPES);
        let listed = if ty == Ty::Text && chance.percent(45) { chance.pick(LISTS).to_vec() } else { Vec::new() };
        let column = chance.percent(25).then(|| columns.remove(chance.below(columns.len())));
        let only_service = !label.is_empty() && chance.percent(15);
        Field { name: name.to_owned(), ty, optional: chance.percent(45), listed, column, label, only_service }
    };
    (0..count.min(from.len())).map(|_| field()).collect()
}

fn table(names: (&'static str, &'static str, &'static str), of: Whom, chance: &mut Chance) -> Table {
    let mut roots = vec!["service", "analytics", "marketing"];
    if chance.percent(30) {
        roots.remove(chance.below(3));
    }
    let narrow = roots.contains(&"service");
    let some = |from: &[_], count, chance: &mut Chance| {
        let mut found = fields(from, count, chance);
        found.iter_mut().for_each(|field| field.only_service &= narrow);
        found
    };
    let nested = (of == Whom::Person && names.0 == "orders" && chance.percent(60))
        .then(|| ("items", some(&FIELDS[..5], 1 + chance.below(3), chance)));
    let clock = [Clock::Instant, Clock::Instant, Clock::Instant, Clock::Date, Clock::Wall][chance.below(5)];
    Table {
        name: names.0,
        of,
        physical: names.1,
        at: names.2,
        clock,
        months: [6, 13, 26, 36][chance.below(4)],
        roots,
        protects: false,
        fields: some(FIELDS, 1 + chance.below(6), chance),
        product: of == Whom::Person && chance.percent(30),
        session: of == Whom::Person && clock != Clock::Date && chance.percent(60),
        unique: nested.is_some() || chance.percent(30),
        nested,
        arrived: chance.percent(30),
        along: false,
        query: None,
    }
}

impl Field {
    fn declared(&self) -> String {
        let ty = match self.ty {
            Ty::Text => "text",
            Ty::Boolean => "boolean",
            Ty::Integer => "integer",
            Ty::Decimal => "decimal",
            Ty::Money => "money(EUR)",
            Ty::Probability => "probability",
            Ty::Date => "date",
            Ty::Instant => "timestamp",
            Ty::Version => "version",
            Ty::List => "list of text",
            Ty::Place => return self.placed(),
        };
        let mut out = format!("  field {}", self.name);
        if let Some(column) = self.column {
            out += &format!(" {}", quoted(column));
        }
        out += &format!(" {ty}{}", if self.optional { "?" } else { "" });
        out + &self.told()
    }

    /// A place, over two columns of degrees.
    fn placed(&self) -> String {
        let [north, east] = ["north", "east"].map(|half| quoted(&format!("{} {half}", self.name.trim_matches('`'))));
        let optional = if self.optional { "?" } else { "" };
        format!("  field {} place ({north}, {east}){optional}{}", self.name, self.told())
    }

    /// What is said after a field's type.
    fn told(&self) -> String {
        let mut out = String::new();
        out += if self.label.is_empty() { " is not personal" } else { " is " };
        out += self.label;
        if !self.listed.is_empty() {
            let listed: Vec<String> = self.listed.iter().map(|one| quoted(one)).collect();
            out += &format!(" one of {}", listed.join(", "));
        }
        out + if self.only_service { " allowed service\n" } else { "\n" }
    }

    /// The columns that hold it.
    pub fn columns(&self) -> Vec<String> {
        let plain = self.name.trim_matches('`');
        match (self.ty, self.column) {
            (Ty::Place, _) => ["north", "east"].map(|half| format!("{plain} {half}")).to_vec(),
            (_, Some(column)) => vec![column.to_owned()],
            (_, None) => vec![plain.to_owned()],
        }
    }
}

impl Catalog {
    /// The tables of somebody that may serve a purpose under this broadest one.
    pub fn tables_for<'c>(&'c self, of: Whom, root: &str) -> Vec<&'c Table> {
        self.tables.iter().filter(|table| table.of == of && table.roots.contains(&root)).collect()
    }

    /// The queries that give rows, under the names of these.
    pub fn queries(&self) -> impl Iterator<Item = (&str, &Query)> {
        self.tables.iter().filter_map(|table| Some((table.name, table.query.as_ref()?)))
    }

    /// As `.seg` text.
    pub fn declared(&self) -> String {
        let mut out = self.people();
        for table in &self.tables {
            out += &table.declared();
        }
        if self.tables.iter().any(|table| table.product) {
            out += "lookup products {\n  table shop.products   key product_id\n";
            self.product.iter().for_each(|field| out += &field.declared());
            out += "}\n";
        }
        if self.visits {
            let from: Vec<&str> = self.tables.iter().filter(|table| table.session).map(|table| table.name).collect();
            out += &format!("sessions visits {{ from {} by session_id }}\n", from.join(", "));
        }
        if self.list {
            out += "list blocked of customer { table crm.blocked   subject who   at blocked_at   retain 36 months   origin first party\n  \
                    allowed service, analytics, marketing }\n";
        }
        if let Some(source) = self.scores {
            out += &format!(
                "model churn of customer {{\n  table ml.scores   subject who   at scored   retain 90 days   allowed service, analytics, marketing\n  \
                 trained on {source} looking back 2 months\n  field score probability is commercial.propensity\n}}\n"
            );
        }
        out + &self.ledgers() + &self.law()
    }

    fn people(&self) -> String {
        let kept = match self.kept {
            Some(months) => format!("{months} months after last_seen"),
            None => "while listed because \"people of a test\"".to_owned(),
        };
        let residence = if self.always_eu { "always eu" } else { "country" };
        let link = if self.account.is_some() { "  link account to account by account_id as members\n" } else { "" };
        let mut out = format!(
            "entity customer is person {{\n  table crm.people   key id {}\n  retain {kept}\n  allowed service, analytics, marketing\n  \
             residence {residence}   birth born\n{link}  field email text? is contact.email, direct\n  \
             field born date? is demographic.birth_date\n  \
             field country text? is location.country one of \"DE\", \"FR\", \"US\", \"CH\"\n  field last_seen timestamp is technical.activity\n",
            self.key
        );
        self.person.iter().for_each(|field| out += &field.declared());
        out += "}\n";
        if let Some(fields) = &self.account {
            out += "entity account is account {\n  table crm.accounts   key account_id integer\n  retain while listed because \"accounts of a test\"\n  \
                    allowed service, analytics, marketing\n";
            fields.iter().for_each(|field| out += &field.declared());
            out += "}\n";
        }
        out
    }

    fn ledgers(&self) -> String {
        let subject = if self.by_address { "address -> customer.email" } else { "who" };
        let until = if self.until { "until ends   " } else { "" };
        let mut out = format!(
            "ledger consent of customer {{\n  table privacy.consent   subject {subject}\n  \
             purposes purpose {{ \"e\" = marketing.email   \"a\" = marketing.ads   \"m\" = marketing and narrower   \"i\" = analytics   \
             \"s\" = service and narrower   \"none\" = none   \"*\" = every }}\n  \
             states state {{ granted \"yes\"   withdrawn \"no\"   objected \"obj\"   restricted \"frozen\"   released \"thawed\"   erased \"gone\" }}\n  \
             at decided   {until}version notice   fresh within 1 day by loaded   retain 72 months\n}}\n"
        );
        if self.states {
            out += "ledger flags of customer {\n  table privacy.flags   subject who   retain while listed because \"present state only\"\n  \
                    current fresh within 1 day by exported\n  \
                    column mail since mail_since version mail_notice { 1 grants marketing.email   0 refuses every   else nothing }\n  \
                    column no_ads { true refuses channel ads   false nothing   missing nothing }\n}\n";
        }
        if self.cookies {
            out += "identity cookie to customer { table id.links   from cookie_id   to who   at linked   retain 13 months }\n\
                    ledger choices of cookie {\n  table privacy.choices   subject cookie_id\n  \
                    purposes purpose { \"a\" = marketing.ads   \"m\" = marketing }\n  states choice { granted \"yes\"   withdrawn \"no\" }\n  \
                    at chosen   fresh within 1 day by loaded   retain 13 months\n}\n";
        }
        if self.us {
            out += "ledger gpc of customer {\n  table privacy.gpc   subject who\n  purposes signal { \"gpc\" = marketing.ads }\n  \
                    states status { objected \"on\" }\n  at seen   fresh within 1 day by loaded   retain 36 months\n}\n";
        }
        out
    }

    fn law(&self) -> String {
        let valid = match self.valid {
            Some(months) => format!("valid {months} months"),
            None => "valid without end because \"a test\"".to_owned(),
        };
        let notice = if self.notice { "   notice from \"2025-01\"" } else { "" };
        let us = if self.us {
            "jurisdiction us { countries \"US\"   absent means yes   adult at 18   sale opt out from ledger gpc }\n"
        } else {
            ""
        };
        format!(
            "purpose marketing {{ basis consent   {valid}{notice} }}\npurpose marketing.email {{ channel email }}\n\
             purpose marketing.ads {{ channel ads   valid 13 months }}\n\
             purpose analytics {{ basis legitimate interest   assessment \"LIA-1\" }}\n\
             purpose service {{ basis contract   because \"what was ordered is delivered\" }}\npurpose service.email {{ channel email }}\n\
             jurisdiction eu {{ countries \"DE\", \"FR\"   absent means no   adult at 16 }}\n{us}\
             destination mailer {{ channel email   region EU   match email   lag 1 hour   removes members }}\n\
             destination ad_network {{ channel ads   region US   outside party   match email hashed   lag 1 day   removes members }}\n"
        )
    }
}

impl Table {
    /// Whether versions of one row are resolved.
    pub fn has_versions(&self) -> bool {
        self.unique
    }

    /// Lets a query give its rows.
    fn compute(&mut self, chance: &mut Chance) {
        for field in &mut self.fields {
            field.column = field.column.filter(|column| queries::nameable(column));
        }
        self.physical = self.name;
        self.query = Some(Query::over(self.columns(), self.unique, chance));
    }

    /// Every column that is read of it, with the type of a field's.
    fn columns(&self) -> Vec<(String, Option<Ty>)> {
        let subject = match self.of {
            Whom::Person if self.along => "cookie_id",
            Whom::Person => "who",
            Whom::Account => "account_id",
        };
        let others = [
            (self.arrived, "loaded"),
            (self.unique, "row_id"),
            (self.unique, "changed"),
            (self.product, "product_id"),
            (self.session, "session_id"),
        ];
        let others = others.into_iter().filter(|(there, _)| *there).map(|(_, column)| column);
        let bare = [subject, self.at].into_iter().chain(others).map(|column| (column.to_owned(), None));
        let fields =
            self.fields.iter().flat_map(|field| field.columns().into_iter().map(|name| (name, Some(field.ty))));
        bare.chain(fields).collect()
    }

    fn declared(&self) -> String {
        let subject = match self.of {
            Whom::Person if self.along => ("customer", "cookie_id -> cookie"),
            Whom::Person => ("customer", "who"),
            Whom::Account => ("account", "account_id"),
        };
        let clock = match self.clock {
            Clock::Instant => "",
            Clock::Date => " date",
            Clock::Wall => " in zone \"America/New_York\"",
        };
        let from = match &self.query {
            Some(query) => format!("from sql \"\"\" {} \"\"\"", query.text(self.name)),
            None => {
                let (schema, name) = self.physical.split_once('.').unwrap();
                let name = if name.contains([' ', '"']) { quoted(name) } else { name.to_owned() };
                format!("table {schema}.{name}")
            }
        };
        let mut out = format!(
            "source {} of {} {{\n  {from}   subject {}   at {}{clock}   retain {} months\n  allowed {}   origin first party\n",
            self.name,
            subject.0,
            subject.1,
            self.at,
            self.months,
            self.roots.join(", ")
        );
        if self.protects {
            out += "  protects marketing, analytics\n";
        }
        if self.arrived {
            out += "  arrived loaded\n";
        }
        if self.unique {
            out += "  unique row_id keep latest by changed\n  field row_id text is commercial.purchases\n";
        }
        if self.product {
            out += "  link product to products by product_id\n";
        }
        if self.session {
            out += "  field session_id text is technical.activity\n";
        }
        self.fields.iter().for_each(|field| out += &field.declared());
        out += "}\n";
        if let Some((name, fields)) = &self.nested {
            out += &format!("rows {name} of {} {{\n  table shop.items by row_id\n", self.name);
            // As often as not, and without a lot of its own.
            if self.fields.len().is_multiple_of(2) {
                out += "  unique item_id keep latest by changed\n  field item_id text is commercial.purchases\n";
            }
            fields.iter().for_each(|field| out += &field.declared());
            out += "}\n";
        }
        out
    }
}

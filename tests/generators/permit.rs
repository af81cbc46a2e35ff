//! Who may be reached, a third time: section by section of the description, over the raw cells of the invented catalogs, in as few lines as
//! it takes. It shares nothing with the reference but the calendar.

use std::collections::{BTreeMap, BTreeSet};

use segma::model::Instant;
use segma::model::calendar::Zone;

use super::catalog::Catalog;
use super::programs::Segment;
use crate::common::worlds::World;

const SKEW: i64 = 300_000_000;
const DAY: i64 = 86_400_000_000;
type Row<'w> = BTreeMap<&'w str, &'w str>;

/// The rows of a table, without their empty cells.
fn rows<'w>(world: &'w World, table: &str) -> Vec<Row<'w>> {
    let Some(written) = world.tables.get(table) else { return Vec::new() };
    let cells = |row: &'w Vec<Option<String>>| {
        written.columns.iter().zip(row).filter_map(|(column, cell)| Some((column.as_str(), cell.as_deref()?))).collect()
    };
    written.rows.iter().map(cells).collect()
}

/// A time that is known.
fn time(row: &Row<'_>, column: &str) -> Option<i64> {
    let at = row.get(column)?.parse::<Instant>().ok()?.micros();
    (DAY..4_102_444_800_000_000).contains(&at).then_some(at)
}

/// Everything about one run that does not hang on a person.
pub struct Permit<'w> {
    catalog: &'w Catalog,
    world: &'w World,
    zone: Zone,
    now: i64,
    purpose: &'static str,
    matched: bool,
    outside: bool,
}

impl<'w> Permit<'w> {
    pub fn new(catalog: &'w Catalog, segment: &Segment, world: &'w World) -> Self {
        let text = segment.print();
        let outside = text.contains("for ad_network");
        let matched = outside || text.contains("for mailer");
        let zone = Zone::named("Europe/Berlin").unwrap();
        Self { catalog, world, zone, now: world.now.micros(), purpose: segment.purpose, matched, outside }
    }

    /// Why nobody may be reached, whoever it is.
    pub fn nobody(&self) -> Option<String> {
        let ledgers = [
            ("privacy.consent", "loaded", true),
            ("privacy.flags", "exported", self.catalog.states),
            ("privacy.choices", "loaded", self.catalog.cookies),
            ("privacy.gpc", "loaded", self.catalog.us),
        ];
        for (table, clock, _) in ledgers.into_iter().filter(|(_, _, there)| *there) {
            let loaded = rows(self.world, table)
                .iter()
                .filter_map(|row| time(row, clock))
                .filter(|at| *at <= self.now + SKEW)
                .max();
            if loaded.is_none_or(|at| at < self.now - DAY) {
                return Some(format!("{table} is stale"));
            }
        }
        let subject = if self.catalog.by_address { "address" } else { "who" };
        let nameless = |row: &Row<'_>| !row.contains_key(subject) && row.get("state") != Some(&"yes");
        rows(self.world, "privacy.consent").iter().any(nameless).then(|| "a denial without subject".to_owned())
    }

    fn reached(&self, code: Option<&&str>) -> bool {
        let under = |root: &str| self.purpose == root || self.purpose.starts_with(&format!("{root}."));
        match code.copied() {
            Some("e") => self.purpose == "marketing.email",
            Some("a") => self.purpose == "marketing.ads",
            Some("m") => under("marketing"),
            Some("i") => self.purpose == "analytics",
            Some("s") => under("service"),
            Some("none") => false,
            Some("gpc") => self.purpose == "marketing.ads",
            _ => true,
        }
    }

    fn recent(&self, version: Option<&&str>) -> bool {
        let known = |text: &str| {
            let day = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
            (day.parse::<segma::model::Date>().is_ok() && day.len() == 10).then_some(day)
        };
        !self.catalog.notice || version.and_then(|text| known(text)).is_some_and(|day| day.as_str() >= "2025-01-01")
    }

    /// Whether a grant of this time and notice counts.
    fn counts(&self, at: Option<i64>, version: Option<&&str>) -> bool {
        let months = match self.purpose {
            "marketing.ads" => Some(13),
            "marketing.email" => self.catalog.valid,
            _ => return at.is_some_and(|at| at <= self.now),
        };
        let oldest = months.map(|months| self.zone.add_months(self.world.now, -(months as i32)).micros());
        at.is_some_and(|at| at <= self.now && oldest.is_none_or(|oldest| at >= oldest)) && self.recent(version)
    }

    /// The people linked to somebody, and the ids: by ids of browsers, and by the address that a destination matches on.
    fn linked(&self, key: &str, people: &[Row<'_>]) -> (BTreeSet<String>, BTreeSet<String>) {
        let links = rows(self.world, "id.links");
        let pair = |row: &Row<'_>| Some((row.get("who")?.to_string(), row.get("cookie_id")?.to_string()));
        let pairs: Vec<(String, String)> = links.iter().filter_map(pair).collect();
        let ids: BTreeSet<String> = pairs.iter().filter(|(who, _)| who == key).map(|(_, id)| id.clone()).collect();
        let mut with: BTreeSet<String> =
            pairs.iter().filter(|(_, id)| ids.contains(id)).map(|(who, _)| who.clone()).collect();
        let address = people.iter().find(|row| row.get("id") == Some(&key)).and_then(|row| row.get("email"));
        if self.matched {
            let shared = people.iter().filter(|row| address.is_some() && row.get("email") == address);
            with.extend(shared.filter_map(|row| row.get("id").map(|id| (*id).to_owned())));
        }
        with.insert(key.to_owned());
        (with, ids)
    }

    /// Why somebody may not be reached; nothing where they may.
    pub fn refuses(&self, key: &str) -> Option<&'static str> {
        let people = rows(self.world, "crm.people");
        let own: Vec<&Row<'_>> = people.iter().filter(|row| row.get("id") == Some(&key)).collect();
        let person = own.first()?;
        let (linked, ids) = self.linked(key, &people);
        let subjects = |who: &BTreeSet<String>| -> BTreeSet<String> {
            let address = |row: &&Row<'_>| row.get("id").is_some_and(|id| who.contains(*id));
            let addresses =
                || people.iter().filter(address).filter_map(|row| row.get("email").map(|text| (*text).to_owned()));
            if self.catalog.by_address { addresses().collect() } else { who.clone() }
        };
        let (all, mine) = (subjects(&linked), subjects(&BTreeSet::from([key.to_owned()])));
        let subject = if self.catalog.by_address { "address" } else { "who" };
        let (mut grants, mut denials, mut stated) = (Vec::new(), Vec::new(), false);
        let (mut frozen, mut thawed) = (Vec::new(), Vec::new());
        for row in rows(self.world, "privacy.consent")
            .iter()
            .filter(|row| row.get(subject).is_some_and(|who| all.contains(*who)))
        {
            let (at, reached) = (time(row, "decided"), self.reached(row.get("purpose")));
            let is_own = mine.contains(row[subject]);
            let in_force = at.is_none_or(|at| at <= self.now + SKEW);
            match row.get("state").copied() {
                Some("yes") => {
                    let known = ["e", "a", "m", "i", "s"].contains(row.get("purpose").unwrap_or(&""));
                    if is_own && known && reached && self.counts(at, row.get("notice")) {
                        grants.extend(at);
                    }
                    let end = time(row, "ends")
                        .filter(|end| self.catalog.until && known && reached && *end <= self.now + SKEW);
                    denials.extend(end.map(|end| (Some(end), is_own)));
                }
                Some("no" | "obj") if in_force && reached => denials.push((at, is_own)),
                Some("frozen") if in_force => frozen.push(at),
                Some("thawed") => thawed.extend(at),
                Some("gone") if in_force => return Some("erased"),
                Some("no" | "obj" | "frozen" | "gone") => {}
                _ if in_force => denials.push((at, is_own)),
                _ => {}
            }
        }
        if frozen.iter().any(|at| at.is_none_or(|at| !thawed.iter().any(|later| *later > at))) {
            return Some("restricted");
        }
        for row in rows(self.world, "privacy.flags")
            .iter()
            .filter(|row| row.get("who").is_some_and(|who| linked.contains(*who)))
        {
            let refused =
                row.get("mail") == Some(&"0") || row.get("no_ads") == Some(&"true") && self.purpose == "marketing.ads";
            denials.extend(refused.then_some((None, false)));
            let granted = row.get("mail") == Some(&"1") && row["who"] == key && self.purpose == "marketing.email";
            stated |= granted && self.counts(time(row, "mail_since"), row.get("mail_notice"));
        }
        for row in rows(self.world, "privacy.choices")
            .iter()
            .filter(|row| row.get("cookie_id").is_some_and(|id| ids.contains(*id)))
        {
            let at = time(row, "chosen");
            let no = row.get("choice") != Some(&"yes") && at.is_none_or(|at| at <= self.now + SKEW);
            denials.extend((no && self.reached(row.get("purpose"))).then_some((at, false)));
        }
        let resident = if self.catalog.always_eu { "DE" } else { person.get("country").copied().unwrap_or("") };
        let latest = grants.iter().max();
        // A contract is bound by restriction and erasure only.
        if self.purpose.starts_with("service") {
            return None;
        }
        let latest_before = |at: &Option<i64>| at.is_some_and(|at| latest.is_some_and(|grant| at < *grant));
        let interest = self.purpose == "analytics";
        let silent = self.catalog.us && resident == "US";
        if !interest && latest.is_none() && !stated && !silent {
            return Some("not granted");
        }
        // An interest is given back by a later grant of the same key alone.
        if !denials.iter().all(|(at, own)| latest_before(at) && (*own || !interest)) {
            return Some("denied");
        }
        self.of_the_law(person, key, resident)
    }

    fn of_the_law(&self, person: &Row<'_>, key: &str, resident: &str) -> Option<&'static str> {
        let strictest = !["DE", "FR"].contains(&resident);
        let adult = if self.catalog.us && strictest { 18 } else { 16 };
        let born =
            person.get("born").map(|born| format!("{:04}{}", born[..4].parse::<u32>().unwrap() + adult, &born[4..]));
        let today = self.zone.date_of(self.world.now).to_string();
        if born.is_none_or(|grown| grown > today) {
            return Some("a minor");
        }
        let on = |row: &Row<'_>| {
            let at = time(row, "seen");
            row.get("who") == Some(&key)
                && at.is_none_or(|at| at <= self.now + SKEW)
                && (self.reached(row.get("signal")))
        };
        let opted_out = self.outside && self.catalog.us && strictest && rows(self.world, "privacy.gpc").iter().any(on);
        opted_out.then_some("opted out")
    }
}

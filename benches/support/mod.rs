//! Projects of any size over the shop's catalog, deterministic, with conditions as people write them.

use segma::source::SourceMap;

const SHOP: &[(&str, &str)] = &[
    ("catalog/consent.seg", include_str!("../../examples/shop/catalog/consent.seg")),
    ("catalog/customers.seg", include_str!("../../examples/shop/catalog/customers.seg")),
    ("catalog/orders.seg", include_str!("../../examples/shop/catalog/orders.seg")),
    ("catalog/service.seg", include_str!("../../examples/shop/catalog/service.seg")),
    ("policy/destinations.seg", include_str!("../../examples/shop/policy/destinations.seg")),
    ("policy/purposes.seg", include_str!("../../examples/shop/policy/purposes.seg")),
    ("policy/rules.seg", include_str!("../../examples/shop/policy/rules.seg")),
    ("segments/service.seg", include_str!("../../examples/shop/segments/service.seg")),
    ("segments/offers.seg", include_str!("../../examples/shop/segments/offers.seg")),
];

/// The configuration of every generated project.
pub const CONFIG: &str = "name = \"bench\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\ndialects = [\"duckdb\"]\n";

/// Segments in one file.
const PER_FILE: usize = 20;

/// A project with `n` segments beside the shop's own, twenty a file.
pub fn project(n: usize) -> SourceMap {
    let mut sources = SourceMap::new();
    sources.add("segma.toml", CONFIG);
    for (path, text) in SHOP {
        sources.add(*path, *text);
    }
    for file in 0..n.div_ceil(PER_FILE) {
        let numbers = file * PER_FILE..n.min((file + 1) * PER_FILE);
        sources.add(format!("segments/generated/{file:05}.seg"), numbers.map(segment).collect::<String>());
    }
    sources
}

fn segment(i: usize) -> String {
    let (months, days, amount) = (3 + i % 20, 7 + i % 80, 20 + i % 900);
    let condition = match i % 6 {
        0 => format!(
            "sum(orders.total where status = \"paid\" over last {months} months) >= {amount} EUR\n    and no orders over last {days} days"
        ),
        1 => format!(
            "at least {} orders where (status = \"paid\" and total >= {amount} EUR) over last {months} months\n    and country in (\"DE\", \"FR\")",
            1 + i % 4
        ),
        2 => format!(
            "any orders where (any items where price > {amount} EUR) over last {months} months\n    and loyalty_tier in (\"gold\", \"silver\")"
        ),
        3 => format!("churn_risk.score >= {}%\n    and (loyalty_tier = \"gold\" or ltv >= {amount} EUR)", 10 + i % 80),
        4 => format!(
            "account.plan = \"team\"\n    and any orders where product.department = \"garden\" over {days} days ago to 5 days ago"
        ),
        _ => format!(
            "count(distinct orders.category over last {months} months) >= {}\n    and age between 25 and {}",
            1 + i % 3,
            40 + i % 30
        ),
    };
    format!(
        "/// Audience number {i} of a generated portfolio.\nsegment generated_{i:05} of customer {{\n  owner    \"crm@shop.example\"\n  purpose  \
         marketing.email\n  consent  marketing.email\n  retain   30 days\n  refresh  daily\n  for      mailer\n\n  where {condition}\n  except in \
         segment recent_complainers\n}}\n\n"
    )
}

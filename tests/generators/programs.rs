//! Segments over an invented catalog, made so that the front end accepts them.

use super::catalog::{Catalog, Whom};
use super::conditions::Maker;
use super::tree::{Node, Part, keeps, text, turns};
use crate::common::chance::Chance;

/// What segments are for, and how often.
const PURPOSES: &[&str] =
    &["marketing.email", "marketing.email", "marketing.ads", "analytics", "service", "service.email"];

/// A segment.
#[derive(Debug, Clone)]
pub struct Segment {
    pub name: String,
    pub purpose: &'static str,
    pub of: Whom,
    pub tree: Node,
}

impl Segment {
    pub fn print(&self) -> String {
        format!("{}\n", self.tree.print())
    }

    /// Its condition, without what is excepted.
    pub fn wanted(&self) -> String {
        let nodes = self.tree.parts.iter().filter_map(|part| match part {
            Part::Child(node, _) => Some(node.print()),
            Part::Text(_) | Part::Maybe(_) => None,
        });
        nodes.into_iter().next().unwrap_or_default()
    }

    /// For how many days members remain, where they do.
    pub fn stays_for(&self) -> Option<i64> {
        self.print().split_once("stay for ")?.1.split(' ').next()?.parse().ok()
    }

    /// Whether one person's place hangs on others, apart from a minimum.
    pub fn ranks(&self) -> bool {
        self.tree.has("rank")
    }
}

/// Some segments over a catalog, called `s0`, `s1`, …
pub fn segments(catalog: &Catalog, count: usize, chance: &mut Chance) -> Vec<Segment> {
    let mut made: Vec<(Segment, &str, u32)> = Vec::new();
    for at in 0..count {
        let purpose = chance.pick(PURPOSES);
        let account = catalog.account.is_some() && !purpose.starts_with("marketing") && chance.percent(20);
        let of = if account { Whom::Account } else { Whom::Person };
        let kept = chance.pick(&[("30 days", 30), ("14 days", 14), ("60 days", 60), ("2 months", 60), ("nothing", 0)]);
        // Whoever refers is of the same purpose, and keeps no longer than what it refers to.
        let others = made.iter().filter(|(other, words, days)| {
            let long = *words == kept.0 || *days > kept.1;
            other.of == of && other.purpose == purpose && !other.ranks() && long && *days > 0
        });
        let others = others.map(|(other, _, _)| other.name.clone()).collect();
        let root = purpose.split('.').next().unwrap();
        let ranks = chance.percent(50);
        let mut maker =
            Maker { catalog, chance, of, root, kept_days: kept.1, kept: kept.0, turned: false, others, ranks };
        let depth = 1 + maker.chance.below(3);
        let wanted = maker.condition(depth);
        maker.turned = true;
        let except = maker.chance.percent(30).then(|| maker.condition(1));
        let tree = segment(&format!("s{at}"), purpose, of, kept.0, wanted, except, catalog, chance);
        made.push((Segment { name: format!("s{at}"), purpose, of, tree }, kept.0, kept.1));
    }
    made.into_iter().map(|(segment, _, _)| segment).collect()
}

#[expect(clippy::too_many_arguments, reason = "a segment has so many clauses")]
fn segment(
    name: &str,
    purpose: &'static str,
    of: Whom,
    kept: &str,
    wanted: Node,
    except: Option<Node>,
    catalog: &Catalog,
    chance: &mut Chance,
) -> Node {
    let entity = if of == Whom::Account { "account" } else { "customer" };
    let consent = match purpose {
        "marketing.email" | "marketing.ads" => format!("consent {purpose}"),
        _ => "consent not needed because \"a test\"".to_owned(),
    };
    let mut parts =
        vec![text(format!("segment {name} of {entity} {{\n  purpose {purpose}\n  {consent}\n  retain {kept}\n  "))];
    if kept != "nothing" {
        parts.push(text("refresh daily\n  "));
    }
    let person = of == Whom::Person;
    match purpose {
        "marketing.email" | "service.email" if person && chance.percent(30) => parts.push(maybe("for mailer\n  ")),
        "marketing.ads" if person && chance.percent(30) && catalog.us => parts.push(maybe("for ad_network\n  ")),
        _ => {}
    }
    if chance.percent(10) {
        parts.push(maybe(format!("minimum {} people\n  ", 1 + chance.below(4))));
    }
    if person && kept != "nothing" && chance.percent(10) {
        parts.push(maybe(format!("stay for {} days\n  ", 1 + chance.below(14))));
    }
    if chance.percent(10) {
        parts.push(maybe("holdout 10% named \"held\"\n  "));
    }
    let root = purpose.split('.').next().unwrap();
    let sends = catalog.tables_for(of, root).into_iter().next();
    if let Some(sends) = sends.filter(|_| chance.percent(10)) {
        parts.push(maybe(format!(
            "cap {} contacts per {} days from {}\n  ",
            1 + chance.below(2),
            1 + chance.below(30),
            sends.name
        )));
    }
    parts.extend([text("where "), keeps(wanted)]);
    if let Some(except) = except {
        parts.push(Part::Maybe(vec![text("\n  except ("), turns(except), text(")")]));
    }
    parts.push(text("\n}"));
    Node::other("segment", parts)
}

fn maybe(words: impl Into<String>) -> Part {
    Part::Maybe(vec![text(words)])
}

//! "Did you mean": the one known word that a misspelt one most resembles.

/// The candidate nearest to `word`, if one is near enough to be worth offering. Ties go to the earlier candidate. Of dotted names only
/// the parts that differ are held against each other: `marketing.sms` is no slip for `marketing.ads`, however long what they share.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let near = |candidate: &'a str| {
        let known = candidate.to_lowercase();
        let (wanted, known) = apart(&wanted, &known);
        let slips = distance(wanted, known);
        (slips <= tolerance(wanted)).then_some((slips, candidate))
    };
    let best = candidates.into_iter().filter_map(near).reduce(|best, next| if next.0 < best.0 { next } else { best });
    best.map(|(_, candidate)| candidate)
}

/// Two dotted names without the leading parts that they share.
fn apart<'t>(mut a: &'t str, mut b: &'t str) -> (&'t str, &'t str) {
    while let (Some((first, rest)), Some((other, tail))) = (a.split_once('.'), b.split_once('.'))
        && first == other
    {
        (a, b) = (rest, tail);
    }
    (a, b)
}

/// How many slips of the finger a word of this length may hold.
fn tolerance(word: &str) -> usize {
    match word.chars().count() {
        0 => 0,
        1..=3 => 1,
        4..=7 => 2,
        longer => longer / 3,
    }
}

fn distance(a: &str, b: &str) -> usize {
    strsim::damerau_levenshtein(a, b)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        let words = ["duckdb", "postgres", "snowflake"];
        assert_eq!(closest("postgre", words), Some("postgres"));
        assert_eq!(closest("DuckBD", words), Some("duckdb"));
        assert_eq!(closest("oracle", words), None);
        let purposes = ["marketing.ads", "marketing.email"];
        assert_eq!(closest("marketing.emial", purposes), Some("marketing.email"));
        assert_eq!(closest("marketng.email", purposes), Some("marketing.email"));
        for stranger in ["marketing.sms", "marketing.post", "marketing.phone", "marketing"] {
            assert_eq!(closest(stranger, purposes), None, "{stranger}");
        }
    }
}

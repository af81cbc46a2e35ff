//! "Did you mean": the one known word that a misspelt one most resembles.

/// The candidate nearest to `word`, if one is near enough to be worth offering. Ties go to the earlier candidate.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let scored = candidates.into_iter().map(|candidate| (distance(&wanted, &candidate.to_lowercase()), candidate));
    let (best, candidate) = scored.reduce(|best, next| if next.0 < best.0 { next } else { best })?;
    (best <= tolerance(word)).then_some(candidate)
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
    }
}

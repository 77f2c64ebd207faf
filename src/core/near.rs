//! Slips in words: what was probably meant.

/// The one of `known` that differs from `word` least, if that is little.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    const LONGEST: usize = 20;
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.len() > LONGEST {
        return None;
    }
    let near = |name: &&&str| {
        let steps = distance(&word, name);
        (steps <= name.len().div_ceil(3)).then_some(steps)
    };
    known.iter().filter(|name| near(name).is_some()).min_by_key(near).copied()
}

/// How many letters must be put in, left out, replaced or exchanged with their neighbour.
fn distance(word: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=word.len()).collect()];
    for i in 1..=name.len() {
        let mut row = vec![i];
        for j in 1..=word.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(word[j - 1] != name[i - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && word[j - 1] == name[i - 2] && word[j - 2] == name[i - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[name.len()][word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["trace", "debug", "info", "warn", "error", "fatal"];
        assert_eq!(nearest("eror", &known), Some("error"));
        assert_eq!(nearest("WRAN", &known), Some("warn"));
        assert_eq!(nearest("debgu", &known), Some("debug"));
        assert_eq!(nearest("rde", &["red", "blue"]), Some("red"));
        assert_eq!(nearest("purple", &known), None);
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
        assert_eq!(nearest("", &known), None);
    }
}

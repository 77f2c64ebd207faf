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

/// How many letters must be put in, left out or exchanged.
fn distance(word: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, letter) in name.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for j in 0..word.len() {
            let exchange = corner + usize::from(word[j] != letter);
            corner = row[j + 1];
            row[j + 1] = exchange.min(corner + 1).min(row[j] + 1);
        }
    }
    row[word.len()]
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
        assert_eq!(nearest("purple", &known), None);
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
        assert_eq!(nearest("", &known), None);
    }
}

//! Slips in words: what was probably meant.

/// A longer word is no slip of anything.
const LONGEST: usize = 40;

/// Among more words than these none is looked for: that takes long for each slip, and there may be thousands.
const KNOWN: usize = 1000;

/// Words of a list that are shown.
const LISTED: usize = 12;

/// The one of `known` that was probably meant by `word`, in any case: it differs least, and by no more than a third
/// of its letters (one of a word of two). Of several that differ as little the first.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    if word.chars().nth(LONGEST).is_some() || known.len() > KNOWN {
        return None;
    }
    let word = letters(word);
    let near = |name: &'k str| {
        let length = name.chars().count();
        let most = (length.max(word.len()) / 3).max(1);
        if length.abs_diff(word.len()) > most {
            return None;
        }
        steps(&word, &letters(name), most).filter(|steps| *steps < length)
    };
    let near = known.iter().filter_map(|name| Some((near(name)?, *name)));
    near.min_by_key(|(steps, _)| *steps).map(|(_, name)| name)
}

/// Words one behind the other; of many only the first, and how many more there are.
pub fn listed(words: &[&str]) -> String {
    let (first, rest) = words.split_at(words.len().min(LISTED));
    match rest.len() {
        0 => first.join(", "),
        n => format!("{} and {n} more", first.join(", ")),
    }
}

fn letters(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// How many letters must be put in, left out, replaced or exchanged with their neighbour to make one word of the other,
/// if these are at most `most`. No more is looked at than that takes.
fn steps(from: &[char], to: &[char], most: usize) -> Option<usize> {
    let far = most + 1;
    let mut before = vec![far; to.len() + 1];
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut row = before.clone();
    let mut least_above = 0;
    for (n, letter) in from.iter().enumerate() {
        row.fill(far);
        row[0] = n + 1;
        let mut least = row[0];
        for m in n.saturating_sub(most)..to.len().min(n + most + 1) {
            let replaced = above[m] + usize::from(*letter != to[m]);
            let mut cell = replaced.min(above[m + 1] + 1).min(row[m] + 1);
            if n > 0 && m > 0 && *letter == to[m - 1] && from[n - 1] == to[m] {
                cell = cell.min(before[m - 1] + 1);
            }
            row[m + 1] = cell;
            least = least.min(cell);
        }
        if least.min(least_above) > most {
            return None;
        }
        least_above = least;
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    Some(above[to.len()]).filter(|steps| *steps <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_words_the_first_are_listed() {
        let words: Vec<String> = (0..15).map(|n| n.to_string()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(listed(&words), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more");
        assert_eq!(listed(&words[..2]), "0, 1");
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["trace", "debug", "info", "warn", "error", "fatal"];
        assert_eq!(nearest("eror", &known), Some("error"));
        assert_eq!(nearest("WRAN", &known), Some("warn"));
        assert_eq!(nearest("debgu", &known), Some("debug"));
        assert_eq!(nearest("inof", &known), Some("info"));
        assert_eq!(nearest("rde", &["red", "blue"]), Some("red"));
        assert_eq!(nearest("purple", &known), None);
        assert_eq!(nearest("x", &known), None);
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest("eror", &["error"].repeat(KNOWN + 1)), None);
        assert_eq!(nearest("x", &["or"]), None);
        assert_eq!(nearest("europe/belrin", &["Europe/Paris", "Europe/Berlin"]), Some("Europe/Berlin"));
    }

    #[test]
    fn letters_exchanged_with_their_neighbours_are_one_step() {
        let steps = |from: &str, to: &str, most| super::steps(&letters(from), &letters(to), most);
        assert_eq!(steps("ab", "ba", 1), Some(1));
        assert_eq!(steps("laoyut", "layout", 2), Some(1));
        assert_eq!((steps("kitten", "sitting", 3), steps("kitten", "sitting", 2)), (Some(3), None));
        assert_eq!((steps("", "abc", 3), steps("abc", "", 3), steps("abc", "", 2)), (Some(3), Some(3), None));
    }
}

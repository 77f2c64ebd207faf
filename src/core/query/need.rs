//! Text that every match of a regex holds.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::glance::is_safe;

/// Bytes of the shortest text worth looking for.
const SHORTEST: usize = 2;
/// Most texts of which one must be there.
const MOST: usize = 8;

/// Texts of which every match of `source` holds one, in lower case and to be looked for in any case. `None`
/// when none are known.
pub(super) fn of_regex(source: &str) -> Option<Vec<String>> {
    let hir = ParserBuilder::new().utf8(false).multi_line(true).build().parse(source).ok()?;
    of_hir(&hir).filter(|texts| texts.len() <= MOST)
}

/// The longest run of `text` that stands in the line as it is, or in an escape; in lower case.
pub(super) fn of_text(text: &str) -> Option<String> {
    text.split(|c: char| !is_kept(c))
        .max_by_key(|run| run.len())
        .map(str::to_ascii_lowercase)
        .filter(|run| !run.is_empty())
}

/// Whether a letter is found by looking for it in ASCII's lower case in any case.
fn is_kept(c: char) -> bool {
    is_safe(c) && (c.is_ascii() || !c.is_uppercase())
}

fn of_hir(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => of_hir(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_hir(&repetition.sub),
        HirKind::Alternation(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(of_hir).collect();
            parts.map(|parts| parts.concat()).filter(|texts| texts.len() <= MOST)
        }
        HirKind::Concat(parts) => of_concat(parts),
        HirKind::Literal(_) => of_concat(std::slice::from_ref(hir)),
        // A class alone is one letter at most, and too short.
        HirKind::Class(_) | HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

fn of_concat(parts: &[Hir]) -> Option<Vec<String>> {
    let mut best: Option<Vec<String>> = None;
    let mut run = Vec::new();
    let mut offer = |texts: Vec<String>| {
        let worth = |texts: &[String]| texts.iter().map(String::len).min().unwrap_or(0);
        if worth(&texts) > best.as_deref().map_or(SHORTEST - 1, worth) {
            best = Some(texts);
        }
    };
    for part in parts {
        match part.kind() {
            HirKind::Literal(literal) => run.extend_from_slice(&literal.0),
            HirKind::Class(class) if letter(class).is_some() => run.extend(letter(class)),
            HirKind::Look(_) | HirKind::Empty => {}
            _ => {
                offer(of_run(&mut run));
                offer(of_hir(part).unwrap_or_default());
            }
        }
    }
    offer(of_run(&mut run));
    best
}

/// What can be looked for of a run of bytes, which is over.
fn of_run(run: &mut Vec<u8>) -> Vec<String> {
    let text = String::from_utf8_lossy(run).into_owned();
    run.clear();
    of_text(&text).into_iter().collect()
}

/// The ASCII letter that a class takes in both cases, and perhaps in a foreign one, and no other.
fn letter(class: &Class) -> Option<u8> {
    let Class::Unicode(class) = class else { return None };
    let letters: Vec<char> = class.iter().flat_map(|range| range.start()..=range.end()).take(4).collect();
    let (&[upper, lower], foreign) = letters.split_first_chunk()?;
    let both = lower.is_ascii_lowercase() && upper == lower.to_ascii_uppercase();
    (both && foreign.iter().all(|c| matches!(c, '\u{212a}' | '\u{17f}'))).then_some(lower as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_match_holds_is_found() {
        for (source, texts) in [
            ("timeout", "timeout"),
            ("^time.*out$", "time"),
            ("(?i)TimeOut", "timeout"),
            ("GET /cart", "cart"),
            ("(gone|lost)( again)?", "gone|lost"),
            ("(gone|lost) again", " again"),
            ("x(gone|.*)", ""),
            ("a+bc", "bc"),
            ("(ab)+", "ab"),
            ("(ab)*", ""),
            (r"\d+ms", "ms"),
            (r"(?-u)\xff\xfeab", "ab"),
            ("über", "über"),
            ("Übel", "bel"),
            ("straße", "straße"),
            ("a|b|", ""),
            ("", ""),
        ] {
            assert_eq!(of_regex(source).unwrap_or_default().join("|"), texts, "{source}");
        }
    }
}

use proptest::prelude::*;

use super::*;

fn compared(one: &str, other: &str) -> Option<Ordering> {
    Amount::read(one).unwrap().compare(&Amount::read(other).unwrap(), None)
}

fn measured(text: &str) -> Option<(Kind, f64)> {
    match Amount::read(text)? {
        Amount::Measured(kind, value) => Some((kind, value)),
        Amount::Plain(number) => panic!("{number:?} has no unit"),
    }
}

#[test]
fn units_are_read() {
    assert_eq!(measured("250ms"), Some((Kind::Duration, 250e6)));
    assert_eq!(measured("1h30m"), Some((Kind::Duration, 5400e9)));
    assert_eq!(measured("-1m30s"), Some((Kind::Duration, -90e9)));
    assert_eq!(measured("1.5 s"), Some((Kind::Duration, 1.5e9)));
    assert_eq!(measured("3µs"), Some((Kind::Duration, 3e3)));
    assert_eq!(measured("10k"), Some((Kind::Size, 10_000.0)));
    assert_eq!(measured("10M"), Some((Kind::Size, 10e6)));
    assert_eq!(measured("10m"), Some((Kind::Duration, 600e9)));
    assert_eq!(measured("4MiB"), Some((Kind::Size, 4_194_304.0)));
    assert_eq!(measured("1.5GB"), Some((Kind::Size, 1.5e9)));
    assert_eq!(measured("1e3kB"), Some((Kind::Size, 1e6)));
}

#[test]
fn what_is_no_amount_is_none() {
    let long = "1".repeat(LONGEST + 1);
    for text in [
        "", "-", ".", "1.", "x", "1x", "1,000", "1h30", "1h-30m", "1k1k", "1h 30m", "0x10", "1e", "nan",
        "inf", "٣", &long,
    ] {
        assert!(Amount::read(text).is_none(), "{text}");
    }
}

#[test]
fn plain_numbers_are_compared_exactly() {
    let less = Some(Ordering::Less);
    assert_eq!(compared("12345678901234567890", "12345678901234567891"), less);
    assert_eq!(compared("-0", "0.0"), Some(Ordering::Equal));
    assert_eq!(compared("0500.00", "+5e2"), Some(Ordering::Equal));
    assert_eq!(compared("0.001", "1e-3"), Some(Ordering::Equal));
    assert_eq!(compared("-2", "-1"), less);
    assert_eq!(compared("0.09", "0.1"), less);
    assert_eq!(compared("1e99999999999999999999", "1e-99999999999999999999"), Some(Ordering::Greater));
}

#[test]
fn a_number_without_a_unit_takes_that_of_the_field() {
    let compare = |one: &str, other: &str, name: &str| {
        Amount::read(one).unwrap().compare(&Amount::read(other).unwrap(), unit_of_name(name))
    };
    assert_eq!(compare("250", "250ms", "elapsed_ms"), Some(Ordering::Equal));
    assert_eq!(compare("250", "250ms", "elapsedMs"), Some(Ordering::Equal));
    assert_eq!(compare("0.25", "250ms", "elapsed"), Some(Ordering::Equal));
    assert_eq!(compare("10000", "10k", "size"), Some(Ordering::Equal));
    assert_eq!(compare("10", "10KiB", "size_kib"), Some(Ordering::Equal));
    assert_eq!(compare("10s", "10k", "size"), None);
    assert_eq!(compare("300", "250", "elapsed_ms"), Some(Ordering::Greater));
    assert_eq!(unit_of_name("items"), None);
    assert_eq!(unit_of_name("HTTP"), None);
}

#[test]
fn digits_stand_in_every_spelling() {
    for (text, digits) in
        [("500", "500"), ("-0500.0", "500"), ("0.50", ".5"), ("010.250", "10.25"), ("0", "0"), (".0", "0")]
    {
        let Some(Amount::Plain(number)) = Amount::read(text) else { panic!("{text}") };
        assert_eq!(number.digits(), digits, "{text}");
    }
}

fn number() -> impl Strategy<Value = String> {
    ("[-+]?", "[0-9]{1,6}", "(\\.[0-9]{1,4})?", "([eE][-+]?[0-3])?").prop_map(|(a, b, c, d)| a + &b + &c + &d)
}

/// The number in millions of a millionth: exact for what [`number`] makes.
fn naive(text: &str) -> i128 {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let value: i128 = format!("{whole}{part}").parse().unwrap();
    let power = 12 - part.len() as i32 + exponent.parse::<i32>().unwrap();
    value * 10i128.pow(power as u32)
}

proptest! {
    #[test]
    fn any_two_numbers_compare_as_they_should(one in number(), other in number()) {
        prop_assert_eq!(compared(&one, &other), Some(naive(&one).cmp(&naive(&other))));
    }

    #[test]
    fn no_text_is_too_odd(text in ".{0,20}", other in "[0-9.eE+\\-kmsMiB ]{0,12}") {
        for text in [text, other] {
            if let Some(amount) = Amount::read(&text) {
                prop_assert!(amount.compare(&amount, None).is_none_or(|order| order == Ordering::Equal));
            }
        }
    }
}

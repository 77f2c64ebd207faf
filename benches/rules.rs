//! What highlight rules cost on the lines of a screen, few of them and many, beside the budget.
//!
//! `cargo bench --bench rules` runs it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tailpane::core::highlight::{Bound, Choice, Outline, Rule, Rules, When, merge, read};

const TIMES: usize = 400;
const LINES: usize = 50;
/// 500 rules may cost so many times what 5 cost.
const BUDGET: f64 = 1.5;

/// Kinds of patterns people write; `N` makes each another one.
const KINDS: [(&str, &[&str]); 9] = [
    ("words", &["timeout-N", "user=N", "code_N", "order N failed", "(?:refused|lost) by host-N"]),
    ("words and numbers", &[r"service-N took (\d+)ms", r"\berr-N\b.*line \d+", r"id=[0-9a-f]+-N", r"N: \w+"]),
    ("one word in every line", &[r"GET /api/orders/N7\d\b", r"INFO .* worker-N ", r"INFO +\[N\d\d\]"]),
    ("no words", &[r"\b\d{3}:N\b", r"[A-Z]{3}:\d:N", r"^\S+ \S+ N\d", r"#[0-9a-f]{4}:N"]),
    ("no text at all", &[r"\b[A-M]\d{1,N}\W{2}", r"[xyz]{2,N}\d$", r"^\d{3}\s[^a]{1,N}"]),
    ("thresholds of one number", &[r"(\d+)ms\b"]),
    ("thresholds of one number, one of them chosen", &[r"(\d+)ms\b"]),
    ("lines by bands of one number", &[r"(\d+)ms\b"]),
    ("one that comes near in many lines", &[r"in N\d*ms for .*trace=N", r"waited N\d*ms for .*retry N of"]),
];

fn main() {
    let lines: Vec<String> = (0..LINES).map(line).collect();
    let bytes: usize = lines.iter().map(String::len).sum();
    println!("{LINES} lines of {} bytes on average, best of {TIMES}", bytes / LINES);
    let plain = best(|| lines.iter().for_each(|line| drop(black_box(read(line)))));
    println!("  recognised without rules: {plain:.1?}");
    for (what, kinds) in KINDS {
        let [few, many] = [5, 500].map(|count| {
            let sources: Vec<String> = (0..count)
                .map(|n| kinds[n % kinds.len()].replace('N', &number(what, n).to_string()))
                .collect();
            let begun = Instant::now();
            let numbered = sources.iter().enumerate();
            let rules = Rules::new(numbered.map(|(n, source)| rule(what, n, count, source)).collect());
            let made = begun.elapsed();
            let choice = match what {
                "thresholds of one number, one of them chosen" => {
                    Choice::Some((0..count).map(|n| n == 0).collect())
                }
                _ => Choice::All,
            };
            let begun = Instant::now();
            let found: usize = lines.iter().map(|line| rules.marks(line, &choice).spans.len()).sum();
            let first = begun.elapsed();
            let alone = best(|| lines.iter().for_each(|line| drop(black_box(rules.marks(line, &choice)))));
            let all = best(|| {
                for line in &lines {
                    let (known, _) = read(line);
                    let marks = rules.marks(line, &choice);
                    drop(black_box(merge(&[&known, &marks.spans])));
                }
            });
            println!(
                "  {count} rules, {what}: read in {made:.1?}, first screen {first:.1?}, then {alone:.1?} \
                 ({found} spans), with what is recognised {all:.1?}"
            );
            (alone, all)
        });
        println!(
            "    500 cost {:.2} times what 5 cost; with what is recognised {:.2} (budget {BUDGET})",
            ratio(many.0, few.0),
            ratio(many.1, few.1)
        );
    }
    long();
}

/// A line of nothing but numbers, and rules for each of a few or of many bands of them.
fn long() {
    let line: String = (0..10_000).map(|n| format!("{}ms ", n * 7919 % 1000)).collect();
    let [few, many] = [5, 500].map(|count| {
        let band = |n| Rule { line: None, ..rule("lines by bands of one number", n, count, r"(\d+)ms\b") };
        let rules = Rules::new((0..count).map(band).collect());
        let took = best(|| drop(black_box(rules.marks(&line, &Choice::All))));
        println!("  {count} bands in a line of 10,000 numbers: {took:.1?}");
        took
    });
    println!("    500 cost {:.2} times what 5 cost", ratio(many, few));
}

fn ratio(many: Duration, few: Duration) -> f64 {
    many.as_secs_f64() / few.as_secs_f64()
}

/// What stands for `N` in a pattern of this kind.
fn number(what: &str, n: usize) -> usize {
    match what {
        // Repetitions that are larger are refused.
        "no text at all" => 3 + n % 60,
        "one that comes near in many lines" => n,
        _ => n * 7919 % 100_003,
    }
}

/// The rule with the number `n` of `count`.
fn rule(what: &str, n: usize, count: usize, source: &str) -> Rule {
    let pattern = Outline::read(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let plain = Rule { pattern, line: None, groups: vec![(0, 0)], when: None, priority: 0 };
    let within = |bounds: &[(Bound, usize)]| {
        let mut when = When::new(1, "ms");
        bounds.iter().for_each(|(bound, limit)| when.add(*bound, &limit.to_string()));
        Some(when)
    };
    match what {
        "thresholds of one number" | "thresholds of one number, one of them chosen" => {
            Rule { when: within(&[(Bound::Above, n * 2)]), ..plain }
        }
        "lines by bands of one number" => {
            let band = [(Bound::AtLeast, n * 1000 / count), (Bound::Below, (n + 1) * 1000 / count)];
            Rule { when: within(&band), line: Some(n as u16), ..plain }
        }
        _ => plain,
    }
}

fn best(mut run: impl FnMut()) -> Duration {
    let mut once = || {
        let begun = Instant::now();
        run();
        begun.elapsed()
    };
    (0..TIMES).map(|_| once()).min().unwrap_or_default()
}

/// A line as programs write it; now and then one that a rule looks for.
fn line(n: usize) -> String {
    let (second, millis) = (n % 60, n * 37 % 1000);
    match n % 4 {
        0 => format!(
            "2026-11-21 07:25:{second:02}.{millis:03} INFO  [http-{n}] org.example.orders.Api - GET /api/orders/{n}?page=2 \
             answered 200 in {millis}ms for 203.0.113.{second}:443, cache hit=true size=1.2kB trace=a1b2c3d4e5f60718"
        ),
        1 => {
            format!("2026-11-21T07:25:{second:02}Z WARN timeout-{} of user={} after {millis}ms", n * 7919, n)
        }
        2 => format!(
            "{{\"ts\":\"2026-11-21T07:25:{second:02}.{millis:03}Z\",\"level\":\"error\",\"msg\":\"no space left\",\
             \"path\":\"/var/lib/x/{n}\",\"free\":0,\"took\":1.25,\"id\":\"550e8400-e29b-41d4-a716-446655440000\"}}"
        ),
        _ => format!(
            "Nov 21 07:25:{second:02} web-{n} app[{millis}]: warning: 18 of 20 connections in use, waited {millis}ms for \
             'orders' at 10.0.0.{second} (retry 3 of 5, 99.5% full, next in 1m30s), see https://example.org/r/{n}"
        ),
    }
}

//! Names with variables in them: `/srv/${env}/app-${date:%Y-%m-%d}.log`. What a name stands for at a time, and when
//! that changes next. Knows no clock and no environment: who asks brings both.

use std::collections::BTreeMap;

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::near::nearest;
use super::text::printable;

/// How many boundaries of days and changes of the clock are looked at for a change: two years of them.
const TRIES: usize = 800;

/// What stands for a part that is no text in [`Template::masked`]: characters that nobody's names have.
const MASK: u32 = 0xF_0000;

/// What names in `${…}` stand for.
pub struct Known<'a> {
    /// The user's own variables.
    pub variables: &'a BTreeMap<String, String>,
    /// The environment.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

/// A name with what is still open in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    Host,
    Date(Date),
}

/// A format of dates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Date {
    format: String,
    /// Seconds of the finest unit it tells apart.
    unit: i64,
}

/// Whether a text has a variable in it, or the sign that there is none: everything else is no template.
pub fn is_template(text: &str) -> bool {
    text.contains("${")
}

/// A name that stands for this text and nothing else.
pub fn escaped(text: &str) -> String {
    text.replace("${", "$${")
}

/// The text that is written like this where no variable may be: `$${` is `${`.
///
/// # Errors
/// Where one begins, in bytes.
pub fn unescaped(text: &str) -> Result<String, usize> {
    let (mut plain, mut done) = (String::new(), 0);
    for (at, _) in text.match_indices("${") {
        let before = text[done..at].strip_suffix('$').ok_or(at)?;
        plain.push_str(before);
        plain.push_str("${");
        done = at + 2;
    }
    Ok(plain + &text[done..])
}

/// A name in which the variables that `known` says are written out, and everything else stays as it is.
pub fn filled(text: &str, known: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        let literal = rest[..at].ends_with('$');
        let end = rest[at..].find('}').filter(|_| !literal).map(|end| at + end);
        let value = end.and_then(|end| known(&rest[at + 2..end]));
        let behind = match (end, &value) {
            (Some(end), Some(_)) => end + 1,
            _ => at + 2,
        };
        filled += if value.is_some() { &rest[..at] } else { &rest[..behind] };
        // What a variable says is text: no variable is looked for in it.
        filled.extend(value.map(|value| escaped(&value)));
        rest = &rest[behind..];
    }
    filled + rest
}

impl Template {
    /// Reads a name. `${NAME}` is a variable, `${env:NAME}` one of the environment, `${host}` the host it is looked for
    /// on, `${date:FORMAT}` the time by strftime; `$${` is `${` itself.
    ///
    /// # Errors
    /// A sentence when something stands for nothing: it says what there is.
    pub fn parse(text: &str, known: &Known) -> Result<Template, String> {
        let mut template = Template { parts: Vec::new() };
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, open) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                template.push(before);
                template.push("${");
                rest = &open[2..];
                continue;
            }
            template.push(before);
            let Some(end) = open.find('}') else {
                return Err("a ${ without its }; $${ stands for ${ itself".to_owned());
            };
            let part = part(&open[2..end], known);
            match part.map_err(|why| format!("{}: {why}", printable(&open[..=end])))? {
                Part::Text(text) => template.push(&text),
                part => template.parts.push(part),
            }
            rest = &open[end + 1..];
        }
        template.push(rest);
        Ok(template)
    }

    /// A name without variables.
    pub fn plain(text: &str) -> Template {
        let mut template = Template { parts: Vec::new() };
        template.push(text);
        template
    }

    fn push(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    /// The name on a host.
    #[must_use]
    pub fn on(self, host: &str) -> Template {
        let mut template = Template { parts: Vec::new() };
        for part in self.parts {
            match part {
                Part::Text(text) => template.push(&text),
                Part::Host => template.push(host),
                date @ Part::Date(_) => template.parts.push(date),
            }
        }
        template
    }

    /// Whether it stands for something else at another time.
    pub fn is_dated(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Date(_)))
    }

    /// Whether it stands for the same all day.
    pub fn is_daily(&self) -> bool {
        self.parts.iter().all(|part| !matches!(part, Part::Date(date) if date.unit < 86_400))
    }

    /// The name as it was written, as far as it is open.
    pub fn written(&self) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Host => "${host}".to_owned(),
            Part::Date(date) => format!("${{date:{}}}", date.format),
        };
        self.parts.iter().map(part).collect()
    }

    /// What it stands for at a time, in the zone of that.
    pub fn at(&self, now: &Zoned) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Host => text.push_str("${host}"),
                // It was tried when it was read.
                Part::Date(date) => text.push_str(&strtime::format(&date.format, now).unwrap_or_default()),
            }
        }
        text
    }

    /// When it stands for something else next, seen from a time in its zone; `None` when that is more than two years
    /// away, or never.
    pub fn next_change(&self, now: &Zoned) -> Option<Timestamp> {
        let unit = self.parts.iter().filter_map(|part| match part {
            Part::Date(date) => Some(date.unit),
            Part::Text(_) | Part::Host => None,
        });
        let (unit, text) = (unit.min()?, self.at(now));
        let mut at = now.clone();
        for _ in 0..TRIES {
            at = next_boundary(&at, unit)?;
            if self.at(&at) != text {
                return Some(at.timestamp());
            }
        }
        None
    }

    /// The name with one character for each part that is open: a name that can be taken apart like any other.
    pub fn masked(&self) -> String {
        let mut text = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Host | Part::Date(_) => text.extend(mask(at)),
            }
        }
        text
    }

    /// What a piece of the masked name stands for.
    #[must_use]
    pub fn unmasked(&self, text: &str) -> Template {
        let mut template = Template { parts: Vec::new() };
        for c in text.chars() {
            let open = self
                .parts
                .iter()
                .enumerate()
                .find(|(at, part)| !matches!(part, Part::Text(_)) && mask(*at) == Some(c));
            match open {
                Some((_, part)) => template.parts.push(part.clone()),
                None => template.push(c.encode_utf8(&mut [0; 4])),
            }
        }
        template
    }
}

fn mask(at: usize) -> Option<char> {
    char::from_u32(MASK + u32::try_from(at).ok()?)
}

/// What stands between the braces.
fn part(name: &str, known: &Known) -> Result<Part, String> {
    let own = |name: &str| known.variables.get(name).cloned();
    match name.split_once(':') {
        Some(("date", format)) => Ok(Part::Date(Date::new(format)?)),
        Some(("env", name)) => (known.environment)(name)
            .map(Part::Text)
            .ok_or_else(|| format!("{} is not set in the environment", printable(name))),
        _ if name == "host" => Ok(Part::Host),
        _ if name == "date" => Err("a format is wanted, for example ${date:%Y-%m-%d}".to_owned()),
        _ => own(name).map(Part::Text).ok_or_else(|| unknown(name, known)),
    }
}

fn unknown(name: &str, known: &Known) -> String {
    let mut names: Vec<&str> = known.variables.keys().map(String::as_str).collect();
    names.push("host");
    let meant = nearest(name, &names).map(|meant| format!("did you mean ${{{meant}}}? "));
    let names: Vec<String> = names.iter().map(|name| format!("${{{name}}}")).collect();
    format!(
        "there is no such variable; {}there are {}, ${{env:NAME}} and ${{date:FORMAT}}",
        meant.unwrap_or_default(),
        names.join(", ")
    )
}

impl Date {
    fn new(format: &str) -> Result<Date, String> {
        let sample = Zoned::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let text = strtime::format(format, &sample)
            .map_err(|error| format!("this is no format for dates: {}", printable(&error.to_string())))?;
        if text.is_empty() || text.contains('\0') {
            return Err("this format says nothing".to_owned());
        }
        let mut unit = 86_400;
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                continue;
            }
            // Flags and widths stand before the letter.
            let letter = chars.find(|c| !"-_0123456789^#:.".contains(*c)).unwrap_or('%');
            unit = unit.min(match letter {
                'f' | 'N' => return Err("files are not dated more finely than by the second".to_owned()),
                'M' | 'R' => 60,
                'H' | 'I' | 'k' | 'l' | 'p' | 'P' => 3600,
                'S' | 's' | 'T' | 'c' | 'r' | 'X' => 1,
                _ => 86_400,
            });
        }
        Ok(Date { format: format.to_owned(), unit })
    }
}

/// The next time at which a unit of so many seconds begins by the clock on the wall, or that clock is set. In between it
/// goes evenly and stays within the unit, so nothing that is no finer changes.
fn next_boundary(at: &Zoned, unit: i64) -> Option<Zoned> {
    let (now, offset) = (at.timestamp(), i64::from(at.offset().seconds()));
    let wall = now.as_second() + offset - i64::from(now.subsec_nanosecond() < 0);
    let next = (wall.div_euclid(unit) + 1) * unit - offset;
    let next = Timestamp::from_second(next).ok()?;
    let zone = at.time_zone();
    let set = zone.following(now).next().map(|transition| transition.timestamp());
    Some(set.filter(|set| *set < next).unwrap_or(next).to_zoned(zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Template, String> {
        let variables = [("env", "prod"), ("name", "web")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let environment = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
        Template::parse(text, &Known { variables: &variables.into(), environment: &environment })
    }

    fn at(text: &str, now: &str) -> String {
        parse(text).unwrap().on("here").at(&now.parse().unwrap())
    }

    const NOON: &str = "2026-11-21T12:00:00+01:00[Europe/Berlin]";

    #[test]
    fn variables_that_are_known_are_written_out_and_all_else_stays() {
        let filled = |text: &str| filled(text, &mut |name| (name == "a").then(|| "x${b}".to_owned()));
        assert_eq!(filled("/${a}/${host}-${date:%F}/$${a}/${b}"), "/x$${b}/${host}-${date:%F}/$${a}/${b}");
        assert_eq!(
            (filled("${a"), filled("é${a}ü"), filled("")),
            ("${a".into(), "éx$${b}ü".into(), "".into())
        );
    }

    #[test]
    fn a_text_is_written_as_none_and_read_again() {
        for text in ["", "${", "$${a}$$${", "é${${}$", "$ {$}"] {
            assert_eq!(unescaped(&escaped(text)).as_deref(), Ok(text));
        }
        assert_eq!((unescaped("é${a}"), unescaped("$${${")), (Err(2), Err(3)));
    }

    #[test]
    fn variables_stand_for_what_is_known() {
        assert_eq!(at("/srv/${env}/${name}.log", NOON), "/srv/prod/web.log");
        assert_eq!(at("${env:HOME}/${host}.log", NOON), "/home/ada/here.log");
        assert_eq!(at("a-${date:%Y-%m-%d}.log", NOON), "a-2026-11-21.log");
        assert_eq!(at("a-${date:%-d.%_m}}", NOON), "a-21.11}");
        assert_eq!(at("$${env} $x ${name}$", NOON), "${env} $x web$");
        assert!(parse("${date:%H}").unwrap().is_dated() && !parse("${host}").unwrap().is_dated());
    }

    #[test]
    fn what_stands_for_nothing_is_said_with_what_there_is() {
        let why = |text: &str| parse(text).unwrap_err();
        assert_eq!(
            why("a/${enw}"),
            "${enw}: there is no such variable; did you mean ${env}? there are ${env}, ${name}, ${host}, \
             ${env:NAME} and ${date:FORMAT}"
        );
        assert_eq!(why("${env:NOPE}"), "${env:NOPE}: NOPE is not set in the environment");
        assert!(why("a${date:%Y").contains("without its }"));
        assert!(
            why("${date:%E}").starts_with("${date:%E}: this is no format for dates"),
            "{}",
            why("${date:%E}")
        );
        assert!(why("${date}").contains("${date:%Y-%m-%d}"));
        assert!(why("${date:%f}").contains("by the second"));
        assert!(why("${date:}").contains("says nothing"));
    }

    #[test]
    fn a_name_can_be_taken_apart_before_it_is_whole() {
        let template = parse("${name}1:/x/${date:%Y:%m}-${host}.log").unwrap();
        let masked = template.masked();
        let (host, path) = masked.split_once(':').unwrap();
        assert_eq!(host, "web1");
        let path = template.unmasked(path).on("web1");
        assert_eq!(path.at(&NOON.parse().unwrap()), "/x/2026:11-web1.log");
    }

    #[test]
    fn a_day_is_as_long_as_the_zone_has_it() {
        let next = |format: &str, now: &str| {
            let now: Zoned = now.parse().unwrap();
            let next = parse(&format!("${{date:{format}}}")).unwrap().next_change(&now);
            next.map(|next| next.to_zoned(now.time_zone().clone()).to_string())
        };
        let day = next("%F", "2026-10-25T00:30:00+02:00[Europe/Berlin]");
        assert_eq!(day.as_deref(), Some("2026-10-26T00:00:00+01:00[Europe/Berlin]"), "25 hours");
        let hour = next("%H", "2026-03-29T01:30:00+01:00[Europe/Berlin]");
        assert_eq!(hour.as_deref(), Some("2026-03-29T03:00:00+02:00[Europe/Berlin]"), "there is no 2:00");
        let month = next("%Y-%m", "2026-01-31T23:59:59.9+00:00[UTC]");
        assert_eq!(month.as_deref(), Some("2026-02-01T00:00:00+00:00[UTC]"));
        let year = next("%Y", "2026-01-01T00:00:00+00:00[UTC]");
        assert_eq!(year.as_deref(), Some("2027-01-01T00:00:00+00:00[UTC]"));
        assert_eq!(next("x", "2026-01-01T00:00:00+00:00[UTC]"), None);
    }

    proptest! {
        #[test]
        fn nothing_changes_until_it_does(
            second in 1_577_836_800i64..1_893_456_000,
            nano in 0i32..1_000_000_000,
            format in prop::sample::select(vec!["%F", "%H", "%Y-%j", "%Y%m", "%F %R", "%T", "%G-%V", "%a%p", "%F%z", "%s"]),
            zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
            part in 0.0f64..1.0,
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let now = Timestamp::new(second, nano).unwrap();
            let template = parse(&format!("${{date:{format}}}")).unwrap();
            let text = |at: Timestamp| template.at(&at.to_zoned(zone.clone()));
            let next = template.next_change(&now.to_zoned(zone.clone())).unwrap();
            prop_assert!(next > now);
            prop_assert_ne!(text(next), text(now));
            let span = next.as_nanosecond() - now.as_nanosecond();
            let between = now.as_nanosecond() + (span as f64 * part) as i128;
            for at in [between.min(next.as_nanosecond() - 1), next.as_nanosecond() - 1] {
                prop_assert_eq!(text(Timestamp::from_nanosecond(at).unwrap()), text(now));
            }
        }
    }
}

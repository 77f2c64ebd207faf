//! Which sources a path means that somebody wrote, by their full names and as far as names alone tell. What is known of
//! its variables is written out before; those that are left (dates above all) may be anything that has no slash.

use regex::Regex;

use super::pattern::replaced;
use crate::core::host::{HostPattern, Named};

/// Characters that nobody's names have: one stands for the hosts of a name, those from the other on for what is open.
const HOSTS: char = '\u{10_FFFD}';
const OPEN: u32 = 0xF_0000;
/// Part of the name of a host, and of a file.
const OF_HOST: &str = "[^/:@]";
const OF_FILE: &str = "[^/]";
/// What stands between a `%` and its letter in a format of dates.
const FLAGS: &str = "-_0123456789^#:.";

/// The names that are meant.
#[derive(Clone, Debug)]
pub enum Meant {
    /// This one and nothing below it.
    Only(String),
    /// This one, and all below it: it may be a folder.
    Name(String),
    /// Those of a form.
    Like(Regex),
}

impl Meant {
    /// By a path as it is opened.
    pub fn by(typed: &str) -> Meant {
        if typed == "-" {
            return Meant::Only("stdin".to_owned());
        }
        let mut open = Vec::new();
        let masked = replaced(typed, &mut |name| {
            open.push(standing_for(name));
            u32::try_from(open.len() - 1).ok().and_then(|n| char::from_u32(OPEN + n)).map(String::from)
        });
        let named = Named::parse(masked.as_bytes()).ok().flatten();
        let hosts = named.as_ref().filter(|named| named.hosts.single().is_none()).map(|named| &named.hosts);
        let name = match (&named, hosts) {
            (Some(named), Some(hosts)) => {
                let hosts = HostPattern { hosts: HOSTS.to_string(), ..hosts.clone() };
                Named { hosts, path: named.path.clone() }.to_string()
            }
            (Some(named), None) => named.to_string(),
            (None, _) => masked,
        };
        let name = name.trim_end_matches('/');
        if open.is_empty() && hosts.is_none() && !name.contains(['*', '?', '[']) {
            return Meant::Name(name.to_owned());
        }
        let form = Form { open: &open, hosts }.of(name);
        match Regex::new(&format!("(?s)^(?:{form})(?:/.*)?$")) {
            Ok(form) => Meant::Like(form),
            // It is longer than names can be.
            Err(_) => Meant::Name(name.to_owned()),
        }
    }

    /// Whether a source of this full name is meant.
    #[cfg(test)]
    pub fn means(&self, source: &str) -> bool {
        match self {
            Meant::Only(name) => name == source,
            Meant::Name(name) => source
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Meant::Like(form) => form.is_match(source),
        }
    }
}

/// What a form is written by.
struct Form<'a> {
    /// What variables can stand for, each an expression.
    open: &'a [String],
    /// The hosts, where they are several.
    hosts: Option<&'a HostPattern>,
}

impl Form<'_> {
    /// The expression for a name with globs, as a shell reads them.
    fn of(&self, name: &str) -> String {
        let chars: Vec<char> = name.chars().collect();
        let (mut form, mut at) = (String::new(), 0);
        while let Some(c) = chars.get(at) {
            let begins = at == 0 || chars[at - 1] == '/';
            let (part, taken) = match &chars[at..] {
                ['*', '*', '/', ..] if begins => ("(?:.*/)?".to_owned(), 3),
                ['*', '*', ..] => (".*".to_owned(), 2),
                ['*', ..] => (format!("{OF_FILE}*"), 1),
                ['?', ..] => (OF_FILE.to_owned(), 1),
                ['[', ..] => set(&chars[at..]).unwrap_or_else(|| ("\\[".to_owned(), 1)),
                _ => (self.character(*c), 1),
            };
            form += &part;
            at += taken;
        }
        form
    }

    fn character(&self, c: char) -> String {
        let open = u32::from(c).checked_sub(OPEN).and_then(|n| self.open.get(usize::try_from(n).ok()?));
        match (c, self.hosts) {
            (HOSTS, Some(hosts)) => of_hosts(hosts),
            _ => open.cloned().unwrap_or_else(|| regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
}

/// The expression for hosts: of a group nothing is known but that it has some, and that they may have users.
fn of_hosts(hosts: &HostPattern) -> String {
    let alternatives = hosts.alternatives().unwrap_or_default();
    let one = |host: &String| match host.starts_with('@') {
        true => format!("(?:{OF_HOST}+@)?{OF_HOST}+"),
        false => host.chars().map(of_host).collect(),
    };
    format!("(?:{})", alternatives.iter().map(one).collect::<Vec<_>>().join("|"))
}

fn of_host(c: char) -> String {
    match c {
        '*' => format!("{OF_HOST}*"),
        '?' => OF_HOST.to_owned(),
        c => regex::escape(c.encode_utf8(&mut [0; 4])),
    }
}

/// The expression for the set `[…]` with which a pattern begins, and how many of its characters that is.
fn set(pattern: &[char]) -> Option<(String, usize)> {
    let others = pattern.get(1) == Some(&'!');
    let begin = 1 + usize::from(others);
    // A `]` right behind the opening one is a character of the set.
    let end = begin + 1 + pattern.get(begin + 1..)?.iter().position(|c| *c == ']')?;
    let mut within = &pattern[begin..end];
    let code = |c: &char| format!("\\x{{{:x}}}", u32::from(*c));
    let mut set = String::new();
    while let Some((first, rest)) = within.split_first() {
        within = rest;
        match rest {
            ['-', last, behind @ ..] => {
                within = behind;
                if first <= last {
                    set += &format!("{}-{}", code(first), code(last));
                }
            }
            _ => set += &code(first),
        }
    }
    let set = match (set.is_empty(), others) {
        (_, true) => format!("[^/{set}]"),
        (true, false) => return None,
        (false, false) => format!("[{set}]"),
    };
    Some((set, end + 1))
}

/// The expression for what a variable can stand for of which nothing else is known.
fn standing_for(name: &str) -> String {
    match name.strip_prefix("date:") {
        Some(format) => printed(format),
        None => format!("{OF_FILE}+"),
    }
}

/// The expression for what a format of dates can print.
fn printed(format: &str) -> String {
    let mut printed = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            printed += &regex::escape(c.encode_utf8(&mut [0; 4]));
            continue;
        }
        let letter = chars.find(|c| !FLAGS.contains(*c)).unwrap_or('%');
        printed += match letter {
            '%' => "%",
            'n' | 't' => "\\s",
            'F' => "[0-9]+-[0-9]+-[0-9]+",
            'T' => "[0-9]+:[0-9]+:[0-9]+",
            'R' => "[0-9]+:[0-9]+",
            'D' => "[0-9]+/[0-9]+/[0-9]+",
            // The name of a zone.
            'Q' => "[^/]+(?:/[^/]+)*",
            'Y' | 'C' | 'y' | 'G' | 'g' | 'm' | 'd' | 'e' | 'H' | 'k' | 'I' | 'l' | 'M' | 'S' | 's' | 'j'
            | 'u' | 'w' | 'U' | 'V' | 'W' => "[ 0-9]+",
            _ => "[^/]+",
        };
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_means_itself_and_a_pattern_what_it_says() {
        let yes = [
            ("/var/log/a.log", "/var/log/a.log"),
            ("/var/log/*.log", "/var/log/b.log"),
            ("/var/log/[ab].log", "/var/log/b.log"),
            ("/x/[äö].log", "/x/ö.log"),
            ("/x/[!a-cä].log", "/x/ö.log"),
            ("/x/[]a].log", "/x/].log"),
            ("/x/[a.log", "/x/[a.log"),
            ("/x/a(1).log", "/x/a(1).log"),
            ("/var/log/", "/var/log/b.log"),
            ("/var/log", "/var/log/x/b.log"),
            ("/var/*", "/var/log/x/b.log"),
            ("/var/**/b.log", "/var/log/x/b.log"),
            ("/var/**/b.log", "/var/b.log"),
            ("/srv/app-${date:%Y-%m-%d}.log", "/srv/app-2026-11-21.log"),
            ("/srv/${date:%Y/%m}/a.log", "/srv/2026/11/a.log"),
            ("/srv/${env:NOT_SET}/a.log", "/srv/web/a.log"),
            ("@web:/x/a.log", "ada@web1:/x/a.log"),
            ("ada@{web,db}1:~/y", "ada@db1:y"),
            ("{web,db}1:~/y", "db1:y"),
            ("web*:/y", "web1:/y"),
            ("web1:/x/*.log", "web1:/x/a.log"),
            ("web1:/x/${host}.log", "web1:/x/web1.log"),
            ("ssh://web1/x/a.log", "web1:/x/a.log"),
            ("ssh://{web,db}1:2222/x", "ssh://db1:2222/x"),
            ("-", "stdin"),
            ("a$${b}", "a${b}"),
        ];
        for (typed, source) in yes {
            assert!(Meant::by(typed).means(source), "{typed} {source}");
        }
        let no = [
            ("/var/log/a.log", "/var/log/b.log"),
            ("/var/log/*.log", "/var/log/x/b.log"),
            ("/var/log/[ab].log", "/var/log/c.log"),
            ("/x/[!a-cä].log", "/x/b.log"),
            ("/srv/${date:%Y}/app.log", "/srv/web/app.log"),
            ("/srv/${date:%Y}.log", "/srv/2026/11.log"),
            ("${env:NOT_SET}/app.log", "/tmp/x/srv/app.log"),
            ("web1:/x", "web2:/x"),
            ("{web,db}1:/x", "api1:/x"),
            ("web?:/x", "web12:/x"),
            ("@web:/x", "/x"),
            ("a$${b}", "axb"),
            ("~/a.log", "/tmp/a.log"),
            ("-", "stdin/a"),
        ];
        for (typed, source) in no {
            assert!(!Meant::by(typed).means(source), "{typed} {source}");
        }
    }

    #[test]
    fn what_dates_print_is_what_is_expected_of_them() {
        let letters = "aAbBcCdDeFgGhHIjklmMnpPQrRsStTuUVwWxXyYzZ%";
        for at in ["2026-11-21T12:00:00+01:00[Europe/Berlin]", "2026-01-03T03:04:05-03:30[America/St_Johns]"]
        {
            let at: jiff::Zoned = at.parse().unwrap();
            for format in letters.chars().flat_map(|c| [format!("%{c}"), format!("%-{c}"), format!("%_{c}")])
            {
                let Ok(text) = jiff::fmt::strtime::format(&format, &at) else { continue };
                let form = Regex::new(&format!("^(?:{})$", printed(&format))).unwrap();
                assert!(form.is_match(&text), "{format} {text:?} {form}");
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_is_too_odd(typed in "[-a/*?!ä:@{},$~.\\[\\]%]{0,12}", source in "[a/ä:@]{0,6}") {
            Meant::by(&typed).means(&source);
            // What has no sign in it means its own name.
            if !typed.contains(['*', '?', '[', '$', ':', '/', '-']) && !typed.is_empty() {
                prop_assert!(Meant::by(&typed).means(&typed), "{}", typed);
            }
        }
    }
}

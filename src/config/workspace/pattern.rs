//! Which sources a path stands for that somebody wrote, as far as that can be told from names alone: variables and
//! globs in it stand for anything.

use crate::core::glob;

/// A relative path of this machine as one from a folder; every other path is what it is.
pub fn within(folder: &str, written: &str) -> String {
    let absolute = written.starts_with(['/', '~', '$']) || written == "-";
    if folder.is_empty() || absolute || is_remote(written) {
        return written.to_owned();
    }
    let written = written.strip_prefix("./").unwrap_or(written);
    match (written, folder.trim_end_matches('/')) {
        ("" | ".", "") => "/".to_owned(),
        ("" | ".", folder) => folder.to_owned(),
        (written, folder) => format!("{folder}/{written}"),
    }
}

/// Whether there is a host in front: `host:path` without a slash before the colon, or `ssh://`.
fn is_remote(written: &str) -> bool {
    let before = written.split('/').next().unwrap_or(written);
    // Within `${date:%F}` a colon is no end of a host's name.
    let plain = without_variables(before);
    plain.contains(':')
}

/// Whether a path may stand for several files, or for another one tomorrow.
pub fn is_pattern(written: &str) -> bool {
    is_several(written) || written.contains("${")
}

/// Whether a path may stand for several files at once: variables in it stand for one text each.
pub fn is_several(written: &str) -> bool {
    let plain = replaced(written, "_");
    let host = plain.split_once(':').map_or("", |(host, _)| host);
    plain.contains(['*', '?', '[']) || plain.ends_with('/') || host.contains('{') || host.starts_with('@')
}

/// Whether the full name of a source is one of those a path stands for.
pub fn fits(written: &str, source: &str) -> bool {
    if written == "-" {
        return source == "stdin";
    }
    matches(&pattern(written), source)
}

/// Whether the full name of a source is one that a pattern stands for, or below that.
pub fn matches(pattern: &str, source: &str) -> bool {
    glob::matches(pattern, source) || glob::matches(&format!("{}/*", pattern.trim_end_matches('/')), source)
}

/// A pattern in which variables, sets of characters and lists of hosts are stars.
pub fn pattern(written: &str) -> String {
    let mut pattern = without_variables(written);
    if let Some(home) = pattern.strip_prefix("~/").or_else(|| pattern.strip_prefix("$HOME/")) {
        pattern = format!("*/{home}");
    }
    while let Some((start, end)) = brackets(&pattern) {
        pattern.replace_range(start..=end, "?");
    }
    match pattern.split_once(':') {
        Some((host, path)) if !host.contains('/') => {
            let several = host.starts_with('@') || host.contains(['{', '*', '?']);
            let host = if several { "*" } else { host };
            format!("{host}:{}", path.strip_prefix("~/").unwrap_or(path))
        }
        _ => pattern,
    }
}

/// The first `[…]` in a pattern.
fn brackets(pattern: &str) -> Option<(usize, usize)> {
    let start = pattern.find('[')?;
    // A `]` right behind the opening one is a character of the set.
    let end = pattern.get(start + 2..)?.find(']')? + start + 2;
    Some((start, end))
}

/// The text with a star for every `${…}`.
fn without_variables(written: &str) -> String {
    replaced(written, "*")
}

/// The text with another one for every `${…}`; `$${` is `${` itself.
fn replaced(written: &str, by: &str) -> String {
    let (mut plain, mut rest) = (String::new(), written);
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            plain.push_str(&rest[..at]);
            plain.push('{');
            rest = &rest[at + 2..];
            continue;
        }
        plain.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            plain.push_str(&rest[at..]);
            return plain;
        };
        plain.push_str(by);
        rest = &rest[at + end + 1..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_for_itself_and_a_pattern_for_what_it_says() {
        let yes = [
            ("/var/log/a.log", "/var/log/a.log"),
            ("/var/log/*.log", "/var/log/b.log"),
            ("/var/log/[ab].log", "/var/log/b.log"),
            ("/var/log/", "/var/log/b.log"),
            ("/var/log", "/var/log/x/b.log"),
            ("~/a.log", "/home/ada/a.log"),
            ("${logs}/app-${date:%Y-%m-%d}.log", "/srv/app-2026-11-21.log"),
            ("@web:/x/a.log", "ada@web1:/x/a.log"),
            ("{web,db}1:~/y", "db1:y"),
            ("web1:/x/*.log", "web1:/x/a.log"),
            ("-", "stdin"),
        ];
        for (written, source) in yes {
            assert!(fits(written, source), "{written} {source}");
        }
        for (written, source) in
            [("/var/log/a.log", "/var/log/b.log"), ("web1:/x", "web2:/x"), ("a$${b}", "axb")]
        {
            assert!(!fits(written, source), "{written} {source}");
        }
        assert!(fits("a$${b}", "a${b}"));
    }

    #[test]
    fn a_path_with_variables_is_one_source_and_a_glob_are_several() {
        for written in ["/a.log", "${x}/a-${date:%Y}.log", "ada@web1:/a.log", "web1:/${x}", "a$${b}", "-"] {
            assert!(!is_several(written), "{written}");
        }
        for written in ["/a/*.log", "/a/", "{a,b}:/x", "@web:/x", "web?:/x", "${x}/[ab].log"] {
            assert!(is_several(written), "{written}");
        }
    }

    #[test]
    fn relative_paths_are_meant_from_the_folder() {
        let from = |written: &str| within("/etc/shop/", written);
        assert_eq!(from("logs/a.log"), "/etc/shop/logs/a.log");
        assert_eq!(from("./a.log"), "/etc/shop/a.log");
        assert_eq!((from("."), from("./")), ("/etc/shop".into(), "/etc/shop".into()));
        assert_eq!(from("a-${date:%F}.log"), "/etc/shop/a-${date:%F}.log");
        for written in ["/a", "~/a", "web1:a", "ssh://web1/a", "-", "${logs}/a"] {
            assert_eq!(from(written), written);
        }
        assert_eq!(within("", "a"), "a");
    }
}

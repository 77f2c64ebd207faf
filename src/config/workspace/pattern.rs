//! What can be told of a path that somebody wrote from its signs alone: whether it is relative, on another host, one file or
//! several.

use crate::core::host::Named;

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
pub(super) fn is_remote(written: &str) -> bool {
    let before = written.split('/').next().unwrap_or(written);
    // Within `${date:%F}` a colon is no end of a host's name.
    replaced(before, &mut |_| None).contains(':')
}

/// Whether a path may stand for several files, or for another one tomorrow.
pub fn is_pattern(written: &str) -> bool {
    is_several(written) || written.contains("${")
}

/// Whether a path may stand for several files at once: variables in it stand for one text each.
pub fn is_several(written: &str) -> bool {
    let plain = replaced(written, &mut |_| Some("_".to_owned()));
    let several = |path: &[u8]| path.iter().any(|byte| b"*?[".contains(byte)) || path.ends_with(b"/");
    match Named::parse(plain.as_bytes()) {
        Ok(Some(named)) => named.hosts.single().is_none() || several(&named.path),
        Ok(None) | Err(_) => several(plain.as_bytes()),
    }
}

/// The text with another one, or none, for what `${…}` has between its braces; `$${` is `${` itself.
pub(super) fn replaced(written: &str, by: &mut dyn FnMut(&str) -> Option<String>) -> String {
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
        plain.extend(by(&rest[at + 2..at + end]));
        rest = &rest[at + end + 1..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_variables_is_one_source_and_a_glob_are_several() {
        for written in [
            "/a.log",
            "${x}/a-${date:%Y}.log",
            "ada@web1:/a.log",
            "web1:/${x}",
            "a$${b}",
            "-",
            "ssh://ada@web1:2222/a.log",
            "[::1]:/a.log",
        ] {
            assert!(!is_several(written), "{written}");
        }
        for written in [
            "/a/*.log",
            "/a/",
            "{a,b}:/x",
            "@web:/x",
            "web?:/x",
            "${x}/[ab].log",
            "web1:/a*",
            "ssh://web1:2222/a*",
            "ssh://web1/a/",
            "ssh://@web/a.log",
            "ssh://web1/a%2A",
        ] {
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

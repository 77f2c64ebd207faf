//! Short names for sources that are shown side by side: as much of each as tells it from the others.

mod crowd;

pub use crowd::Crowd;

/// What a source is called in full: the host it is on, if it is on another, and its path there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    /// The host as the user named it; `None` for what is here.
    pub host: Option<&'a str>,
    /// The path.
    pub path: &'a str,
    /// It is no path, and has no shorter form: a command.
    pub whole: bool,
}

impl<'a> Name<'a> {
    /// Takes a full name apart, `web1:/var/log/app.log` or `ssh://web1:22/var/log/app.log`, when the host is known.
    pub fn new(full: &'a str, host: Option<&'a str>) -> Name<'a> {
        let path = host.and_then(|host| {
            let plain = full.strip_prefix(host).and_then(|rest| rest.strip_prefix(':'));
            plain.or_else(|| full.strip_prefix("ssh://")?.strip_prefix(host))
        });
        Name { host, path: path.unwrap_or(full), whole: false }
    }

    /// What is no path.
    pub fn whole(name: &'a str) -> Name<'a> {
        Name { host: None, path: name, whole: true }
    }

    /// The path's last components from the end on.
    fn parts(self) -> impl Iterator<Item = &'a str> {
        let root = (!self.whole && self.path.starts_with('/')).then_some("");
        let path = Some(self.path).filter(|_| !self.whole).into_iter().flat_map(|path| path.rsplit('/'));
        let whole = Some(self.path).filter(|_| self.whole);
        whole.into_iter().chain(path.filter(|part| !part.is_empty() && *part != ".")).chain(root)
    }

    fn shares(self, other: Name, parts: usize) -> bool {
        self.parts().take(parts).eq(other.parts().take(parts))
    }
}

/// The shortest name of `own` that none of the `others` has: the file's name, the host in front when a file of that
/// name is on another host too, and as many folders as it takes. What is called the same in full gets the same name.
pub fn shortest<'a>(own: Name, others: impl Iterator<Item = Name<'a>> + Clone) -> String {
    let others = others.filter(|other| *other != own);
    let several = others.clone().any(|other| other.host != own.host && own.shares(other, 1));
    // Once the host is shown, only its own files can be mistaken for it.
    let rivals = others.clone().filter(|other| !several || other.host == own.host);
    let rival = |n: usize| rivals.clone().any(|other| own.shares(other, n));
    let is_host =
        |name: &str| others.clone().any(|other| other.host.is_some_and(|host| begins_with_host(name, host)));
    short(own, several, rival, is_host)
}

/// The shortest name of `own`: with its host where `several` hosts have files that are called so, with as many parts as it
/// takes until no `rival` ends in as many, in full where it would begin like that of a host's file.
fn short(own: Name, several: bool, rival: impl Fn(usize) -> bool, is_host: impl Fn(&str) -> bool) -> String {
    let parts: Vec<&str> = own.parts().collect();
    let short = match (1..parts.len()).find(|n| !rival(*n)) {
        Some(n) => parts[..n].iter().rev().copied().collect::<Vec<_>>().join("/"),
        // A file in a folder without a name, `app.log`, needs no more either, unless another ends like it.
        None if parts.len() == 1 && !parts[0].is_empty() && !rival(1) => parts[0].to_owned(),
        None => own.path.to_owned(),
    };
    match own.host.filter(|_| several) {
        Some(host) => format!("{host}:{short}"),
        // A file here that is called like one elsewhere: `./web1:app.log`.
        None if is_host(&short) => own.path.to_owned(),
        None => short,
    }
}

/// The name of `own` with its host in front and as many folders as tell it from the `others` on that host. Unlike the
/// shortest name it stays right when files of other hosts come later; what is here has no host and its shortest name.
pub fn with_host<'a>(own: Name, others: impl Iterator<Item = Name<'a>> + Clone) -> String {
    match own.host {
        Some(host) => format!("{host}:{}", shortest(own, others.filter(|other| other.host == own.host))),
        None => shortest(own, others),
    }
}

/// What a source is called that was called `label` for `own`, now that its name in full is `now`: as much of it as
/// before.
pub fn renamed(label: &str, own: Name, now: Name) -> String {
    let host = own.host.filter(|host| begins_with_host(label, host));
    let short = host.map_or(label, |host| &label[host.len() + 1..]);
    let short = match short == own.path {
        true => now.path.to_owned(),
        false => {
            let mut parts: Vec<&str> = now.parts().take(short.split('/').count()).collect();
            parts.reverse();
            parts.join("/")
        }
    };
    host.map_or(short.clone(), |host| format!("{host}:{short}"))
}

fn begins_with_host(name: &str, host: &str) -> bool {
    name.strip_prefix(host).is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(names: &[(&str, &str)]) -> Vec<String> {
        let names: Vec<Name> = names
            .iter()
            .map(|(host, path)| Name {
                host: Some(*host).filter(|host| !host.is_empty()),
                path,
                whole: false,
            })
            .collect();
        let crowd = Crowd::new(names.iter().copied());
        let short = |name: &Name| {
            let short = shortest(*name, names.iter().copied());
            assert_eq!(crowd.shortest(*name), short, "{name:?} of {names:?}");
            short
        };
        names.iter().map(short).collect()
    }

    proptest! {
        #[test]
        fn a_crowd_names_its_own_as_each_is_named_by_itself(
            names in proptest::collection::vec(("(|a|b|::1)", "/?[ab.](/[ab]?){0,3}|a:[ab]|[ab]:1:b"), 1..8),
            whole in proptest::collection::vec(any::<bool>(), 8),
        ) {
            let name = |((host, path), whole): (&'_ (String, String), &bool)| -> Name<'static> {
                let leak = |text: &str| -> &'static str { text.to_owned().leak() };
                match *whole && host.is_empty() {
                    true => Name::whole(leak(path)),
                    false => Name { host: Some(leak(host)).filter(|host| !host.is_empty()), path: leak(path), whole: false },
                }
            };
            let names: Vec<Name> = names.iter().zip(&whole).map(name).collect();
            let crowd = Crowd::new(names.iter().copied());
            for name in &names {
                prop_assert_eq!(crowd.shortest(*name), shortest(*name, names.iter().copied()), "{:?}", names);
            }
        }
    }

    fn local(paths: &[&str]) -> Vec<String> {
        labels(&paths.iter().map(|path| ("", *path)).collect::<Vec<_>>())
    }

    #[test]
    fn as_much_as_tells_them_apart() {
        assert_eq!(local(&["/var/log/app.log", "/var/log/web.log"]), ["app.log", "web.log"]);
        assert_eq!(local(&["/srv/a/app.log", "/srv/b/app.log", "x"]), ["a/app.log", "b/app.log", "x"]);
        assert_eq!(local(&["app.log", "old/app.log"]), ["app.log", "old/app.log"]);
        assert_eq!(local(&["/a.log", "/x/a.log"]), ["/a.log", "x/a.log"]);
        assert_eq!(local(&["./a.log", "b//c.log", "/"]), ["a.log", "c.log", "/"]);
    }

    #[test]
    fn equal_names_do_not_go_round_in_circles() {
        assert_eq!(local(&["/x/a.log", "/x/a.log"]), ["a.log", "a.log"]);
    }

    #[test]
    fn a_source_that_gets_another_name_is_told_by_as_much_of_it() {
        let name = |path: &'static str| Name { host: Some("web1"), path, whole: false };
        let renamed = |label, now| renamed(label, name("/x/a/21.log"), name(now));
        assert_eq!(renamed("21.log", "/x/a/22.log"), "22.log");
        assert_eq!(renamed("web1:a/21.log", "/x/b/22.log"), "web1:b/22.log");
        assert_eq!(renamed("/x/a/21.log", "/x/a/22.log"), "/x/a/22.log");
    }

    #[test]
    fn the_host_stands_in_front_where_it_tells_them_apart() {
        let log = "/var/log/app.log";
        assert_eq!(labels(&[("web1", log), ("web1", "/var/log/db.log")]), ["app.log", "db.log"]);
        assert_eq!(labels(&[("web1", log), ("web2", log)]), ["web1:app.log", "web2:app.log"]);
        assert_eq!(labels(&[("web1", log), ("", log)]), ["web1:app.log", "app.log"]);
        assert_eq!(
            labels(&[("web1", log), ("ada@web1", "/x/app.log")]),
            ["web1:app.log", "ada@web1:app.log"]
        );
        assert_eq!(labels(&[("web1", log), ("web2", log), ("web2", "/x/only.log")])[2], "only.log");
    }

    #[test]
    fn names_that_are_printed_stay_right_when_others_come() {
        let known = [("web1", "/a/x.log"), ("web2", "/a/x.log"), ("web1", "/b/x.log"), ("web1", "/c/y.log")];
        let names = known.map(|(host, path)| Name { host: Some(host), path, whole: false });
        let label = |n: usize, known: usize| with_host(names[n], names[..known].iter().copied());
        assert_eq!(label(0, 1), "web1:x.log");
        assert_eq!(label(1, 2), "web2:x.log");
        assert_eq!(label(2, 3), "web1:b/x.log");
        assert_eq!(label(3, 4), "web1:y.log");
    }

    #[test]
    fn folders_tell_apart_what_is_on_one_host() {
        let names = [("web1", "/srv/a/app.log"), ("web1", "/srv/b/app.log"), ("web2", "/srv/b/app.log")];
        assert_eq!(labels(&names), ["web1:a/app.log", "web1:b/app.log", "web2:app.log"]);
        assert_eq!(labels(&names[..2]), ["a/app.log", "b/app.log"]);
    }

    #[test]
    fn a_file_here_that_is_called_like_one_elsewhere() {
        assert_eq!(
            labels(&[("", "./web1:a.log"), ("", "/x/a.log"), ("web1", "/y/a.log")]),
            ["./web1:a.log", "a.log", "web1:a.log"]
        );
    }

    #[test]
    fn a_command_is_called_as_it_is() {
        let names = [Name::whole("tail -F /var/log/a.log"), Name::new("/var/log/a.log", None)];
        let label = |n: usize| shortest(names[n], names.iter().copied());
        assert_eq!([label(0), label(1)], ["tail -F /var/log/a.log", "a.log"]);
        assert_eq!(shortest(Name::whole("/bin/date"), [].into_iter()), "/bin/date");
    }

    #[test]
    fn full_names_are_taken_apart_where_the_host_is_known() {
        let path = |full, host| Name::new(full, host).path.to_owned();
        assert_eq!(path("web1:/var/log/x", Some("web1")), "/var/log/x");
        assert_eq!(path("ssh://web1:22/var/log/x", Some("web1:22")), "/var/log/x");
        assert_eq!(path("web1:/var/log/x", None), "web1:/var/log/x");
        assert_eq!(path("[::1]:x", Some("[::1]")), "x");
    }

    proptest! {
        #[test]
        fn no_two_are_called_the_same(names in prop::collection::vec(("(|a|b|c)", "/?([ab]/){0,2}[xy]"), 1..9)) {
            let names: Vec<(&str, &str)> = names.iter().map(|(host, path)| (&**host, &**path)).collect();
            let labels = labels(&names);
            for (n, own) in names.iter().enumerate() {
                for (m, other) in names.iter().enumerate() {
                    prop_assert_eq!(own == other, labels[n] == labels[m], "{:?} {:?}", &names, &labels);
                }
            }
        }
    }
}

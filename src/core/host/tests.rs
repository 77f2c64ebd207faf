use super::*;
use proptest::prelude::*;

/// User, hosts, port and path.
fn parts(name: &str) -> (String, String, String, String) {
    let named = Named::parse(name.as_bytes()).unwrap().unwrap_or_else(|| panic!("{name} is taken for local"));
    let HostPattern { hosts, user, port } = named.hosts;
    let port = port.map(|port| port.to_string()).unwrap_or_default();
    (user.unwrap_or_default(), hosts, port, String::from_utf8(named.path).unwrap())
}

fn read(name: &str) -> String {
    let (user, hosts, port, path) = parts(name);
    format!("{user}|{hosts}|{port}|{path}")
}

fn wrong(name: &str) -> String {
    Named::parse(name.as_bytes()).expect_err(name)
}

#[test]
fn all_forms_of_the_manual() {
    assert_eq!(read("web1:/var/log/app.log"), "|web1||/var/log/app.log");
    assert_eq!(read("ada@web1:log/app log"), "ada|web1||log/app log");
    assert_eq!(read("web1:~/app.log"), "|web1||app.log");
    assert_eq!(read("web1:~"), "|web1||.");
    assert_eq!(read("web1:~/~/x"), "|web1||./~/x");
    assert_eq!(read("web1:./~root"), "|web1||./~root");
    assert_eq!(read("[fe80::1%eth0]:app.log"), "|fe80::1%eth0||app.log");
    assert_eq!(read("ada@[::1]:/app.log"), "ada|::1||/app.log");
    assert_eq!(read("ssh://web1/var/log/a%20b%2e"), "|web1||/var/log/a b.");
    assert_eq!(read("ssh://ada@web1:2222/~/x:y"), "ada|web1|2222|x:y");
    assert_eq!(read("ssh://[::1]:22/x"), "|::1|22|/x");
    assert_eq!(read("web*:/var/log/*.log"), "|web*||/var/log/*.log");
    assert_eq!(read("{web,db}?:/x"), "|{web,db}?||/x");
    assert_eq!(read("@web:/x"), "|@web||/x");
    assert_eq!(read("ada@@web:/x"), "ada|@web||/x");
    assert_eq!(read("ada@corp.example@web1:x"), "ada@corp.example|web1||x");
    assert_eq!(read("web1:-n"), "|web1||-n");
    assert_eq!(read("web1:a:b"), "|web1||a:b");
}

#[test]
fn names_of_files_here() {
    for name in ["app.log", "/var/log/a:b", "./a:b", "../x:y", ":x", "a/b:c", "", "-", "[x", "*.log", "~/a:b"]
    {
        assert_eq!(Named::parse(name.as_bytes()), Ok(None), "{name}");
    }
    assert_eq!(Named::parse(b"\xff/\xfe:x"), Ok(None));
}

#[test]
fn bytes_that_are_no_text_stay_in_the_path() {
    let named = Named::parse(b"web1:/x/\xff\n'").unwrap().unwrap();
    assert_eq!(named.path, b"/x/\xff\n'");
    assert!(Named::parse(b"w\xffb:/x").unwrap_err().contains("no text"));
}

#[test]
fn what_cannot_be_is_said() {
    assert!(wrong("web1:").contains("no path follows the colon"));
    assert!(
        wrong("web1:~root/x").contains("whole path") && wrong("ssh://web1/~root/x").contains("whole path")
    );
    assert!(wrong("ssh://web1").contains("ssh://web1/var/log/app.log"));
    assert!(wrong("ssh://web1:0/x").contains("no port"));
    assert!(wrong("ssh://web1:99999/x").contains("99999 is no port"));
    assert!(wrong("ssh://web1/%zz").contains("%25"));
    assert!(wrong("[::1:x").contains("never closed") || wrong("[::1:x").contains("cannot have ["));
    assert!(wrong("{web:/x").contains("never closed"));
    assert!(wrong("web}:/x").contains("closes nothing"));
    assert!(wrong("{web}:/x").contains("no comma"));
    assert!(wrong("ada@:/x").contains("host's name is missing"));
    assert!(
        wrong("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}:x")
            .contains("more than")
    );
}

#[test]
fn a_host_is_never_an_option_or_a_command() {
    for host in [
        "-oProxyCommand=x",
        "a b",
        "a;b",
        "$(x)",
        "`x`",
        "a|b",
        "a&b",
        "a\nb",
        "a'b",
        "a\"b",
        "a\\b",
        "!x",
        "#x",
        "a\u{1b}[1mb",
        "a\u{202e}b",
        "a<b",
        "a,b",
        "~a",
        "x=y",
    ] {
        assert!(Named::parse(format!("{host}:x").as_bytes()).is_err(), "{host:?}");
        assert!(Named::parse(format!("ssh://{host}:22/x").as_bytes()).is_err(), "{host:?}");
        assert!(Named::parse(format!("{{ok,{}}}:x", host.replace(',', ";")).as_bytes()).is_err(), "{host:?}");
    }
    for user in ["-l", "a b", "a;b", "$x", "a\u{7}", "a\\"] {
        assert!(Named::parse(format!("{user}@web1:x").as_bytes()).is_err(), "{user:?}");
    }
    assert!(!wrong("a\u{1b}[1mb:x").contains('\u{1b}'));
}

#[test]
fn braces_are_taken_apart_in_order() {
    let hosts = |text: &str| HostPattern::parse(text, false).unwrap().alternatives().unwrap().join(" ");
    assert_eq!(hosts("{web,db}{1,2}"), "web1 web2 db1 db2");
    assert_eq!(hosts("{a,b{c,d}}x"), "ax bcx bdx");
    assert_eq!(hosts("web1"), "web1");
    assert_eq!(HostPattern::parse("web*", false).unwrap().single(), None);
    assert_eq!(HostPattern::parse("web1", false).unwrap().single().unwrap().to_string(), "web1");
}

proptest! {
    #[test]
    fn nothing_panics(name in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = Named::parse(&name);
    }

    #[test]
    fn nothing_that_looks_like_a_name_panics(name in r"(ssh://)?[a\[\]{},@:/*%~.2é-]{0,16}") {
        if let Ok(Some(named)) = Named::parse(name.as_bytes()) {
            prop_assert_eq!(Named::parse(named.to_string().as_bytes()), Ok(Some(named.clone())), "{}", named);
        }
    }

    #[test]
    fn a_name_is_read_as_it_is_written(
        host in "(web[1-9]|[a-f0-9]{1,4}(::[a-f0-9]{1,4}){1,3}|x\\*\\?|\\{a,b\\}|@grp)",
        user in prop::option::of("[a-z]([a-z@.]{0,5}[a-z])?"),
        port in prop::option::of(1u16..),
        path in "/?[^\u{0}/~][^\u{0}]{0,20}",
    ) {
        let named = Named { hosts: HostPattern { hosts: host, user, port }, path: path.into_bytes() };
        prop_assert_eq!(Named::parse(named.to_string().as_bytes()), Ok(Some(named.clone())), "{}", named);
    }
}

//! What is made of keys, files and strictness together; the real `ssh` is asked the same in `tests/it/ssh/known.rs`.
#![allow(clippy::unwrap_used)] // here they are assertions

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Barrier;
use std::time::UNIX_EPOCH;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::app::question::Ask;
use crate::core::host::Target;
use crate::source::ssh::config::Strict;

const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKbt4BWrV2JonWJVut3ZTIw3BOmgCdYgbiOuru/xCrZQ";
const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHWNdPwcjbUlj3NFnulwOJl7DySzi1xk6hRp+A6LQI6j";
const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGy0MtZmvfX+CvgS0cKrOOa7R+mQ\
                     JVoXwVZtWOKI+CopdAWMzjzy8RBAN6feulhuh1lA24X9pkKaHxuencYc1uk=";

fn key(text: &str) -> PublicKey {
    PublicKey::from_openssh(text).unwrap()
}

/// `web1`, whose known hosts are `text`.
fn host(folder: &TempDir, text: &str) -> HostConfig {
    let file = folder.path().join("known_hosts");
    fs::write(&file, text).unwrap();
    let target = Target { host: "web1".to_owned(), user: None, port: None };
    HostConfig { user_known_hosts: vec![file], ..HostConfig::new(target, "ada") }
}

fn verdict(host: &HostConfig, text: &str) -> Verdict {
    check(host, &key(text).into(), UNIX_EPOCH)
}

/// The first letter of a verdict and the line it names.
fn short(verdict: &Verdict) -> (char, usize) {
    match verdict {
        Verdict::Trusted(_) => ('t', 0),
        Verdict::Unknown { .. } => ('u', 0),
        Verdict::Changed { place, .. } => ('c', place.line),
        Verdict::Revoked { place, .. } => ('r', place.line),
    }
}

#[test]
fn known_hosts_say_what_they_say_whatever_stands_around() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        (format!("web1 {ED25519}\n"), ('t', 0)),
        (format!("  \tweb1\t {ED25519} a comment"), ('t', 0)),
        (format!("web1 {ED25519}\r\n"), ('t', 0)),
        (format!("# web1 {ED25519}\n"), ('u', 0)),
        (format!("web1 {OTHER}\n"), ('c', 1)),
        // A key of another type is no less another key.
        (format!("\nweb1 {ECDSA}\n"), ('c', 2)),
        // That of the same type is named before others.
        (format!("web1 {ECDSA}\nweb1 {OTHER}\n"), ('c', 2)),
        (format!("web1 {ECDSA}\nweb1 {OTHER}\nweb1 {ED25519}"), ('t', 0)),
        // Revoked wins, wherever it stands and by whatever pattern.
        (format!("web1 {ED25519}\n@revoked * {ED25519}\n"), ('r', 2)),
        (format!("@revoked web* {ED25519}\nweb1 {ED25519}\n"), ('r', 1)),
        (format!("@revoked db1 {ED25519}\nweb1 {ED25519}\n"), ('t', 0)),
        (format!("@revoked web1 {OTHER}\n"), ('u', 0)),
        // An authority's key is not the host's.
        (format!("@cert-authority web1 {ED25519}\n"), ('u', 0)),
        (format!("@other web1 {ED25519}\n"), ('u', 0)),
        (format!("@revoked @cert-authority web1 {ED25519}\n"), ('u', 0)),
        // Odd lines take nothing with them.
        (
            format!("web1\nweb1 \nweb1 ssh-ed25519\nweb1 ssh-ed25519 !!!!\n\u{0}\n|1|x\nweb1 {ED25519}\n"),
            ('t', 0),
        ),
        ("web1 ssh-ed448 AAAACXNzaC1lZDQ0OAAAAAEA\n".to_owned(), ('u', 0)),
        (format!("web1 {}\n", ED25519.replace("ssh-ed25519", "ssh-rsa")), ('u', 0)),
    ] {
        assert_eq!(short(&verdict(&host(&folder, &text), ED25519)), expected, "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_do_not_hide_the_other_lines() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder, "");
    let text = [b"web\xff \xfe\n\xff\xff\n", format!("web1 {OTHER}\n").as_bytes()].concat();
    fs::write(&host.user_known_hosts[0], text).unwrap();
    assert_eq!(short(&verdict(&host, ED25519)), ('c', 3));
}

#[test]
fn another_port_has_a_name_of_its_own_and_falls_back_to_the_plain_one() {
    let folder = tempfile::tempdir().unwrap();
    // What is found on port 2222, and what under the alias `Web1`, which has no port.
    for (text, ported, alias) in [
        (format!("[web1]:2222 {ED25519}\n"), ('t', 0), ('u', 0)),
        (format!("[web1]:2222 {OTHER}\nweb1 {ED25519}"), ('c', 1), ('t', 0)),
        (format!("web1 {ED25519}\n"), ('t', 0), ('t', 0)),
        (format!("web1 {OTHER}\n"), ('u', 0), ('c', 1)),
        (format!("[web1]:22 {ED25519}\n"), ('u', 0), ('u', 0)),
        (format!("[web1]:2222 {ED25519}\n@revoked web1 {ED25519}"), ('r', 2), ('r', 2)),
    ] {
        let host = HostConfig { port: 2222, ..host(&folder, &text) };
        assert_eq!(short(&verdict(&host, ED25519)), ported, "{text}");
        let host = HostConfig { host_key_alias: Some("Web1".to_owned()), hostname: "x".to_owned(), ..host };
        assert_eq!(short(&verdict(&host, ED25519)), alias, "{text}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_keeps_new_keys_from_being_taken_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let mut host = host(&folder, "");
    // A loop of links cannot be read by anybody, not even by root.
    let broken = folder.path().join("loop");
    std::os::unix::fs::symlink(&broken, &broken).unwrap();
    host.global_known_hosts = vec![folder.path().join("absent"), broken];
    let verdict = verdict(&host, ED25519);
    assert!(
        matches!(&verdict, Verdict::Unknown { notes, blind: true, .. } if notes[0].contains("loop cannot be read"))
    );
    assert!(matches!(decide(Strict::AcceptNew, "web1", &verdict), Decision::Ask { .. }));
}

#[test]
fn strictness_decides_what_is_taken_asked_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let table = [
        // known hosts, then what is done by Yes, Ask, AcceptNew, Off: t(ake), s(ave), a(sk), r(efuse), w(ithout secrets)
        (format!("web1 {ED25519}"), ["t", "t", "t", "t!"]),
        (String::new(), ["r", "a", "s", "s!"]),
        (format!("web1 {OTHER}"), ["r", "r", "r", "w!"]),
        (format!("@revoked web1 {ED25519}"), ["r", "r", "r", "w!"]),
    ];
    for (text, expected) in table {
        let verdict = verdict(&host(&folder, &text), ED25519);
        let all = [Strict::Yes, Strict::Ask, Strict::AcceptNew, Strict::Off];
        let done = all.map(|strict| match decide(strict, "web1", &verdict) {
            Decision::Take { save, secrets, caveat } => {
                assert_eq!(caveat.is_some(), strict == Strict::Off);
                let said = if caveat.is_some() { "!" } else { "" };
                format!(
                    "{}{said}",
                    if save {
                        "s"
                    } else if secrets {
                        "t"
                    } else {
                        "w"
                    }
                )
            }
            Decision::Ask { .. } => "a".to_owned(),
            Decision::Refuse(_) => "r".to_owned(),
        });
        assert_eq!(done, expected, "{text}");
    }
}

#[test]
fn sentences_name_the_place_and_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut host = host(&folder, &format!("\n[web1]:2222 {OTHER}"));
    host.port = 2222;
    let file = host.user_known_hosts[0].display().to_string();
    let Decision::Refuse(sentence) = decide(Strict::Ask, "web1", &verdict(&host, ED25519)) else { panic!() };
    for part in [
        "the host key of web1 has changed",
        &format!("{file}:2 says ED25519 SHA256:pXVEtl7z6c16xww+8fIqPe9bsW1wj54NZ8Ryre9tVAg"),
        "shows ED25519 SHA256:8HFps/spHYM+Zoz0xh7KlaDKK9Ybn7hyhQoxGw3LYR4",
        &format!("ssh-keygen -f {file} -R '[web1]:2222'"),
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
    host.port = 2223;
    let Decision::Ask { ask: Ask::HostKey { kind, file: asked, art, .. }, unasked } =
        decide(Strict::Ask, "we\u{1b}b1", &verdict(&host, ECDSA))
    else {
        panic!()
    };
    assert_eq!((kind.as_str(), asked.as_deref(), art.len()), ("ECDSA 256", Some(file.as_str()), 11));
    assert!(
        unasked.contains("is not known: it shows ECDSA 256 SHA256:") && !unasked.contains('\u{1b}'),
        "{unasked}"
    );
}

#[test]
fn a_saved_key_is_known_from_then_on_and_what_was_there_stays() {
    for hash in [false, true] {
        for before in [String::new(), format!("db1 {OTHER}\n"), format!("# unfinished {OTHER}")] {
            let folder = tempfile::tempdir().unwrap();
            let mut host = host(&folder, &before);
            (host.hash_known_hosts, host.port) = (hash, 2222);
            assert_eq!(save(&host, &key(ED25519)), Ok(host.user_known_hosts[0].clone()));
            save(&host, &key(ED25519)).unwrap();
            let after = fs::read_to_string(&host.user_known_hosts[0]).unwrap();
            let added = after.strip_prefix(&before).unwrap();
            assert_eq!(added.trim_start_matches('\n').lines().count(), 1, "once: {after}");
            assert_eq!(added.starts_with('\n'), before.starts_with('#'), "{after}");
            assert!(added.ends_with(&format!(" {ED25519}\n")), "{after}");
            assert_eq!(added.contains("[web1]:2222"), !hash, "{after}");
            assert_eq!(short(&verdict(&host, ED25519)).0, 't');
            assert_eq!(short(&verdict(&host, OTHER)).0, 'c');
            assert_eq!(short(&verdict(&HostConfig { port: 22, ..host }, ED25519)).0, 'u');
        }
    }
}

#[test]
fn a_new_file_is_for_the_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut host = host(&folder, "");
    let ssh = folder.path().join("home/.ssh");
    host.user_known_hosts = vec![ssh.join("known_hosts"), folder.path().join("second")];
    let Verdict::Unknown { file, .. } = verdict(&host, ED25519) else { panic!() };
    assert_eq!(file.as_ref(), Some(&host.user_known_hosts[0]));
    save(&host, &key(ED25519)).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&ssh), mode(&ssh.join("known_hosts"))), (0o700, 0o600));
    assert!(!folder.path().join("second").exists());
}

#[test]
fn what_cannot_be_saved_is_not_offered_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder, "");
    let named = |name: &str| HostConfig { hostname: name.to_owned(), ..host.clone() };
    let nowhere = |files: Vec<PathBuf>| HostConfig { user_known_hosts: files, ..host.clone() };
    for host in [
        named("a\nb"),
        named("a b"),
        named("*"),
        named("web1,db1"),
        named("@revoked"),
        named("|1|x"),
        named("#"),
        nowhere(Vec::new()),
        nowhere(vec!["/dev/null".into()]),
    ] {
        assert!(matches!(verdict(&host, ED25519), Verdict::Unknown { file: None, .. }), "{}", host.hostname);
        assert!(save(&host, &key(ED25519)).is_err(), "{}", host.hostname);
    }
    assert_eq!(fs::read(folder.path().join("known_hosts")).unwrap(), b"");
}

#[test]
fn keys_that_are_saved_at_once_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder, "");
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (host, start) = (&host, &start);
            scope.spawn(move || {
                start.wait();
                for name in 0..20 {
                    let host = HostConfig { hostname: format!("h{thread}-{name}"), ..host.clone() };
                    save(&host, &key(ED25519)).unwrap();
                }
            });
        }
    });
    let text = fs::read_to_string(&host.user_known_hosts[0]).unwrap();
    let mut names: Vec<&str> =
        text.lines().map(|line| line.strip_suffix(ED25519).unwrap().trim_end()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), text.lines().count()), (160, 160));
}

#[test]
fn types_with_a_known_key_are_asked_for_first() {
    let folder = tempfile::tempdir().unwrap();
    let order = |text: &str, wanted: Option<&[&str]>| {
        let mut host = host(&folder, text);
        host.algorithms.host_key = wanted.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        preferred_types(&host)
    };
    assert_eq!(order("", None)[..2], ["ssh-ed25519", "ecdsa-sha2-nistp256"]);
    assert_eq!(order(&format!("web1 {ECDSA}"), None)[..2], ["ecdsa-sha2-nistp256", "ssh-ed25519"]);
    assert_eq!(order(&format!("@revoked web1 {ECDSA}"), None)[0], "ssh-ed25519");
    let wanted =
        ["rsa-sha2-256", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ssh-ed25519-cert-v01@openssh.com"];
    assert_eq!(order("", Some(&wanted)), ["rsa-sha2-256", "ecdsa-sha2-nistp256"]);
    assert_eq!(order(&format!("web1 {ECDSA}"), Some(&wanted)), ["ecdsa-sha2-nistp256", "rsa-sha2-256"]);
    let authority = format!("web1 {ECDSA}\n@cert-authority web* {OTHER}");
    assert_eq!(
        order(&authority, Some(&wanted)),
        ["ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256", "rsa-sha2-256"]
    );
    assert_eq!(order("", Some(&wanted[4..])), ["ssh-ed25519-cert-v01@openssh.com"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_is_too_odd_and_a_saved_key_is_found_behind_it(
        text in prop::collection::vec(prop_oneof![
            any::<Vec<u8>>(),
            Just(b"\nweb1 ".to_vec()),
            Just(b"\n@revoked ".to_vec()),
            Just(ECDSA.as_bytes().to_vec()),
            Just(b"\n|1|".to_vec()),
        ], 0..12),
        hash in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let host = HostConfig { hash_known_hosts: hash, ..host(&folder, "") };
        let text = text.concat();
        fs::write(&host.user_known_hosts[0], &text).unwrap();
        save(&host, &key(ED25519)).unwrap();
        prop_assert!(fs::read(&host.user_known_hosts[0]).unwrap().starts_with(&text));
        prop_assert_eq!(short(&verdict(&host, ED25519)).0, 't');
    }
}

//! Host keys and known hosts files, held against what the real `ssh` and `ssh-keygen` make of them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use russh::keys::{Certificate, PublicKey, PublicKeyOrCertificate};
use tailpane::app::question::Ask;
use tailpane::source::ssh::config::{HostConfig, Strict};
use tailpane::source::ssh::known::{Decision, Verdict, check, decide, save};
use tempfile::TempDir;

use super::sshd::{Sshd, keygen, make_key, program};

/// A folder with keys of all kinds, which a server that speaks through its standard input shows.
struct Keys(TempDir);

impl Keys {
    fn new() -> Keys {
        let folder = tempfile::tempdir().unwrap();
        for (name, kind) in [
            ("host", "ed25519"),
            ("other", "ed25519"),
            ("ecdsa", "ecdsa"),
            ("ca", "ed25519"),
            ("ca_rsa", "rsa"),
        ] {
            make_key(&folder.path().join(name), kind, "");
        }
        Keys(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Type and key, as they stand on a line of a known hosts file.
    fn text(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.file(&format!("{name}.pub"))).unwrap();
        text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    fn public(&self, name: &str) -> PublicKey {
        PublicKey::from_openssh(&self.text(name)).unwrap()
    }

    /// Signs the key `host`, and gives the certificate.
    fn certify(&self, ca: &str, args: &[&str]) -> Certificate {
        let (ca, key) = (self.file(ca), self.file("host.pub"));
        let fixed = ["-s", ca.to_str().unwrap(), "-I", "test"];
        keygen(&[&fixed, args, &[key.to_str().unwrap()]].concat());
        Certificate::read_file(&self.file("host-cert.pub")).unwrap()
    }

    /// The known hosts file, with the names of keys in braces replaced by the keys.
    fn known(&self, text: &str) -> PathBuf {
        let mut text = text.to_owned();
        for name in ["host", "other", "ecdsa", "ca", "ca_rsa"] {
            text = text.replace(&format!("{{{name}}}"), &self.text(name));
        }
        std::fs::write(self.file("known"), text).unwrap();
        self.file("known")
    }

    /// What the real `ssh` says of a host with this key (and certificate) under these known hosts.
    fn ssh(&self, name: &str, port: u16, certified: bool) -> &'static str {
        let mut config = format!("HostKey {}\nUsePAM no\n", self.file("host").display());
        if certified {
            writeln!(config, "HostCertificate {}", self.file("host-cert.pub").display()).unwrap();
        }
        std::fs::write(self.file("sshd_config"), config).unwrap();
        if rustix::process::geteuid().is_root() {
            std::fs::create_dir_all("/run/sshd").unwrap(); // sshd wants it, empty, for those who are not yet in
        }
        let sshd = format!(
            "ProxyCommand={} -i -f {} 2>/dev/null",
            program("sshd").display(),
            self.file("sshd_config").display()
        );
        let output = Command::new(program("ssh"))
            .args(["-F", "none", "-p", &port.to_string(), "-o", &sshd])
            .arg("-o")
            .arg(format!("UserKnownHostsFile={}", self.file("known").display()))
            .args([
                "-o",
                "GlobalKnownHostsFile=none",
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "BatchMode=yes",
            ])
            .args(["-o", "PreferredAuthentications=none", "-o", "CheckHostIP=no", "--", name, "true"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        match () {
            () if said.contains("REVOKED HOST KEY") || said.contains("marked as revoked") => "revoked",
            () if said.contains("IDENTIFICATION HAS CHANGED") => "changed",
            () if said.contains("host key is known for") => "unknown",
            () if said.contains("Permission denied") => "trusted",
            () => panic!("ssh says: {said}"),
        }
    }

    fn host(&self, sshd: &Sshd, name: &str, port: u16) -> HostConfig {
        HostConfig {
            hostname: name.to_owned(),
            port,
            user_known_hosts: vec![self.file("known")],
            ..sshd.host_config(name)
        }
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Trusted(_) => "trusted",
        Verdict::Unknown { .. } => "unknown",
        Verdict::Changed { .. } => "changed",
        Verdict::Revoked { .. } => "revoked",
    }
}

/// A [`HostConfig`] needs a server to be taken from; nothing of it is used but its form.
fn form() -> Sshd {
    Sshd::start(|_| {})
}

#[test]
fn plain_keys_are_judged_as_by_the_real_client() {
    let (keys, form) = (Keys::new(), form());
    for (text, name, port, expected) in [
        ("", "web1", 22, "unknown"),
        ("web1 {host}", "web1", 22, "trusted"),
        ("web1 {host}", "WEB1", 22, "trusted"),
        ("db1,WEB1 {host}", "web1", 22, "trusted"),
        ("web1 {other}", "web1", 22, "changed"),
        ("web1 {ecdsa}", "web1", 22, "changed"),
        ("web1 {ecdsa}\nweb1 {host}", "web1", 22, "trusted"),
        ("web? {host}", "web1", 22, "trusted"),
        ("*.example.org,!bad.example.org {host}", "web1.example.org", 22, "trusted"),
        ("*.example.org,!bad.example.org {host}", "bad.example.org", 22, "unknown"),
        ("*.example.org {host}", "web1.example.org", 2222, "trusted"),
        ("[web1]:2222 {host}", "web1", 2222, "trusted"),
        ("[web1]:2222 {host}", "web1", 22, "unknown"),
        ("[web*]:* {host}", "web1", 2222, "trusted"),
        ("[web1]:2222 {other}\nweb1 {host}", "web1", 2222, "changed"),
        ("web1 {other}", "web1", 2222, "unknown"),
        ("@revoked web1 {host}", "web1", 22, "revoked"),
        ("web1 {host}\n@revoked * {host}", "web1", 22, "revoked"),
        ("@revoked web1 {other}\nweb1 {host}", "web1", 22, "trusted"),
        ("@cert-authority web1 {ca}", "web1", 22, "unknown"),
        (
            "nonsense\n\n  # x\n@odd web1 {other}\nweb1 bad key\nweb1 {host} comment # x",
            "web1",
            22,
            "trusted",
        ),
        ("|1|x|y,web1 {host}", "web1", 22, "unknown"),
        ("127.0.0.1 {host}", "127.0.0.1", 22, "trusted"),
        ("2001:db8::1 {host}", "2001:db8::1", 22, "trusted"),
        ("[2001:db8::1]:2222 {host}", "2001:db8::1", 2222, "trusted"),
    ] {
        keys.known(text);
        let host = keys.host(&form, name, port);
        let ours = check(&host, &keys.public("host").into(), SystemTime::now());
        assert_eq!(word(&ours), expected, "{name}:{port} in\n{text}");
        assert_eq!(keys.ssh(name, port, false), expected, "ssh, {name}:{port} in\n{text}");
    }
}

#[test]
fn certificates_are_judged_as_by_the_real_client() {
    let (keys, form) = (Keys::new(), form());
    let known = "@cert-authority *.example.org {ca}\n@cert-authority *.example.org {ca_rsa}";
    let revoked_ca = "@cert-authority * {ca}\n@revoked * {ca}";
    let revoked_key = "@cert-authority * {ca}\n@revoked * {host}";
    for (text, ca, args, expected) in [
        (known, "ca", &["-h", "-n", "web1.example.org"][..], "trusted"),
        (known, "ca", &["-h"], "trusted"),
        (known, "ca", &["-h", "-n", "db1,*.example.org"], "trusted"),
        (known, "ca", &["-h", "-n", "web1"], "unknown"),
        (known, "ca_rsa", &["-h", "-t", "rsa-sha2-512"], "trusted"),
        (known, "ca_rsa", &["-h", "-t", "ssh-rsa"], "unknown"),
        (known, "other", &["-h"], "unknown"),
        (known, "ca", &["-h", "-V", "20200101:20210101"], "unknown"),
        (known, "ca", &["-h", "-V", "20900101:20910101"], "unknown"),
        (known, "ca", &["-h", "-O", "critical:odd@example.org"], "unknown"),
        ("@cert-authority db1 {ca}", "ca", &["-h"], "unknown"),
        ("@cert-authority web1.example.org {other}\nweb1.example.org {host}", "ca", &["-h"], "trusted"),
        ("@cert-authority * {ca}\nweb1.example.org {host}", "ca", &["-h", "-n", "db1"], "trusted"),
        ("web1.example.org {ca}", "ca", &["-h"], "changed"),
        (revoked_ca, "ca", &["-h"], "revoked"),
        (revoked_key, "ca", &["-h"], "revoked"),
    ] {
        keys.known(text);
        let certificate: PublicKeyOrCertificate = keys.certify(ca, args).into();
        for port in [22, 2222] {
            let host = keys.host(&form, "web1.example.org", port);
            let ours = check(&host, &certificate, SystemTime::now());
            // A key of the plain name on another port is no change, to either.
            let expected = if port == 2222 && expected == "changed" { "unknown" } else { expected };
            assert_eq!(word(&ours), expected, "{ca} {args:?} on {port} in\n{text}");
            // On another port ssh passes over what is revoked under the plain name, and only its newer versions
            // take patterns for names in a certificate.
            let alike = port == 22 || expected != "revoked";
            if alike && !args.iter().any(|arg| arg.contains('*')) {
                assert_eq!(
                    keys.ssh("web1.example.org", port, true),
                    expected,
                    "ssh, {ca} {args:?} in\n{text}"
                );
            }
        }
    }
}

#[test]
fn a_certificate_for_users_or_one_that_was_tampered_with_is_none() {
    let (keys, form) = (Keys::new(), form());
    keys.known("@cert-authority * {ca}");
    let host = keys.host(&form, "web1", 22);
    let why = |certificate: Certificate| match check(&host, &certificate.into(), SystemTime::now()) {
        Verdict::Unknown { notes, .. } => notes.join(" "),
        other => panic!("{other:?}"),
    };
    assert_eq!(why(keys.certify("ca", &["-n", "web1"])), "its certificate is one for users, not for hosts");
    let mut strict = keys.host(&form, "web1", 22);
    strict.algorithms.ca_signatures = Some(vec!["rsa-sha2-512".to_owned()]);
    let by_ed25519 = keys.certify("ca", &["-h", "-n", "web1"]);
    assert_eq!(word(&check(&host, &by_ed25519.clone().into(), SystemTime::now())), "trusted");
    assert_eq!(word(&check(&strict, &by_ed25519.into(), SystemTime::now())), "unknown");
    let mut bytes = keys.certify("ca", &["-h", "-n", "web1"]).to_bytes().unwrap();
    let serial = bytes.windows(4).position(|part| part == b"web1").unwrap();
    bytes[serial + 3] = b'2';
    let host = keys.host(&form, "web2", 22);
    let forged = Certificate::from_bytes(&bytes).unwrap();
    match check(&host, &forged.into(), SystemTime::now()) {
        Verdict::Unknown { notes, .. } => assert_eq!(notes, ["its certificate is not signed properly"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_hashed_and_removed_by_ssh_keygen_is_found_and_gone() {
    let (keys, form) = (Keys::new(), form());
    let file = keys.known("web1,db1 {host}\n[web1]:2222 {ecdsa}\n");
    keygen(&["-H", "-f", file.to_str().unwrap()]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("|1|") && !text.contains("db1"), "{text}");
    let verdict = |name: &str, port, key: &str| {
        word(&check(&keys.host(&form, name, port), &keys.public(key).into(), SystemTime::now()))
    };
    for name in ["web1", "db1"] {
        assert_eq!(verdict(name, 22, "host"), "trusted");
        assert_eq!(verdict(name, 22, "other"), "changed");
    }
    assert_eq!(verdict("web1", 2222, "ecdsa"), "trusted");
    // The command in our sentence does what the sentence says.
    let verdict_of_ours =
        check(&keys.host(&form, "web1", 2222), &keys.public("other").into(), SystemTime::now());
    let Decision::Refuse(sentence) = decide(Strict::Yes, "web1", &verdict_of_ours) else {
        panic!("{verdict_of_ours:?}")
    };
    let command = &sentence[sentence.find("ssh-keygen -f").unwrap()..sentence.find(" takes").unwrap()];
    let done = Command::new("sh").args(["-c", command]).stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{command}: {done:?}");
    assert_eq!(verdict("web1", 2222, "ecdsa"), "unknown");
    assert_eq!(verdict("web1", 22, "host"), "trusted");
}

#[test]
fn a_key_we_saved_is_found_by_ssh_keygen_and_the_real_client() {
    let (keys, form) = (Keys::new(), form());
    for (hash, name, port, written) in [
        (false, "web1", 22, "web1"),
        (true, "web1", 22, "web1"),
        (false, "Web1", 2222, "[web1]:2222"),
        (true, "Web1", 2222, "[web1]:2222"),
        (false, "2001:db8::1", 2222, "[2001:db8::1]:2222"),
    ] {
        let file = keys.known("# the last line has no end");
        let host = HostConfig { hash_known_hosts: hash, ..keys.host(&form, name, port) };
        assert_eq!(save(&host, &keys.public("host")), Ok(file.clone()));
        let found =
            Command::new(program("ssh-keygen")).args(["-F", written, "-f"]).arg(&file).output().unwrap();
        let found = String::from_utf8(found.stdout).unwrap();
        assert!(found.contains(&keys.text("host")) && found.contains("line 2"), "{found}");
        assert_eq!(keys.ssh(name, port, false), "trusted");
    }
}

#[test]
fn keys_look_as_ssh_keygen_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let form = form();
    let kinds = [
        ("ed25519", ""),
        ("ecdsa", "256"),
        ("ecdsa", "384"),
        ("ecdsa", "521"),
        ("rsa", "2048"),
        ("rsa", "3072"),
    ];
    for (number, (kind, bits)) in kinds.iter().chain(&[("ed25519", ""); 12]).enumerate() {
        let file = folder.path().join(number.to_string());
        let bits = if bits.is_empty() { vec![] } else { vec!["-b", bits] };
        keygen(&[&["-t", kind, "-N", "", "-C", "x", "-f", file.to_str().unwrap()], &bits[..]].concat());
        assert_eq!(ours(&form, &file), theirs(&file));
    }
}

/// `bits SHA256:… x (KIND)` and the picture, from the question that is asked.
fn ours(form: &Sshd, file: &Path) -> String {
    let key = PublicKey::read_openssh_file(file.with_extension("pub")).unwrap();
    let host = HostConfig { hostname: "nowhere".to_owned(), ..form.host_config("nowhere") };
    let verdict = check(&host, &key.into(), SystemTime::now());
    let Decision::Ask { ask: Ask::HostKey { kind, fingerprint, art, .. }, .. } =
        decide(Strict::Ask, "x", &verdict)
    else {
        panic!("{verdict:?}")
    };
    let (kind, bits) = kind.split_once(' ').unwrap_or((&kind, "256"));
    format!("{bits} {fingerprint} x ({kind})\n{}\n", art.join("\n"))
}

fn theirs(file: &Path) -> String {
    let output = Command::new(program("ssh-keygen")).args(["-lv", "-f"]).arg(file).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

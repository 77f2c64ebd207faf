//! What our own reading makes of an ssh config is what the system's `ssh -G` makes of it.

use std::path::{Path, PathBuf};

use tailpane::config::hosts::{Hosts, Transport};
use tailpane::core::host::{HostPattern, Target};
use tailpane::source::ssh::config::{Here, HostConfig, Method, Proxy, Resolver, Strict};

/// What a config of ours says of hosts.
fn hosts(text: &str) -> Hosts {
    let tree = tailpane::config::toml::parse(text, "config.toml", 0).unwrap();
    tailpane::config::read(&tree, &|_| None, &Default::default()).unwrap().hosts
}

/// A config file for `-F`, and files beside it.
struct Config {
    folder: tempfile::TempDir,
}

impl Config {
    /// `{dir}` in the text is the folder.
    fn new(text: &str) -> Config {
        let config = Config { folder: tempfile::tempdir().unwrap() };
        config.write("config", text);
        config
    }

    fn write(&self, name: &str, text: &str) {
        let dir = self.folder.path().to_str().unwrap();
        std::fs::write(self.folder.path().join(name), text.replace("{dir}", dir)).unwrap();
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    fn resolver(&self, ssh: bool) -> Resolver {
        self.resolver_with(ssh, Hosts::default())
    }

    fn resolver_with(&self, ssh: bool, ours: Hosts) -> Resolver {
        let mut here = Here::look();
        if !ssh {
            here.ssh = None;
        }
        Resolver::at(here, Some(self.path()), ours)
    }

    fn both(&self, target: &Target) -> [Result<HostConfig, String>; 2] {
        [true, false].map(|ssh| self.resolver(ssh).resolve(target))
    }

    /// What both readers say, when they say the same.
    fn host(&self, name: &str) -> HostConfig {
        let [ssh, ours] = self.both(&target(name)).map(Result::unwrap);
        let (ssh, ours) = (comparable(ssh), comparable(ours));
        assert!(ours == ssh, "for {name}:\n{}in\n{}", differences(&ssh, &ours), self.text());
        ours
    }

    /// What is wrong: of `ssh -G`, and of our own reading.
    fn wrong(&self, name: &str) -> [String; 2] {
        self.both(&target(name)).map(|result| result.expect_err(&self.text()))
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }
}

fn target(name: &str) -> Target {
    HostPattern::parse(name, true).unwrap().single().unwrap()
}

/// Versions differ in the keys they look for where none is named: only those all know are compared.
fn comparable(mut host: HostConfig) -> HostConfig {
    let known = ["id_rsa", "id_ecdsa", "id_ed25519"];
    let default = |path: &Path| path.parent().is_some_and(|folder| folder.ends_with(".ssh"));
    host.identity_files.retain(|path| !default(path) || known.iter().any(|name| path.ends_with(name)));
    if let Proxy::Jump(hops) = host.proxy {
        host.proxy = Proxy::Jump(hops.into_iter().map(comparable).collect());
    }
    host
}

/// The lines in which two things differ.
fn differences<T: std::fmt::Debug>(ssh: &T, ours: &T) -> String {
    let (ssh, ours) = (format!("{ssh:#?}"), format!("{ours:#?}"));
    let differ = |(ssh, ours): (&str, &str)| (ssh != ours).then(|| format!("ssh -G: {ssh} ours: {ours}\n"));
    ssh.lines().zip(ours.lines()).filter_map(differ).collect()
}

fn paths(paths: &[PathBuf]) -> Vec<&str> {
    paths.iter().map(|path| path.to_str().unwrap()).collect()
}

/// Everybody who works on an ssh config has one of these.
const CONFIGS: &[(&str, &[&str])] = &[
    ("", &["web1", "ada@web1:2222", "WEB1", "10.0.0.1", "[::1]"]),
    ("Port 1\nHost web1\n Port 2\n User x\n", &["web1", "web2", "ada@web1"]),
    ("Host web1\n HostName %h.example.com\n User bob\nHost *\n Port 2200\n User joe\n", &["web1", "db"]),
    (
        "Host web* !web3\n Port 3\nHost !web1 *\n User u\nHost !web1\n Port 9\n",
        &["web1", "web2", "web3", "db"],
    ),
    ("Host w?b1 d*b\n Compression yes\n", &["web1", "db", "d-b", "wb1"]),
    ("Host FOO\n Port 1\nHost foo\n Port 2\n", &["foo", "FOO", "Foo"]),
    ("host=web1\n\tport = 33\n  USER=\"a.b\"\n#Port 1\n   # User x\n", &["web1"]),
    ("Host \"web1\" 'db'\n User \"a\"b # c\n HostName web#1\n", &["web1", "db"]),
    ("Host a # b c\n Port 5\nHost b\n Port 6\r\n", &["a", "b", "c"]),
    ("Host a,b\n Port 5\nHost b\n Port 6\n", &["a", "b"]),
    ("Match all\n Port 5\nMatch host web1\n User x\n", &["web1"]),
    (
        "Host web1\n HostName web1.example.com\nMatch host web1.example.com\n Port 6\nMatch host web1\n Port 7\n",
        &["web1", "web1.example.com"],
    ),
    (
        "Match originalhost web1\n HostName x\nMatch originalhost w* host x\n User y\nMatch !originalhost web1\n User z\n",
        &["web1", "web2"],
    ),
    (
        "Match user ada\n Port 5\nMatch localuser nobody-here\n Port 6\nMatch host *,!web1\n Port 7\n",
        &["web1", "ada@web1", "db"],
    ),
    ("Match host=\"web1,db\" user root,ada\n Port 8\n", &["web1", "ada@web1", "bob@db"]),
    ("Match host WEB1\n Port 5\nHost WEB*\n User x\n", &["web1", "WEB1"]),
    (
        "Match final host web1.x\n Port 7\nMatch canonical\n Compression yes\nHost web1\n HostName web1.x\n Port 8\nHost web2\n HostName web1.x\n",
        &["web1", "web2"],
    ),
    ("Match final all\n User fin\nHost web1\n HostName other\n", &["web1", "db"]),
    ("Host web1\n Include {dir}/more\n Port 9\nHost web2\n Port 10\n", &["web1", "web2", "db"]),
    ("Include {dir}/m* {dir}/none\nHost *\n Port 11\n", &["web1", "web2", "db"]),
    ("Include \"{dir}/more\"\nUser late\n", &["web1", "web2"]),
    ("Match host web1\n Include {dir}/nest\nHost web2\n Include {dir}/nest\n", &["web1", "web2"]),
    (
        "IdentityFile ~/.ssh/%h-%r\nIdentityFile /k/%n.%p.%u\nIdentityFile /k/%%x\nIdentityFile ~/.ssh/%h-%r\nHost web1\n HostName h1\n User ada\n IdentityFile \"/k k/${HOME}/y\"\n",
        &["web1", "db"],
    ),
    (
        "IdentityFile /k/%C\nUserKnownHostsFile /h/%C\nHost web1\n HostName h1\n Port 5\n",
        &["web1", "ada@web2"],
    ),
    ("BindAddress 127.0.0.1\nHost db\n BindAddress ::1\n", &["web1"]),
    ("Host web1\n BindAddress *\nHost *\n BindAddress here.example.com\n", &["web1", "web2"]),
    ("IdentityFile none\nCertificateFile ~/c-%h\nCertificateFile /d\nIdentitiesOnly yes\n", &["web1"]),
    (
        "Host web1\n IdentityFile none\nHost *\n IdentityFile /k\nHost web2\n IdentityFile none\n",
        &["web1", "web2"],
    ),
    (
        "IdentityAgent none\nUserKnownHostsFile /a ~/b-%h %d/c\nGlobalKnownHostsFile none\nHashKnownHosts yes\n",
        &["web1"],
    ),
    (
        "IdentityAgent ~/agent-%r\nUserKnownHostsFile \"/a b\" /c\nGlobalKnownHostsFile \"/g h/i\"\nHostKeyAlias alias\n",
        &["ada@web1"],
    ),
    ("IdentityAgent SSH_AUTH_SOCK\nUserKnownHostsFile kh1 kh2 \"k h\"\n", &["web1"]),
    ("IdentityAgent $NO_SUCH_NAME\nUserKnownHostsFile none\n", &["web1"]),
    (
        "StrictHostKeyChecking accept-new\nServerAliveInterval 1m30s\nServerAliveCountMax 7\nConnectTimeout 1h\n",
        &["web1"],
    ),
    ("StrictHostKeyChecking off\nServerAliveInterval 5\nConnectTimeout none\nCompression yes\n", &["web1"]),
    (
        "StrictHostKeyChecking yes\nBatchMode no\nNumberOfPasswordPrompts 1\nAddressFamily inet6\nRequiredRSASize 3072\n",
        &["web1"],
    ),
    ("BatchMode yes\nServerAliveInterval 9\nAddressFamily inet\n", &["web1"]),
    ("PreferredAuthentications password,publickey,nope\nPasswordAuthentication yes\n", &["web1"]),
    ("PubkeyAuthentication no\nChallengeResponseAuthentication no\nGSSAPIAuthentication yes\n", &["web1"]),
    (
        "HostbasedAuthentication yes\nKbdInteractiveAuthentication no\nPubkeyAuthentication unbound\n",
        &["web1"],
    ),
    (
        "Ciphers aes256-ctr,aes128-ctr\nMACs hmac-sha2-256\nKexAlgorithms curve25519-sha256\nHostKeyAlgorithms ssh-ed25519\n",
        &["web1"],
    ),
    ("CASignatureAlgorithms ssh-ed25519\nPubkeyAcceptedKeyTypes rsa-sha2-512,ssh-ed25519\n", &["web1"]),
    (
        "ProxyCommand nc -X \"a b\" %h %p '%r' %% # not a comment\nHost web1\n HostName h1\n User ada\n Port 99\n",
        &["web1"],
    ),
    (
        "Host web1\n ProxyJump none\n ProxyCommand x\nHost web2\n ProxyCommand none\n ProxyJump jump\nHost web3\n ProxyCommand x\n ProxyJump jump\nHost web4\n ProxyJump jump\n ProxyCommand x\n",
        &["web1", "web2", "web3", "web4"],
    ),
    (
        "Host web1\n ProxyJump j1,bob@j2:33,ssh://j3:44\nHost j*\n HostName %h.net\n User jumper\nHost j2\n ProxyCommand never\n",
        &["web1"],
    ),
    ("Host web1\n ProxyJump j2\nHost j2\n ProxyJump j1\nHost j1\n ProxyCommand x %h\n", &["web1"]),
    (
        "Host *.in\n ProxyJump gate.in\nMatch host gate.in\n ProxyJump none\nHost gate.in\n ProxyJump none\n",
        &["db"],
    ),
    ("Host gate\n ProxyJump none\nHost *\n ProxyJump gate\n", &["gate", "web1"]),
    ("IgnoreUnknown Use*,Odd\nUseKeychain yes\nOdd yes\nPort 4\n", &["web1"]),
    ("IgnoreUnknown Odd*\nOddThing 1 2 3\nPort 4\n", &["web1"]),
    (
        "LocalForward 1 a:2\nRemoteForward 3 b:4\nDynamicForward 5\nForwardAgent yes\nSendEnv A B\nSetEnv C=D E=F\nRemoteCommand ls -l\nRequestTTY force\nControlMaster auto\nControlPath /tmp/%C\nControlPersist 5m\nVisualHostKey yes\nPort 6\n",
        &["web1"],
    ),
];

#[test]
fn our_reading_is_that_of_ssh() {
    let mut compared = 0;
    for (text, names) in CONFIGS {
        let config = Config::new(text);
        config.write("more", "User inc\nHost web2\n Port 77\nMatch host web1\n Compression yes\n");
        config.write("nest", "Include {dir}/more\nPort 78\n");
        for name in *names {
            config.host(name);
            compared += 1;
        }
    }
    assert!(compared > 70, "{compared}");
}

/// Lines of which files are put together at random.
const PIECES: &[&str] = &[
    "Host web1",
    "Host web* !web1",
    "Host !db *",
    "Host db web2 # x",
    "Host *",
    "Match all",
    "Match host web1",
    "Match host *.net,!web1.net",
    "Match originalhost web1 user ada",
    "Match !user ada localuser *",
    "Match final",
    "Match final host *.net",
    "Match canonical",
    "HostName %h.net",
    "HostName = gate",
    " User \"ada\"",
    "\tUser bob",
    "Port 22",
    "Port=2200",
    "IdentityFile ~/k-%h",
    "IdentityFile none",
    "IdentityFile /k/%n-%r",
    "CertificateFile none",
    "CertificateFile /c",
    "IdentitiesOnly yes",
    "IdentityAgent none",
    "ProxyJump j1,u@j2:5",
    "ProxyJump none",
    "ProxyCommand nc %h %p",
    "ProxyCommand none",
    "UserKnownHostsFile /a \"/b c\"",
    "StrictHostKeyChecking accept-new",
    "ServerAliveInterval 1m",
    "Compression yes",
    "Compression no",
    "PasswordAuthentication no",
    "PreferredAuthentications password,publickey",
    "Include {dir}/more",
    "Include {dir}/nest",
    "# User nobody",
    "",
];

#[test]
fn our_reading_is_that_of_ssh_whatever_is_put_together() {
    use proptest::collection::vec;
    use proptest::test_runner::{Config as Trials, RngAlgorithm, TestRng, TestRunner};
    // The same files each time: a trial runs ssh several times.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let trials = Trials { cases: 48, failure_persistence: None, ..Trials::default() };
    let pieces = vec(proptest::sample::select(PIECES), 0..14);
    let names = proptest::sample::select(&["web1", "ada@web2", "db:7", "WEB1"][..]);
    let trial = |(pieces, name): (Vec<&str>, &str)| {
        let config = Config::new(&(pieces.join("\n") + "\n"));
        config.write("more", "User inc\nHost web2\n Port 77\nMatch final host web1*\n Compression yes\n");
        config.write("nest", "Host db\nInclude {dir}/more\nMatch all\nConnectTimeout 9\n");
        let [ssh, ours] = config.both(&target(name)).map(|host| host.map(comparable));
        let same = match (&ssh, &ours) {
            (Ok(ssh), Ok(ours)) => ssh == ours,
            (ssh, ours) => ssh.is_err() && ours.is_err(),
        };
        proptest::prop_assert!(same, "{name} in\n{}\n{}", config.text(), differences(&ssh, &ours));
        Ok(())
    };
    TestRunner::new_with_rng(trials, rng).run(&(pieces, names), trial).unwrap();
}

#[test]
fn changed_lists_of_algorithms_keep_their_order() {
    let config = Config::new(
        "KexAlgorithms -diffie*\nCiphers ^aes256-ctr\nMACs -*sha1*,umac*\nHostKeyAlgorithms +ssh-rsa\n\
         PubkeyAcceptedAlgorithms -rsa*,*cert*\n",
    );
    let [ssh, ours] = config.both(&target("web1")).map(|host| host.unwrap().algorithms);
    // Which algorithms a version offers of itself changes; that a list is changed the same way does not.
    for list in [&ssh, &ours] {
        assert!(list.kex.as_ref().unwrap().iter().all(|name| !name.starts_with("diffie")), "{list:?}");
        assert_eq!(list.ciphers.as_ref().unwrap()[0], "aes256-ctr");
        assert!(
            list.macs
                .as_ref()
                .unwrap()
                .iter()
                .all(|name| !name.contains("sha1") && !name.starts_with("umac"))
        );
        assert_eq!(list.host_key.as_ref().unwrap().last().unwrap(), "ssh-rsa");
        assert!(list.pubkey.as_ref().unwrap().contains(&"ssh-ed25519".to_owned()));
        assert!(
            list.pubkey.as_ref().unwrap().iter().all(|name| !name.contains("rsa") && !name.contains("cert"))
        );
        assert_eq!(list.ca_signatures, None, "nothing was said of it");
    }
    let known = |list: &Option<Vec<String>>| {
        list.clone().unwrap().into_iter().filter(|name| name.contains("hmac")).collect::<Vec<_>>()
    };
    assert_eq!(known(&ssh.macs), known(&ours.macs));
}

#[test]
fn values_are_what_was_meant() {
    let config = Config::new(
        "Host web1\n HostName %h.example.com\n User ada\n IdentityFile /k/%h\n UserKnownHostsFile kh1 \"k h\"\n\
         StrictHostKeyChecking no\n BatchMode yes\n PreferredAuthentications password,publickey\n ProxyJump j1,j2\n\
         Host j1\n ProxyJump j0\n",
    );
    let host = config.host("web1");
    assert_eq!((host.hostname.as_str(), host.user.as_str(), host.port), ("web1.example.com", "ada", 22));
    assert_eq!(paths(&host.identity_files), ["/k/web1.example.com"]);
    assert_eq!(paths(&host.user_known_hosts), ["kh1", "k h"]);
    assert_eq!(host.strict, Strict::Off);
    assert_eq!(host.methods, [Method::PublicKey], "nothing may be asked");
    let Proxy::Jump(hops) = &host.proxy else { panic!("{:?}", host.proxy) };
    let names: Vec<&str> = hops.iter().map(|hop| hop.hostname.as_str()).collect();
    assert_eq!(names, ["j0", "j1", "j2"]);
    assert!(hops.iter().all(|hop| hop.proxy == Proxy::None));
    assert_eq!(config.host("bob@web1:44").user, "bob");
    assert_eq!(config.host("bob@web1:44").port, 44);
}

#[test]
fn the_users_config_comes_before_the_systems() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let ssh = home.path().join(".ssh");
    std::fs::create_dir_all(ssh.join("more")).unwrap();
    let write = |path: PathBuf, text: &str| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    };
    write(ssh.join("config"), "Include more/*.conf ~/.ssh/last\nHost web1\n User own\n");
    write(ssh.join("more/b.conf"), "Port 2\n");
    write(ssh.join("more/a.conf"), "Port 1\n");
    write(ssh.join("more/.hidden.conf"), "Compression yes\n");
    write(ssh.join("last"), "ConnectTimeout 9\n");
    write(home.path().join("system"), "User system\nHashKnownHosts yes\n");
    let here = Here {
        user: "ada".to_owned(),
        home: home.path().to_owned(),
        system: home.path().join("system"),
        ssh: None,
        env: |name| (name == "SSH_AUTH_SOCK").then(|| "/agent".to_owned()),
        ..Here::look()
    };
    let resolve = |name| Resolver::at(here.clone(), None, Hosts::default()).resolve(&target(name));
    let host = resolve("web1").unwrap();
    assert_eq!((host.user.as_str(), host.port, host.hash_known_hosts), ("own", 1, true));
    assert_eq!((host.compression, host.connect_timeout.map(|time| time.as_secs())), (false, Some(9)));
    assert_eq!(host.identity_files[0], ssh.join("id_rsa"));
    assert_eq!(host.agent, Some(PathBuf::from("/agent")));
    assert_eq!(resolve("db").unwrap().user, "system");
    std::fs::set_permissions(ssh.join("config"), Permissions::from_mode(0o666)).unwrap();
    assert!(resolve("web1").unwrap_err().contains("others may write to it"));
    std::fs::remove_file(ssh.join("config")).unwrap();
    assert_eq!(resolve("web1").unwrap().port, 22);
    let missing =
        Resolver::at(here.clone(), Some(ssh.join("none")), Hosts::default()).resolve(&target("web1"));
    assert!(missing.unwrap_err().contains("cannot be read"));
}

#[test]
fn rubbish_is_refused_or_read_and_nothing_worse() {
    use proptest::test_runner::{Config as Trials, TestRunner};
    let trials = Trials { cases: 200, failure_persistence: None, ..Trials::default() };
    let text = "((Host|Match|User|IdentityFile|ProxyJump|Port|Ciphers|\\PC{0,4})[ =\t]?[\\PC\\n\"'#%~*!,]{0,9}\\n){0,5}";
    let trial = |text: String| {
        let config = Config::new(&text);
        let _ = config.resolver(false).resolve(&target("web1"));
        let _ = config.resolver(false).expand(&HostPattern::parse("w*", false).unwrap());
        Ok(())
    };
    TestRunner::new(trials).run(&text, trial).unwrap();
}

#[test]
fn what_cannot_be_honoured_is_refused_with_its_place() {
    for (line, name) in [
        ("PKCS11Provider /usr/lib/token.so", "pkcs11provider"),
        ("BindInterface lo", "bindinterface"),
        ("RevokedHostKeys /revoked", "revokedhostkeys"),
        ("KnownHostsCommand /bin/hosts %H", "knownhostscommand"),
        ("ProxyUseFdpass yes", "proxyusefdpass"),
        ("KexAlgorithms sntrup761x25519-sha512@openssh.com", "kexalgorithms"),
        ("Ciphers 3des-cbc", "ciphers"),
        ("MACs umac-64@openssh.com", "macs"),
        ("HostKeyAlgorithms sk-ssh-ed25519@openssh.com,ssh-rsa", "hostkeyalgorithms"),
    ] {
        let config = Config::new(&format!("Port 5\n\nHost web1\n  User x\n  {line}\n"));
        for said in config.wrong("web1") {
            let place = format!("{}:5: {name}", config.path().display());
            assert!(said.starts_with(&place), "{said}");
            assert!(said.contains("transport = \"openssh\" under [hosts.\"web1\"]"), "{said}");
        }
        config.host("web2");
    }
    let config = Config::new(
        "GSSAPIAuthentication yes\nPubkeyAuthentication no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n",
    );
    for said in config.wrong("web1") {
        assert!(said.contains("GSSAPI alone"), "{said}");
    }
}

#[test]
fn the_other_transport_takes_what_ours_cannot() {
    let config = Config::new("PKCS11Provider /usr/lib/token.so\nIdentityFile /k/%C\nProxyJump x\n");
    let ours = hosts("[hosts.web1]\ntransport = \"openssh\"\n");
    let host = config.resolver_with(true, ours.clone()).resolve(&target("web1")).unwrap();
    assert_eq!(
        (host.transport, host.proxy, host.ssh_config),
        (Transport::OpenSsh, Proxy::None, Some(config.path()))
    );
    let said = config.resolver_with(false, ours).resolve(&target("web1")).unwrap_err();
    assert!(said.contains("needs the program ssh"), "{said}");
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, line) in [
        ("Port 22x\n", 1),
        ("\nNoSuchThing yes\n", 2),
        ("User \"x\n", 1),
        ("Port 5 6\n", 1),
        ("Host\n Port 1\n", 1),
        ("User x\nMatch nope x\n", 2),
        ("Match host\n", 1),
        ("Compression maybe\n", 1),
        ("\n\nServerAliveInterval 5x\n", 3),
        ("StrictHostKeyChecking perhaps\n", 1),
        ("HostName\n", 1),
        ("User x\nInclude {dir}/config\n", 2),
    ] {
        let config = Config::new(text);
        let [_, ours] = config.wrong("web1");
        let place = format!("{}:{line}: ", config.path().display());
        assert!(ours.starts_with(&place), "{ours}");
    }
    let [ssh, _] = Config::new("Bogus yes\n").wrong("web1");
    assert!(ssh.contains("config") && ssh.contains("line 1") && ssh.contains("bogus"), "{ssh}");
}

#[test]
fn a_command_that_chooses_is_run_by_ssh_and_refused_without_it() {
    let config = Config::new("Host db\n Port 1\nMatch host web1 exec \"touch {dir}/ran\"\n Port 8\n");
    let [ssh, ours] = config.both(&target("web1"));
    assert_eq!(ssh.unwrap().port, 8);
    let ours = ours.unwrap_err();
    assert!(ours.starts_with(&format!("{}:3: Match exec", config.path().display())), "{ours}");
    std::fs::remove_file(config.folder.path().join("ran")).unwrap();
    // What makes no difference is not asked.
    config.host("db");
    assert!(!config.folder.path().join("ran").exists());
}

#[test]
fn jumps_in_a_circle_are_refused() {
    let config = Config::new(
        "Host a\n ProxyJump b\nHost b\n ProxyJump c\nHost c\n ProxyJump a\nHost d\n ProxyJump d\n",
    );
    for said in config.wrong("a") {
        assert!(said.contains("circle"), "{said}");
    }
    for said in config.wrong("d") {
        assert!(said.contains("circle") || said.contains("loop"), "{said}");
    }
    // Behind another hop its own jump counts no more, so there is no circle.
    let config =
        Config::new("Host web1\n ProxyJump a,gate\nHost a\n ProxyJump none\nHost *\n ProxyJump gate\n");
    let Proxy::Jump(hops) = config.host("web1").proxy else { panic!("no jumps") };
    assert_eq!(hops.iter().map(|hop| hop.hostname.as_str()).collect::<Vec<_>>(), ["a", "gate"]);
}

#[test]
fn hostile_names_never_reach_ssh() {
    let config = Config::new("");
    for host in ["-oProxyCommand=touch x", "a b", "$(x)", "a\nb", ""] {
        let target = Target { host: host.to_owned(), user: None, port: None };
        for result in config.both(&target) {
            assert!(result.unwrap_err().contains("name"), "{host:?}");
        }
    }
    let config = Config::new("Host web1\n ProxyJump -oProxyCommand=x\n");
    for said in config.wrong("web1") {
        assert!(said.contains("cannot begin with -") || said.contains("Invalid"), "{said}");
    }
}

#[test]
fn globs_braces_and_groups_stand_for_hosts() {
    let config =
        Config::new("Host web1 !web9\n Port 1\nHost web* db1 *.x\nInclude {dir}/more\nMatch host web7\n");
    config.write("more", "Host web3\n User x\nHost web1 web2\n");
    let ours = hosts(
        "[groups]\nall = [\"@front\", \"ada@db*\"]\nfront = [\"web1\", \"ssh://bob@edge:2200\"]\nround = [\"@round\"]\n\
         [hosts.web5]\nfollow = \"tail\"\n",
    );
    let resolver = config.resolver_with(false, ours);
    let expand = |text: &str| {
        let targets = resolver.expand(&HostPattern::parse(text, true).unwrap());
        targets.map(|targets| targets.iter().map(Target::to_string).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(expand("web*").unwrap(), "web1 web3 web2 web5");
    assert_eq!(expand("{db,web}1").unwrap(), "db1 web1");
    assert_eq!(expand("{db1,web*}").unwrap(), "db1 web1 web3 web2 web5");
    assert_eq!(expand("@all").unwrap(), "web1 bob@edge:2200 ada@db1");
    assert_eq!(expand("eve@@front:99").unwrap(), "eve@web1:99 eve@edge:99");
    assert_eq!(expand("e?ge").unwrap(), "edge");
    assert_eq!(expand("unheard-of").unwrap(), "unheard-of");
    assert!(expand("nope*").unwrap_err().contains("no host matches nope*"));
    assert!(expand("@fornt").unwrap_err().contains("all, front, round"));
    assert!(expand("@round").unwrap_err().contains("contains itself"));
}

/// The program in a folder of its own: what it printed and what it complained of.
fn program(folder: &Path, args: &[&str]) -> (String, String) {
    let output = assert_cmd::Command::cargo_bin("tailpane")
        .unwrap()
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder)
        .args(["--plain", "--no-follow", "--ssh-config", "/dev/null"])
        .args(args)
        .timeout(std::time::Duration::from_secs(60))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_here_is_not_looked_for_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web1:a.log"), "here\n").unwrap();
    assert_eq!(program(folder.path(), &["web1:a.log"]).0, "here\n");
    assert_eq!(program(folder.path(), &["web*:a.log"]).0, "web1:a.log: here\n", "others may come that match");
    let (out, told) = program(folder.path(), &["nope*:a.log"]);
    assert_eq!(out, "");
    assert!(told.contains("nope*:a.log: no host matches nope*"), "{told}");
}

#[test]
fn a_mistake_in_our_config_ends_the_program_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.log"), "x\n").unwrap();
    std::fs::create_dir(folder.path().join("tailpane")).unwrap();
    std::fs::write(folder.path().join("tailpane/config.toml"), "[ssh]\nconects = 4\n").unwrap();
    let (out, told) = program(folder.path(), &["a.log"]);
    assert_eq!(out, "");
    assert!(told.contains("config.toml:2:1: ") && told.contains("did you mean connects?"), "{told}");
    std::fs::write(folder.path().join("own"), "[groups]\ng = [\"nope*\"]\n").unwrap();
    let (out, told) = program(folder.path(), &["--config", "own", "a.log", "@g:/x"]);
    assert_eq!(out, "x\n");
    assert!(told.contains("no host matches nope*"), "{told}");
    assert!(
        program(folder.path(), &["--config", "missing", "a.log"])
            .1
            .contains("missing: the config cannot be read")
    );
}

#[test]
fn the_config_in_the_readme_is_one() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let example = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let ours = hosts(example);
    assert_eq!(ours.transport("web7"), Transport::OpenSsh);
    assert_eq!((ours.connects, ours.scrollback), (Hosts::default().connects, Hosts::default().scrollback));
}

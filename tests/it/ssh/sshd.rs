//! A real OpenSSH `sshd` on loopback with a configuration, keys and a port of its own, run as whoever runs the tests.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tailpane::core::host::Target;
use tailpane::source::ssh::config::HostConfig;

/// The path of a program of OpenSSH; a test without it fails and says what to install.
pub fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from));
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: install openssh-server and openssh-client"))
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, limit: Duration, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + limit;
    while !so() {
        assert!(Instant::now() < end, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Runs `ssh-keygen`.
pub fn keygen(args: &[&str]) {
    let output =
        Command::new(program("ssh-keygen")).arg("-q").args(args).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "ssh-keygen {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a key of a kind at `path` (and `path.pub`).
pub fn make_key(path: &Path, kind: &str, passphrase: &str) {
    let bits: &[&str] = if kind == "rsa" { &["-b", "2048"] } else { &[] };
    keygen(&[&["-t", kind, "-N", passphrase, "-C", kind, "-f", path.to_str().unwrap()], bits].concat());
}

/// What a server is started with.
pub struct Options {
    lines: String,
    host_keys: Vec<&'static str>,
    host_certificate: Option<String>,
}

impl Options {
    /// Adds a line to `sshd_config`; it comes before the usual ones, and the first one counts.
    pub fn line(&mut self, line: &str) -> &mut Options {
        self.lines.push_str(line);
        self.lines.push('\n');
        self
    }

    /// The kinds of host keys, `ed25519` alone if nothing is said.
    pub fn host_keys(&mut self, kinds: &[&'static str]) -> &mut Options {
        self.host_keys = kinds.to_vec();
        self
    }

    /// Has the server's own authority sign the host keys, for these names.
    pub fn host_certificate(&mut self, principals: &str) -> &mut Options {
        self.host_certificate = Some(principals.to_string());
        self
    }
}

/// A server. It and everything it started is ended when it is dropped.
///
/// Its folder holds `id_ed25519`, which it lets in, `ca`, whose certificates it takes for the current user,
/// `known_hosts` with its keys for all of loopback, `authorized_keys` and `log`.
pub struct Sshd {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
    mark: String,
}

/// Ports handed out so far; they are outside of what the system gives to clients, so that nothing but another
/// run of the tests takes one.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

fn next_port() -> u16 {
    let start = std::process::id().wrapping_mul(97) + u32::from(NEXT_PORT.fetch_add(1, Ordering::Relaxed));
    20_000 + (start % 12_000) as u16
}

impl Sshd {
    /// Starts a server and waits until it answers.
    pub fn start(configure: impl FnOnce(&mut Options)) -> Sshd {
        let mut options =
            Options { lines: String::new(), host_keys: vec!["ed25519"], host_certificate: None };
        configure(&mut options);
        let folder = tempfile::Builder::new().prefix("tailpane-sshd").tempdir().unwrap();
        let mark = format!("TAILPANE_SSHD={}", folder.path().display());
        let mut sshd = Sshd { folder, port: 0, child: None, mark };
        sshd.make_keys(&options);
        for _ in 0..50 {
            sshd.port = next_port();
            sshd.write_config(&options);
            if sshd.launch() {
                return sshd;
            }
        }
        panic!("sshd does not start:\n{}", sshd.log());
    }

    fn make_keys(&self, options: &Options) {
        make_key(&self.file("id_ed25519"), "ed25519", "");
        make_key(&self.file("ca"), "ed25519", "");
        std::fs::copy(self.file("id_ed25519.pub"), self.file("authorized_keys")).unwrap();
        let ca = std::fs::read_to_string(self.file("ca.pub")).unwrap();
        let mut known = String::new();
        for kind in &options.host_keys {
            let key = self.file(&format!("host_{kind}"));
            make_key(&key, kind, "");
            let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
            write!(known, "127.0.0.*,[127.0.0.*]:* {public}").unwrap();
            if let Some(principals) = &options.host_certificate {
                let [ca, key] = [self.file("ca"), key.with_extension("pub")];
                keygen(&[
                    "-h",
                    "-s",
                    ca.to_str().unwrap(),
                    "-I",
                    "host",
                    "-n",
                    principals,
                    key.to_str().unwrap(),
                ]);
            }
        }
        std::fs::write(self.file("known_hosts"), known).unwrap();
        std::fs::write(self.file("known_ca"), format!("@cert-authority * {ca}")).unwrap();
        std::fs::write(self.file("principals"), format!("{}\n", user())).unwrap();
        // An empty one: a shell that is started by sshd reads what is in the user's, and that may take its time.
        std::fs::create_dir(self.file("home")).unwrap();
    }

    fn write_config(&self, options: &Options) {
        let mut text = format!("Port {}\nListenAddress 127.0.0.1\nListenAddress 127.0.0.2\n", self.port);
        for kind in &options.host_keys {
            writeln!(text, "HostKey {}", self.file(&format!("host_{kind}")).display()).unwrap();
            if options.host_certificate.is_some() {
                writeln!(text, "HostCertificate {}", self.file(&format!("host_{kind}-cert.pub")).display())
                    .unwrap();
            }
        }
        // What is asked for comes first, but lines behind a `Match` belong to it: those go to the end.
        let (first, last) = match options.lines.find("Match ") {
            Some(at) => options.lines.split_at(at),
            None => (options.lines.as_str(), ""),
        };
        if !first.contains("MaxStartups") {
            text.push_str("MaxStartups 200\n"); // of this one it is the last that counts
        }
        let path = |name| self.file(name).display().to_string();
        write!(
            text,
            "{first}AuthorizedKeysFile {}\nTrustedUserCAKeys {}\nAuthorizedPrincipalsFile {}\nPidFile none\n\
             SetEnv {} HOME={}\nPermitRootLogin yes\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nLogLevel VERBOSE\nUseDNS no\n{last}",
            path("authorized_keys"),
            path("ca.pub"),
            path("principals"),
            self.mark,
            path("home"),
        )
        .unwrap();
        std::fs::write(self.file("sshd_config"), text).unwrap();
    }

    /// Starts the program, and waits until it answers; `false` when it cannot have the port.
    fn launch(&mut self) -> bool {
        if rustix::process::geteuid().is_root() {
            std::fs::create_dir_all("/run/sshd").unwrap(); // sshd wants it, empty, for those who are not yet in
        }
        if std::net::TcpListener::bind(("127.0.0.1", self.port)).is_err() {
            return false;
        }
        let listening = format!("Server listening on 127.0.0.1 port {}.", self.port);
        let logged = std::fs::metadata(self.file("log")).map_or(0, |file| file.len() as usize);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.file("log")).unwrap();
        let child = Command::new(program("sshd"))
            .args(["-D", "-e", "-f"])
            .arg(self.file("sshd_config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .spawn()
            .unwrap();
        let child = self.child.insert(child);
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if child.try_wait().unwrap().is_some() {
                self.child = None;
                return false;
            }
            if String::from_utf8_lossy(&std::fs::read(self.folder.path().join("log")).unwrap()[logged..])
                .contains(&listening)
            {
                return true;
            }
            assert!(Instant::now() < end, "sshd does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A file in the server's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The server's folder, for the logs of a test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it listens on 127.0.0.1 and 127.0.0.2.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.file("log")).unwrap_or_default()).into_owned()
    }

    /// Lets one more public key in.
    pub fn authorize(&self, public: &Path) {
        let file = self.file("authorized_keys");
        let keys = std::fs::read_to_string(&file).unwrap() + &std::fs::read_to_string(public).unwrap();
        std::fs::write(file, keys).unwrap();
    }

    /// Signs a user's public key for the current user; the certificate is beside it.
    pub fn certify(&self, public: &Path) {
        let (ca, user) = (self.file("ca"), user());
        keygen(&["-s", ca.to_str().unwrap(), "-I", "tester", "-n", &user, public.to_str().unwrap()]);
    }

    /// What is needed to get in with `id_ed25519` and nothing else, as `name`.
    pub fn host_config(&self, name: &str) -> HostConfig {
        HostConfig {
            hostname: "127.0.0.1".to_string(),
            port: self.port,
            identity_files: vec![self.file("id_ed25519")],
            identities_only: true,
            user_known_hosts: vec![self.file("known_hosts")],
            connect_timeout: Some(Duration::from_secs(30)),
            ..HostConfig::new(Target { host: name.to_string(), user: None, port: None }, &user())
        }
    }

    /// The same as lines of an ssh config, through `port` (the server's own, or that of a proxy before it).
    pub fn host_entry(&self, name: &str, port: u16) -> String {
        format!(
            "Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  User {}\n  IdentityFile {}\n  IdentitiesOnly yes\n  \
             IdentityAgent none\n  UserKnownHostsFile {}\n  GlobalKnownHostsFile /dev/null\n",
            user(),
            self.file("id_ed25519").display(),
            self.file("known_hosts").display(),
        )
    }

    /// An ssh config, for `--ssh-config`, in which `web1`, `web2` and `db1` are this server.
    pub fn ssh_config_file(&self) -> PathBuf {
        self.ssh_config_with(&["web1", "web2", "db1"].map(|name| self.host_entry(name, self.port)).concat())
    }

    /// An ssh config of this text.
    pub fn ssh_config_with(&self, text: &str) -> PathBuf {
        let file = self.file("ssh_config");
        std::fs::write(&file, text).unwrap();
        file
    }

    /// Ends it and everything it started, at once.
    pub fn kill(&mut self) {
        let mut victims = self.processes();
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        // What was forked meanwhile is found by the second look.
        for _ in 0..2 {
            signal(&victims, Signal::KILL);
            victims = self.processes();
        }
    }

    /// Starts it again with the same keys on the same port, after ending it if it runs.
    pub fn restart(&mut self) {
        self.kill();
        let end = Instant::now() + Duration::from_secs(30);
        while !self.launch() {
            assert!(Instant::now() < end, "sshd does not come back:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops it and everything it started, without ending it.
    pub fn freeze(&self) {
        signal(&self.processes(), Signal::STOP);
    }

    /// Lets all of it go on.
    pub fn thaw(&self) {
        signal(&self.processes(), Signal::CONT);
    }

    /// The server's processes, those of its connections, and of the commands they run, whoever their parent is now.
    pub fn processes(&self) -> Vec<i32> {
        let table = process_table();
        let mut found: HashSet<i32> = self.child.iter().map(|child| child.id() as i32).collect();
        found.extend(table.iter().filter(|(pid, _)| has_mark(*pid, &self.mark)).map(|(pid, _)| *pid));
        loop {
            let before = found.len();
            let children: Vec<i32> =
                table.iter().filter(|(_, parent)| found.contains(parent)).map(|(pid, _)| *pid).collect();
            found.extend(children);
            if found.len() == before {
                return found.into_iter().collect();
            }
        }
    }

    /// Ends the commands that run on behalf of its clients, as somebody there might.
    pub fn end_commands(&self) {
        let pids = self.processes().into_iter();
        let commands = pids.filter(|pid| command_line(*pid).is_some_and(|command| !command.contains("sshd")));
        signal(&commands.collect::<Vec<_>>(), Signal::KILL);
    }

    /// The commands that run on behalf of its clients: processes of theirs that are no `sshd`.
    pub fn commands(&self) -> Vec<String> {
        let mut commands: Vec<String> = self.processes().into_iter().filter_map(command_line).collect();
        commands.retain(|command| !command.contains("sshd"));
        commands
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- log of sshd\n{}", self.log());
        }
    }
}

/// The name of whoever runs the tests.
pub fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

fn signal(pids: &[i32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(*pid)) {
        let _ = kill_process(pid, signal);
    }
}

/// Every process and its parent.
fn process_table() -> Vec<(i32, i32)> {
    let from_proc = std::fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| {
        let pid: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        Some((pid, parent))
    });
    let table: Vec<(i32, i32)> = from_proc.collect();
    if !table.is_empty() {
        return table;
    }
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map_while(|word| word.parse().ok());
            numbers.next().zip(numbers.next())
        })
        .collect()
}

/// Whether a process was started by this server: the mark is in its environment (where the system shows that).
fn has_mark(pid: i32, mark: &str) -> bool {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes())
}

fn command_line(pid: i32) -> Option<String> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let text = String::from_utf8_lossy(&line).replace('\0', " ");
    (!text.is_empty()).then_some(text)
}

#[test]
fn a_server_lets_the_real_client_in_and_leaves_nothing() {
    let mut sshd = Sshd::start(|options| {
        options.line("MaxSessions 3").host_keys(&["ed25519", "rsa", "ecdsa"]);
    });
    let config = sshd.ssh_config_file();
    let ssh = |command: &str| {
        let mut ssh = Command::new(program("ssh"));
        ssh.arg("-F").arg(&config).args(["web1", command]).stdin(Stdio::null()).stderr(Stdio::piped());
        ssh
    };
    let output = ssh("echo here").output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "here\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let mut sleeper = ssh("sleep 987").spawn().unwrap();
    until("the command runs", Duration::from_secs(30), || {
        sshd.commands().iter().any(|c| c.contains("sleep 987"))
    });
    sshd.kill();
    assert!(!sleeper.wait().unwrap().success());
    until("nothing runs any more", Duration::from_secs(10), || sshd.processes().is_empty());
    sshd.restart();
    assert!(ssh("true").status().unwrap().success());
}

//! From what was said for a host to what it means.

use std::path::PathBuf;
use std::time::Duration;

use ring::digest;

use super::algorithm::{self, Known};
use super::here::Here;
use super::settings::{Said, Settings};
use super::token::Tokens;
use super::{Algorithms, Family, HostConfig, Method, Proxy, Strict};
use crate::core::host::Target;

/// Who has read the config.
#[derive(Clone, Copy)]
pub enum Reader<'a> {
    /// `ssh -G`. What it prints where nothing is said is its default, and no word of the user's.
    Ssh(&'a Settings),
    /// We.
    Ours,
}

/// What OpenSSH looks for where no `IdentityFile` is named.
const KEYS: [&str; 5] =
    ["~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ecdsa_sk", "~/.ssh/id_ed25519", "~/.ssh/id_ed25519_sk"];

/// The methods in OpenSSH's order, by the names they have in `PreferredAuthentications`, and what switches them.
const METHODS: [(&str, Method, &str, bool); 5] = [
    ("gssapi-with-mic", Method::Gssapi, "gssapiauthentication", false),
    ("hostbased", Method::HostBased, "hostbasedauthentication", false),
    ("publickey", Method::PublicKey, "pubkeyauthentication", true),
    ("keyboard-interactive", Method::KeyboardInteractive, "kbdinteractiveauthentication", true),
    ("password", Method::Password, "passwordauthentication", true),
];

/// What settings mean for a host; its proxy is a command or none, jumps are the resolver's.
///
/// # Errors
/// A sentence, with the place where it is known.
pub fn fill(settings: &Settings, reader: Reader, target: &Target, here: &Here) -> Result<HostConfig, String> {
    let mut host = HostConfig::new(target.clone(), &here.user);
    let filler = Filler { settings, reader, here };
    filler.connection(&mut host)?;
    filler.trust(&mut host)?;
    filler.methods(&mut host)?;
    filler.files(&mut host)?;
    host.algorithms = filler.algorithms();
    if host.batch {
        host.methods.retain(|method| !matches!(method, Method::KeyboardInteractive | Method::Password));
        host.strict = if host.strict == Strict::Ask { Strict::Yes } else { host.strict };
    }
    Ok(host)
}

/// The files of a keyword that names several in one line.
///
/// # Errors
/// As [`fill`].
pub fn known_hosts(
    settings: &Settings,
    reader: Reader,
    host: &HostConfig,
    here: &Here,
    keyword: &str,
) -> Result<Vec<PathBuf>, String> {
    let filler = Filler { settings, reader, here };
    let facts = Facts::new(host, here, settings.text("proxyjump"));
    filler.list(keyword, &[], &facts)
}

struct Filler<'a> {
    settings: &'a Settings,
    reader: Reader<'a>,
    here: &'a Here,
}

impl Filler<'_> {
    fn connection(&self, host: &mut HostConfig) -> Result<(), String> {
        host.hostname = self.settings.text("hostname").unwrap_or_else(|| host.target.host.to_lowercase());
        host.user = self.settings.text("user").unwrap_or_else(|| self.here.user.clone());
        host.port = self.read("port", |text| text.parse().ok().filter(|port| *port > 0))?.unwrap_or(22);
        host.family = self
            .words("addressfamily", &[("any", Family::Any), ("inet", Family::V4), ("inet6", Family::V6)])?;
        // `*` is any, as with listening.
        host.bind_address = self.settings.text("bindaddress").filter(|address| address != "*");
        host.batch = self.flag("batchmode", false)?;
        host.compression = self.flag("compression", false)?;
        let time = |keyword| self.read(keyword, time);
        host.connect_timeout = time("connecttimeout")?.filter(|time| !time.is_zero());
        host.alive_interval = time("serveraliveinterval")?.filter(|time| !time.is_zero());
        if host.batch && matches!(self.reader, Reader::Ssh(_)) {
            // Debian's ssh sets it of itself in BatchMode.
            host.alive_interval = host.alive_interval.filter(|time| time.as_secs() != 300);
        }
        // Three is what ssh prints where nothing is said, and what we do then.
        host.alive_count = self.read("serveralivecountmax", number)?.filter(|count| *count != 3);
        if let Some(command) =
            self.settings.text("proxycommand").filter(|command| !command.eq_ignore_ascii_case("none"))
        {
            host.proxy = Proxy::Command(self.command(&command, host)?);
        }
        Ok(())
    }

    /// `ProxyCommand` with its tokens read: they are names that no shell takes for anything else, see
    /// [`crate::core::host::valid_host`], or come from the config.
    fn command(&self, command: &str, host: &HostConfig) -> Result<String, String> {
        let port = host.port.to_string();
        let known = [('h', &*host.hostname), ('n', &*host.target.host), ('p', &*port), ('r', &*host.user)];
        Tokens { known: &known, env: None }.expand(command).map_err(|why| self.wrong("proxycommand", &why))
    }

    fn trust(&self, host: &mut HostConfig) -> Result<(), String> {
        host.hash_known_hosts = self.flag("hashknownhosts", false)?;
        host.host_key_alias = self.settings.text("hostkeyalias");
        let words = [
            ("ask", Strict::Ask),
            ("yes", Strict::Yes),
            ("true", Strict::Yes),
            ("accept-new", Strict::AcceptNew),
            ("no", Strict::Off),
            ("off", Strict::Off),
            ("false", Strict::Off),
        ];
        host.strict = self.words("stricthostkeychecking", &words)?;
        host.required_rsa_bits = self.read("requiredrsasize", number)?.unwrap_or(host.required_rsa_bits);
        Ok(())
    }

    fn methods(&self, host: &mut HostConfig) -> Result<(), String> {
        let mut on = Vec::new();
        for (name, method, switch, default) in METHODS {
            if self.flag(switch, default)? {
                on.push((name, method));
            }
        }
        host.methods = match self.settings.text("preferredauthentications") {
            None => on.into_iter().map(|(_, method)| method).collect(),
            Some(list) => {
                let named = |one: &str| on.iter().find(|(name, _)| *name == one).map(|(_, method)| *method);
                list.split(',').filter_map(named).collect()
            }
        };
        host.password_prompts =
            self.read("numberofpasswordprompts", number)?.unwrap_or(host.password_prompts);
        host.identities_only = self.flag("identitiesonly", false)?;
        Ok(())
    }

    fn files(&self, host: &mut HostConfig) -> Result<(), String> {
        let facts = Facts::new(host, self.here, self.settings.text("proxyjump"));
        let each = |keyword: &str| -> Result<Vec<PathBuf>, String> {
            let named = self.settings.all(keyword).iter().map(Said::text).filter(|text| !none(text));
            named.map(|text| self.path(keyword, &text, &facts)).collect()
        };
        host.identity_files = match self.settings.all("identityfile") {
            [] => KEYS.iter().map(|key| self.path("identityfile", key, &facts)).collect::<Result<_, _>>()?,
            _ => each("identityfile")?,
        };
        host.certificate_files = each("certificatefile")?;
        host.agent = self.agent(&facts)?;
        let defaults = ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"];
        host.user_known_hosts = self.list("userknownhostsfile", &defaults, &facts)?;
        let defaults = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];
        host.global_known_hosts = self.list("globalknownhostsfile", &defaults, &facts)?;
        Ok(())
    }

    fn agent(&self, facts: &Facts) -> Result<Option<PathBuf>, String> {
        let env = |name: &str| (self.here.env)(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        match self.settings.text("identityagent") {
            None => Ok(env("SSH_AUTH_SOCK")),
            Some(said) if none(&said) => Ok(None),
            Some(said) if said == "SSH_AUTH_SOCK" => Ok(env("SSH_AUTH_SOCK")),
            Some(said) => match said.strip_prefix('$').filter(|name| !name.starts_with('{')) {
                Some(name) => Ok(env(name)),
                None => self.printed_path("identityagent", &said, facts).map(Some),
            },
        }
    }

    fn list(&self, keyword: &str, defaults: &[&str], facts: &Facts) -> Result<Vec<PathBuf>, String> {
        let said = self.settings.first(keyword).map(|said| said.words.clone());
        let said = said.unwrap_or_else(|| defaults.iter().map(|path| (*path).to_owned()).collect());
        said.iter().filter(|path| !none(path)).map(|path| self.printed_path(keyword, path, facts)).collect()
    }

    /// A path of which `ssh -G` prints what became of it, unless it is an old one.
    fn printed_path(&self, keyword: &str, said: &str, facts: &Facts) -> Result<PathBuf, String> {
        match self.reader {
            Reader::Ssh(_) if !said.starts_with('~') => Ok(PathBuf::from(said)),
            _ => self.path(keyword, said, facts),
        }
    }

    fn path(&self, keyword: &str, said: &str, facts: &Facts) -> Result<PathBuf, String> {
        let known = facts.known();
        let tokens = Tokens { known: &known, env: Some(self.here.env) };
        let path = self.here.tilde(said).and_then(|path| tokens.expand(&path));
        path.map(PathBuf::from).map_err(|why| self.wrong(keyword, &why))
    }

    fn algorithms(&self) -> Algorithms {
        let list = |keyword: &str, known: Known| {
            let said = self.settings.text(keyword)?;
            match self.reader {
                Reader::Ssh(defaults) if defaults.text(keyword).as_ref() == Some(&said) => None,
                Reader::Ssh(_) => {
                    Some(said.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect())
                }
                Reader::Ours => Some(known.list(&said)),
            }
        };
        Algorithms {
            kex: list("kexalgorithms", algorithm::KEX),
            host_key: list("hostkeyalgorithms", algorithm::KEY),
            ciphers: list("ciphers", algorithm::CIPHER),
            macs: list("macs", algorithm::MAC),
            pubkey: list("pubkeyacceptedalgorithms", algorithm::KEY),
            ca_signatures: list("casignaturealgorithms", algorithm::CA),
        }
    }

    /// What is said of a keyword, read by `read`.
    fn read<T>(&self, keyword: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        let Some(said) = self.settings.text(keyword).filter(|said| !none(said)) else { return Ok(None) };
        let wrong = || self.wrong(keyword, &format!("{said} has no meaning"));
        read(&said).map(Some).ok_or_else(wrong)
    }

    /// The first of `words` is the default.
    fn words<T: Copy>(&self, keyword: &str, words: &[(&str, T)]) -> Result<T, String> {
        let find = |text: &str| {
            words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, value)| *value)
        };
        let said = self.read(keyword, find)?;
        said.or_else(|| words.first().map(|(_, value)| *value))
            .ok_or_else(|| self.wrong(keyword, "nothing is known"))
    }

    fn flag(&self, keyword: &str, default: bool) -> Result<bool, String> {
        let said = self.read(keyword, |text| match text.to_ascii_lowercase().as_str() {
            // PubkeyAuthentication has two kinds of yes.
            "yes" | "true" | "unbound" | "host-bound" => Some(true),
            "no" | "false" => Some(false),
            _ => None,
        });
        Ok(said?.unwrap_or(default))
    }

    fn wrong(&self, keyword: &str, why: &str) -> String {
        let place = self.settings.first(keyword).and_then(|said| said.place.as_ref());
        match place {
            Some(place) => format!("{place}: in {keyword} {why}"),
            None => format!("in {keyword} of the ssh config {why}"),
        }
    }
}

/// What stands for the tokens in paths.
struct Facts {
    texts: Vec<(char, String)>,
}

impl Facts {
    fn new(host: &HostConfig, here: &Here, jump: Option<String>) -> Facts {
        let short = here.host.split('.').next().unwrap_or_default();
        let alias = host.host_key_alias.as_ref().unwrap_or(&host.target.host);
        let jump = jump.unwrap_or_default();
        let port = host.port.to_string();
        let connection = [&*here.host, &host.hostname, &port, &host.user, &jump].concat();
        let texts = vec![
            ('C', hash(&connection)),
            ('d', here.home.to_string_lossy().into_owned()),
            ('h', host.hostname.clone()),
            ('i', here.uid.to_string()),
            ('j', jump),
            ('k', alias.clone()),
            ('L', short.to_owned()),
            ('l', here.host.clone()),
            ('n', host.target.host.clone()),
            ('p', port),
            ('r', host.user.clone()),
            ('u', here.user.clone()),
        ];
        Facts { texts }
    }

    fn known(&self) -> Vec<(char, &str)> {
        self.texts.iter().map(|(token, text)| (*token, text.as_str())).collect()
    }
}

/// A short name for a connection, as OpenSSH makes it.
fn hash(connection: &str) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, connection.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn none(text: &str) -> bool {
    text.eq_ignore_ascii_case("none")
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// Reads `90`, `1m30s`, `1h`.
fn time(text: &str) -> Option<Duration> {
    let mut seconds: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest[..digits].parse().ok()?;
        let mut behind = rest[digits..].chars();
        let unit = match behind.next().map(|c| c.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = behind.as_str();
    }
    (!text.is_empty()).then_some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let seconds = |text| time(text).map(|time| time.as_secs());
        assert_eq!(seconds("90"), Some(90));
        assert_eq!(seconds("1m30s"), Some(90));
        assert_eq!(seconds("1h5"), Some(3605));
        for wrong in ["", "m", "-1", "1x", "99999999999999999999", "9999999999999999999w"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}

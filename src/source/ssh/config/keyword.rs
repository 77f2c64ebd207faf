//! The one table of what an ssh config may say and what becomes of it here.

use Use::{Each, Ignored, List, One, Raw, Refused};

/// What becomes of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Heeded; one word, and the first line that says it counts.
    One,
    /// Heeded; several words, and the first line counts.
    List,
    /// Heeded; the rest of the line, and the first line counts.
    Raw,
    /// Heeded; every line counts.
    Each,
    /// Ignored on purpose, and why that does no harm.
    Ignored(&'static str),
    /// Cannot be honoured, unless it says one of these.
    Refused(&'static [&'static str]),
}

const NO_TERMINAL: &str = "there is no terminal on the host and no session of the user's";
const NO_FORWARDING: &str = "nothing is forwarded";
const OWN_LINKS: &str = "tailpane keeps links of its own; transport = \"openssh\" shares one that exists";
const STRICTER: &str = "without it more is asked, never less";
const OWN_RETRY: &str = "tailpane looks after its links itself";
const NOT_OURS: &str = "it concerns what ssh tells or does beside the connection";
const OTHER_METHODS: &str = "for the system's ssh only; refused where no other method is left";

/// All keywords, in lower case.
#[rustfmt::skip]
const TABLE: &[(&str, Use)] = &[
    ("addkeystoagent", Ignored(NOT_OURS)),
    ("addressfamily", One),
    ("batchmode", One),
    ("bindaddress", One),
    ("bindinterface", Refused(&[])),
    ("canonicaldomains", Ignored("see CanonicalizeHostname")),
    ("canonicalizefallbacklocal", Ignored("see CanonicalizeHostname")),
    // What `ssh -G` prints is canonical already; our own reading refuses it.
    ("canonicalizehostname", One),
    ("canonicalizemaxdots", Ignored("see CanonicalizeHostname")),
    ("canonicalizepermittedcnames", Ignored("see CanonicalizeHostname")),
    ("casignaturealgorithms", One),
    ("certificatefile", Each),
    ("channeltimeout", Ignored(OWN_RETRY)),
    ("checkhostip", Ignored("the host's name is what is verified")),
    ("ciphers", One),
    ("clearallforwardings", Ignored(NO_FORWARDING)),
    ("compression", One),
    ("connectionattempts", Ignored(OWN_RETRY)),
    ("connecttimeout", One),
    ("controlmaster", Ignored(OWN_LINKS)),
    ("controlpath", Ignored(OWN_LINKS)),
    ("controlpersist", Ignored(OWN_LINKS)),
    ("dynamicforward", Ignored(NO_FORWARDING)),
    ("enableescapecommandline", Ignored(NO_TERMINAL)),
    ("enablesshkeysign", Ignored(OTHER_METHODS)),
    ("escapechar", Ignored(NO_TERMINAL)),
    ("exitonforwardfailure", Ignored(NO_FORWARDING)),
    ("fingerprinthash", Ignored("SHA256 is shown")),
    ("forkafterauthentication", Ignored(NO_TERMINAL)),
    ("forwardagent", Ignored(NO_FORWARDING)),
    ("forwardx11", Ignored(NO_FORWARDING)),
    ("forwardx11timeout", Ignored(NO_FORWARDING)),
    ("forwardx11trusted", Ignored(NO_FORWARDING)),
    ("gatewayports", Ignored(NO_FORWARDING)),
    ("globalknownhostsfile", List),
    ("gssapiauthentication", One),
    ("gssapiclientidentity", Ignored(OTHER_METHODS)),
    ("gssapidelegatecredentials", Ignored(OTHER_METHODS)),
    ("gssapikexalgorithms", Ignored(OTHER_METHODS)),
    ("gssapikeyexchange", Ignored(OTHER_METHODS)),
    ("gssapirenewalforcesrekey", Ignored(OTHER_METHODS)),
    ("gssapiserveridentity", Ignored(OTHER_METHODS)),
    ("gssapitrustdns", Ignored(OTHER_METHODS)),
    ("hashknownhosts", One),
    ("hostbasedacceptedalgorithms", Ignored(OTHER_METHODS)),
    ("hostbasedauthentication", One),
    ("hostkeyalgorithms", One),
    ("hostkeyalias", One),
    ("hostname", One),
    ("identitiesonly", One),
    ("identityagent", One),
    ("identityfile", Each),
    ("ignoreunknown", One),
    ("ipqos", Ignored(NOT_OURS)),
    ("kbdinteractiveauthentication", One),
    ("kbdinteractivedevices", Ignored("the host chooses")),
    ("kexalgorithms", One),
    ("knownhostscommand", Refused(&["none"])),
    ("localcommand", Ignored("nothing is run here after connecting")),
    ("localforward", Ignored(NO_FORWARDING)),
    ("loglevel", Ignored(NOT_OURS)),
    ("logverbose", Ignored(NOT_OURS)),
    ("macs", One),
    ("nohostauthenticationforlocalhost", Ignored(STRICTER)),
    ("numberofpasswordprompts", One),
    ("obscurekeystroketiming", Ignored(NO_TERMINAL)),
    ("passwordauthentication", One),
    ("permitlocalcommand", Ignored("nothing is run here after connecting")),
    ("permitremoteopen", Ignored(NO_FORWARDING)),
    ("pkcs11provider", Refused(&["none"])),
    ("port", One),
    ("preferredauthentications", One),
    ("proxycommand", Raw),
    ("proxyjump", Raw),
    ("proxyusefdpass", Refused(&["no", "false"])),
    ("pubkeyacceptedalgorithms", One),
    ("pubkeyauthentication", One),
    ("rekeylimit", Ignored("keys are exchanged anew every GiB and every hour anyway")),
    ("refuseconnection", Refused(&["none"])),
    ("remotecommand", Ignored("tailpane runs commands of its own")),
    ("remoteforward", Ignored(NO_FORWARDING)),
    ("requesttty", Ignored(NO_TERMINAL)),
    ("requiredrsasize", One),
    ("revokedhostkeys", Refused(&["none"])),
    // Keys on tokens are used through an agent.
    ("securitykeyprovider", Refused(&["internal", "none"])),
    ("sendenv", Ignored("the commands run set what they need")),
    ("serveralivecountmax", One),
    ("serveraliveinterval", One),
    ("sessiontype", Ignored(NO_TERMINAL)),
    ("setenv", Ignored("the commands run set what they need")),
    ("stdinnull", Ignored(NO_TERMINAL)),
    ("streamlocalbindmask", Ignored(NO_FORWARDING)),
    ("streamlocalbindunlink", Ignored(NO_FORWARDING)),
    ("stricthostkeychecking", One),
    ("syslogfacility", Ignored(NOT_OURS)),
    ("tag", Ignored("only Match tagged asks for it, and that is refused")),
    ("tcpkeepalive", Ignored(OWN_RETRY)),
    ("tunnel", Ignored(NO_FORWARDING)),
    ("tunneldevice", Ignored(NO_FORWARDING)),
    ("updatehostkeys", Ignored("known hosts are changed only when the user says so")),
    ("usekeychain", Ignored("passphrases are asked")),
    ("user", One),
    ("userknownhostsfile", List),
    ("verifyhostkeydns", Ignored(STRICTER)),
    ("versionaddendum", Ignored(NOT_OURS)),
    ("visualhostkey", Ignored(NOT_OURS)),
    ("warnweakcrypto", Ignored(NOT_OURS)),
    ("xauthlocation", Ignored(NO_FORWARDING)),
    // Words of old versions, which OpenSSH itself reads over.
    ("afstokenpassing", Ignored(OLD)), ("cipher", Ignored(OLD)), ("compressionlevel", Ignored(OLD)),
    ("fallbacktorsh", Ignored(OLD)), ("globalknownhostsfile2", Ignored(OLD)),
    ("kerberosauthentication", Ignored(OLD)), ("kerberostgtpassing", Ignored(OLD)),
    ("protocol", Ignored(OLD)), ("rhostsauthentication", Ignored(OLD)),
    ("rhostsrsaauthentication", Ignored(OLD)), ("rsaauthentication", Ignored(OLD)),
    ("useprivilegedport", Ignored(OLD)), ("userknownhostsfile2", Ignored(OLD)),
    ("useroaming", Ignored(OLD)), ("usersh", Ignored(OLD)),
];

const OLD: &str = "nothing has a meaning for it any more";

/// The keyword's own name, which may be another than was said, and what becomes of it; `None` for what is unknown.
pub fn find(said: &str) -> Option<(&'static str, Use)> {
    let name = match said {
        "challengeresponseauthentication" | "skeyauthentication" | "tisauthentication" => {
            "kbdinteractiveauthentication"
        }
        "dsaauthentication" => "pubkeyauthentication",
        "hostbasedkeytypes" => "hostbasedacceptedalgorithms",
        "keepalive" => "tcpkeepalive",
        "pubkeyacceptedkeytypes" => "pubkeyacceptedalgorithms",
        "smartcarddevice" => "pkcs11provider",
        said => said,
    };
    TABLE.iter().find(|(known, _)| *known == name).copied()
}

/// All that is refused, with what it may say.
pub fn refused() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    TABLE.iter().filter_map(|(name, what)| match what {
        Refused(fine) => Some((*name, *fine)),
        _ => None,
    })
}

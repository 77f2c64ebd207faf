//! What a config asks for that our own SSH cannot do, told with its place.

use super::super::native;
use super::fill::Reader;
use super::keyword;
use super::settings::{Said, Settings};
use super::{HostConfig, Method};
use crate::core::text::printable;

/// Says what of the settings cannot be honoured. `places` are the settings as we read them, for file and line.
///
/// # Errors
/// A sentence with the place and what to do.
pub fn check(
    host: &HostConfig,
    settings: &Settings,
    reader: Reader,
    places: &dyn Fn() -> Settings,
) -> Result<(), String> {
    let way = format!(
        "with transport = \"openssh\" under [hosts.\"{}\"] in tailpane's config the system's ssh is used",
        host.target.host
    );
    let refused = |keyword: &str, what: &str| {
        let own = places();
        let at = |settings: &Settings| settings.first(keyword).and_then(|said| said.place.clone());
        let place = at(settings).or_else(|| at(&own)).map(|place| format!("{place}: ")).unwrap_or_default();
        Err(format!("{place}{what} is beyond tailpane's own SSH; {way}"))
    };
    for (keyword, fine) in keyword::refused() {
        let Some(said) = settings.text(keyword).filter(|said| !said.is_empty()) else { continue };
        let harmless = fine.iter().any(|fine| fine.eq_ignore_ascii_case(&said))
            || default(reader, keyword).as_ref() == Some(&said)
            // Keys on tokens are used through the agent.
            || keyword == "securitykeyprovider" && host.agent.is_some();
        if !harmless {
            return refused(keyword, &format!("{keyword} {}", printable(&said)));
        }
    }
    if let Reader::Ssh(_) = reader {
        for (keyword, said) in settings.keywords() {
            let differs = said.first().map(Said::text) != default(reader, keyword);
            if keyword != "host"
                && keyword::find(keyword).is_none()
                && differs
                && places().first(keyword).is_some()
            {
                return refused(keyword, keyword);
            }
        }
    }
    if let Some((keyword, list)) = native::unspeakable(host) {
        let keyword = keyword.to_ascii_lowercase();
        return refused(&keyword, &format!("{keyword} {}", printable(&list)));
    }
    let ours = |method: &Method| !matches!(method, Method::Gssapi | Method::HostBased);
    if !host.methods.iter().any(ours) {
        let what = match host.methods.first() {
            Some(Method::Gssapi) => "logging in by GSSAPI alone",
            Some(_) => "logging in by HostbasedAuthentication alone",
            None if host.batch => "BatchMode without PubkeyAuthentication",
            None => "logging in with no method left",
        };
        return refused("preferredauthentications", what);
    }
    Ok(())
}

/// What `ssh` prints where nothing is said.
fn default(reader: Reader, keyword: &str) -> Option<String> {
    match reader {
        Reader::Ssh(defaults) => defaults.text(keyword),
        Reader::Ours => None,
    }
}

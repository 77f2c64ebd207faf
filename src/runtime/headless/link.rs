//! What is said of the links to hosts: that one is lost, back or refused, once a host and turn.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::app::link::{HostStatus, LinkState};

/// How long a link that stood may be lost before what is not followed is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was said of each host's link.
pub struct Links {
    /// A host that is not reached now is tried again.
    again: bool,
    said: HashMap<Arc<str>, Said>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    Up,
    /// It stood before, or not.
    Lost(bool),
    Refused,
}

/// Whether nothing more is to be expected of a link. Nobody can be asked and nobody presses a key: a host that
/// refuses is not tried again.
pub fn is_given_up(link: &LinkState, follow: bool) -> bool {
    match link {
        LinkState::Refused(_) => true,
        LinkState::Failed { .. } => !follow,
        LinkState::Lost { since, .. } => !follow && since.elapsed() >= PATIENCE,
        LinkState::Up | LinkState::Connecting(_) => false,
    }
}

impl Links {
    /// Nothing was said yet.
    pub fn new(follow: bool) -> Links {
        Links { again: follow, said: HashMap::new() }
    }

    /// The sentence for what has become of a host's link, if it is worth one.
    pub fn turned(&mut self, host: &HostStatus) -> Option<String> {
        let said = self.said.entry(host.name.clone()).or_default();
        let (now, sentence) = match &host.state {
            LinkState::Connecting(_) => return None,
            LinkState::Up if matches!(said, Said::Lost(true)) => {
                (Said::Up, Some("the link is back".to_owned()))
            }
            LinkState::Up if matches!(said, Said::Lost(_)) => (Said::Up, Some("connected now".to_owned())),
            LinkState::Up => (Said::Up, None),
            LinkState::Lost { why, .. } => (Said::Lost(true), Some(format!("link lost: {why}"))),
            LinkState::Failed { why, .. } => {
                let yet = if self.again { " yet" } else { "" };
                (Said::Lost(false), Some(format!("not connected{yet}: {why}")))
            }
            LinkState::Refused(why) => (Said::Refused, Some(format!("not connected: {why}"))),
        };
        let same = std::mem::replace(said, now) == now;
        sentence.filter(|_| !same)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn host(name: &str, state: LinkState) -> HostStatus {
        let (facts, caveats) = (Vec::new(), Vec::new());
        HostStatus { name: name.into(), state, latency: None, bytes: 0, reconnects: 0, facts, caveats }
    }

    #[test]
    fn each_turn_of_a_link_is_said_once() {
        let lost = |why: &str| LinkState::Lost { why: why.into(), since: Instant::now(), retry: None };
        let failed = |why: &str| LinkState::Failed { why: why.into(), retry: None };
        let mut links = Links::new(true);
        let mut said = |name: &str, state| links.turned(&host(name, state)).unwrap_or_default();
        assert_eq!(said("a", LinkState::Connecting("connecting")), "");
        assert_eq!(said("a", failed("refused")), "not connected yet: refused");
        assert_eq!(said("a", failed("refused again")), "");
        assert_eq!(said("a", LinkState::Up), "connected now");
        assert_eq!(said("b", LinkState::Up), "");
        assert_eq!(said("a", lost("no answer")), "link lost: no answer");
        assert_eq!(said("a", LinkState::Connecting("connecting")), "");
        assert_eq!(said("a", lost("no answer")), "");
        assert_eq!(said("a", LinkState::Up), "the link is back");
        assert_eq!(said("b", LinkState::Refused("a wrong key".into())), "not connected: a wrong key");
        assert_eq!(said("b", LinkState::Refused("a wrong key".into())), "");
    }
}

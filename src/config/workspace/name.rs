//! Whether what a workspace calls a source can be the name of one, as far as the text alone tells. What is there, here or
//! elsewhere, is not looked at, nor is the environment, which is another one on every machine.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::core::host::{HostPattern, Named};
use crate::core::template::{Known, Template};

/// What names may have in `${…}`.
pub type Variables = BTreeMap<String, String>;

/// Whether a path can be one; there may be a host in front of it.
///
/// # Errors
/// A sentence.
pub fn check_path(written: &str, variables: &Variables) -> Result<(), String> {
    let Some(name) = known(written, variables)? else { return Ok(()) };
    let masked = name.masked();
    if masked.contains('\0') {
        return Err("a path cannot have a zero byte".to_owned());
    }
    Named::parse(masked.as_bytes()).map(drop).map_err(|why| name.unmasked(&why).written())
}

/// Whether a text can be said of hosts in front of a path.
///
/// # Errors
/// A sentence.
pub fn check_host(written: &str, variables: &Variables) -> Result<(), String> {
    let Some(name) = known(written, variables)? else { return Ok(()) };
    let masked = name.masked();
    let pattern = HostPattern::parse(&masked, false).map_err(|why| name.unmasked(&why).written())?;
    match pattern.to_string() == masked {
        true => Ok(()),
        false => Err("a colon belongs to an address, which has brackets around it: [::1]; where a port is to be said, all \
                      of the name is the path: ssh://web1:2222/var/log/app.log"
            .to_owned()),
    }
}

/// A name with its variables written out; none where the environment has a say in it.
fn known(written: &str, variables: &Variables) -> Result<Option<Template>, String> {
    let asked = Cell::new(false);
    let environment = |_: &str| {
        asked.set(true);
        Some(String::new())
    };
    let name = Template::parse(written, &Known { variables, environment: &environment })?;
    Ok(Some(name).filter(|_| !asked.get()))
}

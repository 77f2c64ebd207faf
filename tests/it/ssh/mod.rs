//! Sources on other hosts, against a real `sshd` on loopback.

#[allow(dead_code)] // each test uses its part
mod agent;
mod bad;
mod config;
mod cuts;
#[allow(dead_code)] // each test uses its part
mod fake;
mod headless;
mod known;
mod lies;
mod link;
mod login;
mod manual;
#[allow(dead_code)] // each test uses its part
mod person;
#[allow(dead_code)] // each test uses its part
mod proxy;
mod reading;
mod remote;
mod script;
#[allow(dead_code)] // each test uses its part
pub mod site;
#[allow(dead_code)] // each test uses its part
mod sshd;
mod system;
mod traces;

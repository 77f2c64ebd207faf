//! Sources on other hosts, against a real `sshd` on loopback.

mod config;

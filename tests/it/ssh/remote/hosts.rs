//! Many files, many hosts, servers with limits, names that stand for several files.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tailpane::app::link::LinkState;
use tailpane::app::source::{SourceId, State};
use tailpane::core::template::{Known, Template};
use tailpane::source::Keep;
use tailpane::source::search::{Found, Place};
use tailpane::source::ssh::reading::Reading;
use tailpane::source::ssh::search::Sought;

use super::{DEADLINE, Rig, remote};
use crate::follow::lines;
use crate::ssh::sshd::until;

fn follow_many(rig: &Rig, many: u32) {
    let mut logs: Vec<_> = (0..many)
        .map(|id| {
            rig.append(&format!("{id}.log"), lines(0, 1000));
            rig.drain(id, &format!("{id}.log"))
        })
        .collect();
    for log in &mut logs {
        log.expect(rig, lines(0, 1000));
    }
    for id in 0..many {
        rig.append(&format!("{id}.log"), lines(1000, 1010));
    }
    for log in &mut logs {
        log.expect(rig, lines(0, 1010));
    }
}

#[test]
fn twelve_files_take_two_connections() {
    let rig = Rig::new(Keep::Unread);
    follow_many(&rig, 12);
    assert_eq!(rig.proxy.connections(), 2);
}

#[test]
fn a_server_that_allows_two_sessions_gets_more_connections() {
    let rig = Rig::with(
        Keep::Unread,
        |options| {
            options.line("MaxSessions 2");
        },
        |_| {},
    );
    follow_many(&rig, 5);
    assert!(rig.proxy.connections() >= 3);
}

#[test]
fn a_server_that_lets_few_in_at_a_time_is_asked_again() {
    let rig = Rig::with(
        Keep::Unread,
        |options| {
            options.line("MaxStartups 1:100:1");
        },
        |_| {},
    );
    for id in 0..4 {
        rig.append("a.log", lines(0, 10));
        rig.follower.open_remote(
            SourceId(id),
            &remote(&format!("web{id}"), &rig.path("a.log")),
            Reading::default(),
        );
    }
    for id in 0..4 {
        rig.wait_for_state(id, "live", |state| *state == State::Live);
    }
}

#[test]
fn nothing_is_left_running_when_a_source_is_closed() {
    let rig = Rig::new(Keep::Generations);
    rig.append("a.log", lines(0, 10));
    rig.open(1, "a.log");
    rig.wait_for_state(1, "live", |state| *state == State::Live);
    assert_eq!(rig.follower.hosts().len(), 1);
    rig.follower.close(SourceId(1));
    assert!(rig.follower.hosts().is_empty());
    until("nothing runs on the host", DEADLINE, || rig.sshd.commands().is_empty());
}

#[test]
fn hosts_that_do_not_answer_do_not_slow_one_that_does() {
    // Connections are taken and nothing is ever said; on another port there is nobody at all.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    let rig = Rig::with(
        Keep::Unread,
        |_| {},
        move |config| match config.target.host.as_str() {
            "web1" => {}
            "nobody" => config.port = 9,
            _ => config.port = port,
        },
    );
    rig.append("a.log", lines(0, 10));
    for id in 0..50 {
        let host = format!("silent{id}");
        rig.follower.open_remote(SourceId(100 + id), &remote(&host, &rig.path("a.log")), Reading::default());
    }
    let mut log = rig.drain(1, "a.log");
    let began = Instant::now();
    log.expect(&rig, lines(0, 10));
    // Fifty of them go ahead, sixteen at a time. Had it waited for them to give up, it would have taken a minute and a
    // half.
    assert!(began.elapsed() < Duration::from_secs(30), "after {:?}", began.elapsed());
    assert_ne!(rig.status(100).remote.unwrap().host.state, LinkState::Up);
    rig.follower.open_remote(SourceId(2), &remote("nobody", &rig.path("a.log")), Reading::default());
    rig.wait_for(2, "not connected", |status| {
        let host = &status.remote.as_ref().unwrap().host;
        matches!(host.state, LinkState::Failed { retry: Some(_), .. })
    });
    assert_eq!(rig.follower.hosts().len(), 52);
}

#[test]
fn no_more_connections_are_begun_at_once_than_are_allowed() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    silent.set_nonblocking(true).unwrap();
    let port = silent.local_addr().unwrap().port();
    let rig = Rig::connecting(Keep::Unread, 2, |_| {}, move |config| config.port = port);
    let (began, mut taken) = (Instant::now(), Vec::new());
    for id in 0..3 {
        let host = format!("silent{id}");
        rig.follower.open_remote(SourceId(id), &remote(&host, &rig.path("a.log")), Reading::default());
    }
    // The third has its turn when one of the others has kept silent for two seconds.
    until("all of them", DEADLINE, || {
        taken.extend(silent.accept().ok());
        assert!(taken.len() <= 2 || began.elapsed() >= Duration::from_secs(2), "after {:?}", began.elapsed());
        taken.len() == 3
    });
}

#[test]
fn a_refused_host_is_tried_again_by_hand_only() {
    let rig = Rig::with(
        Keep::Unread,
        |_| {},
        |config| match config.target.host.as_str() {
            "web1" => config.user_known_hosts.clear(),
            _ => config.port = 9, // nobody is there
        },
    );
    rig.append("a.log", lines(0, 10));
    rig.open(1, "a.log");
    rig.wait_for(1, "refused", |status| {
        matches!(status.remote.as_ref().unwrap().host.state, LinkState::Refused(_))
    });
    let tried = rig.proxy.connections();
    // Meanwhile one that may be tried again is, more than once.
    rig.follower.open_remote(SourceId(2), &remote("nobody", &rig.path("a.log")), Reading::default());
    let mut dues = std::collections::BTreeSet::new();
    until("tried again and again", DEADLINE, || {
        match rig.status(2).remote.unwrap().host.state {
            LinkState::Failed { retry: Some(at), .. } => dues.insert(at),
            _ => false,
        };
        dues.len() > 2
    });
    assert_eq!(rig.proxy.connections(), tried, "nobody wanted that");
    rig.follower.reconnect(SourceId(1));
    until("tried again", DEADLINE, || rig.proxy.connections() > tried);
}

#[test]
fn patterns_and_folders_stand_for_files_also_for_those_that_come_later() {
    let rig = Rig::new(Keep::Unread);
    std::fs::create_dir(rig.path("logs")).unwrap();
    rig.append("logs/a.log", "a\n");
    rig.append("logs/it's b.log", "b\n");
    rig.append("logs/c.txt", "c\n");
    let search = |name: &str| {
        let (tell, told) = channel();
        let id = rig.follower.search_remote(&Sought::Path(remote("web1", &rig.path(name))), move |found| {
            if let Found::Files(files) | Found::Later(files) = found {
                let there = |place| match place {
                    Place::There(path) => path,
                    Place::Here(path) => panic!("{path:?} is not there"),
                };
                let _ = tell.send(files.into_iter().map(there).collect::<Vec<_>>());
            }
        });
        (id, told)
    };
    let (pattern, matching) = search("logs/*.log");
    let (_, inside) = search("logs");
    let (_, itself) = search("logs/c.txt");
    let names = |files: Vec<tailpane::core::host::RemotePath>| -> Vec<String> {
        let name = |path: &[u8]| String::from_utf8_lossy(path).rsplit('/').next().unwrap().to_owned();
        files.iter().map(|file| name(&file.path)).collect()
    };
    let found = matching.recv_timeout(DEADLINE).unwrap();
    assert_eq!(names(found.clone()), ["a.log", "it's b.log"]);
    assert_eq!(names(inside.recv_timeout(DEADLINE).unwrap()), ["a.log", "c.txt", "it's b.log"]);
    assert_eq!(names(itself.recv_timeout(DEADLINE).unwrap()), ["c.txt"]);
    rig.append("logs/d.log", "d\n");
    assert_eq!(names(matching.recv_timeout(DEADLINE).unwrap()), ["d.log"]);
    rig.follower.end_search(pattern);
    rig.follower.open_remote(SourceId(1), &found[1], Reading::default());
    rig.wait_for(1, "read", |status| status.end.0 == 2);
    assert!(matching.recv_timeout(Duration::from_millis(10)).is_err());
}

#[test]
fn a_name_with_a_date_stands_for_another_file_at_another_time() {
    let rig = Rig::new(Keep::Unread);
    let (variables, environment) = (Default::default(), |_: &str| None);
    let known = Known { variables: &variables, environment: &environment };
    let name = Template::parse(&format!("{}-${{date:%H%M%S}}", rig.path("app").display()), &known).unwrap();
    let target = remote("web1", &rig.path("x")).target;
    let (tell, told) = channel();
    rig.follower.search_remote(&Sought::Dated { target, name: name.clone() }, move |found| {
        if let Found::Files(files) | Found::Later(files) = found {
            let _ = tell.send(files);
        }
    });
    // Files for some seconds to come: each is found when its time has come, the link may take a while before.
    let now = jiff::Zoned::now();
    let names: Vec<String> =
        (0..600).map(|n| name.at(&(&now + jiff::SignedDuration::from_secs(n)))).collect();
    names.iter().for_each(|name| std::fs::write(name, "x\n").unwrap());
    let mut found: Vec<Place> = Vec::new();
    while found.len() < 3 {
        found.extend(told.recv_timeout(DEADLINE).unwrap());
    }
    let at = |place: &Place| match place {
        Place::There(path) => names.iter().position(|name| name.as_bytes() == path.path).unwrap(),
        Place::Here(path) => panic!("{path:?} is not there"),
    };
    let order: Vec<usize> = found.iter().map(at).collect();
    assert!(order.is_sorted() && order[0] < order[2], "{order:?}");
}

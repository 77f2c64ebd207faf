//! A workspace that is saved says of panes what its file does not say of all of them, and shows the same wherever it is
//! read.

use super::save::saved;
use super::word::{OF_PANES, OF_SOURCES, TOPS, says, stands};
use crate::app::tests::harness::Desk;
use crate::config::settings::{Settings, Times};
use crate::config::toml;
use crate::config::workspace::{LAYER, Origin};

/// What a user's own config may say.
const USERS: [&str; 3] = [
    "",
    "wrap = true\ntimes = 'age'\nnumbers = true\nform = 'pretty'\ncontext = 3\nby-line = true\n",
    "times = 'clock'\n[[filter]]\nname = 'mine'\nquery = 'line'\n[logs.'g.log']\nfilters = ['5']\n",
];

/// A workspace's file over a user's config.
fn over(user: &str, text: &str) -> Settings {
    let mut tree = toml::parse(user, "config.toml", 1).unwrap();
    tree.lay(toml::parse(text, "dash.toml", LAYER).unwrap());
    let read = crate::config::read(&tree, &|_| None, &std::sync::Arc::default());
    read.unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}")).settings
}

fn desk(user: &str, text: &str) -> Desk {
    let settings = over(user, text);
    let paths: Vec<String> = settings.workspace.sources.iter().map(Origin::typed).collect();
    let mut desk = Desk::with(settings, 120, 40);
    for path in paths {
        desk.open(&path, "line 1\nline 57\n");
    }
    desk
}

fn save(desk: &mut Desk) -> String {
    desk.keys(":save-workspace team<Enter>");
    saved(desk).1
}

/// How the panes stand that are not behind a stream.
fn shown(desk: &Desk) -> Vec<String> {
    desk.app.desk.order().iter().map(|id| stands(&desk.app.desk.panes[id])).collect()
}

#[test]
fn what_is_saved_shows_the_same_with_the_config_of_its_user_and_without_one() {
    let mut texts = vec!["sources = ['/srv/p.log', '/srv/g.log']\n".to_owned()];
    for (n, top) in TOPS.iter().enumerate() {
        for (m, pane) in OF_PANES.iter().enumerate() {
            let kind = if (n + m) % 3 == 0 { "merged" } else { "rows" };
            texts.push(says(top, OF_SOURCES[(n + m / 2) % 2], pane, kind));
        }
    }
    for user in USERS {
        for (n, text) in texts.iter().enumerate() {
            let mut first = desk(user, text);
            first.keys(["", ":times delta<Enter>", "&7<Enter>", "F", "J"][n % 5]);
            let saved = save(&mut first);
            for other in [user, ""] {
                let second = desk(other, &saved);
                assert_eq!(shown(&second), shown(&first), "{user}\n{text}\n{saved}");
            }
            assert_eq!(save(&mut desk(user, &saved)), saved, "saved again");
        }
    }
}

#[test]
fn what_the_file_says_of_all_panes_is_not_said_of_each() {
    let top = "wrap = true\ntimes = 'clock'\ncontext = 2\n";
    let filters = "[[filter]]\nquery = 'line'\n";
    let tabs = "[[tabs]]\nrows = ['/srv/a.log', { pane = '/srv/b.log', times = 'age' }]\n";
    let text =
        format!("{top}sources = [{{ path = '/srv/a.log', filters = ['5'] }}, '/srv/b.log']\n{filters}{tabs}");
    let saved = save(&mut desk("", &text));
    let panes = saved.split("[[tabs]]").nth(1).unwrap();
    assert!(panes.contains("{ pane = \"b.log\", times = \"age\" }"), "{saved}");
    for said in ["wrap", "clock", "context", "filters"] {
        assert!(!panes.contains(said), "{said}: {saved}");
    }
    // So the line on top still counts when somebody changes it.
    let again = desk("", &saved.replace("'clock'", "'delta'"));
    let times: Vec<_> = again.app.desk.order().iter().map(|id| again.app.desk.panes[id].look.times).collect();
    assert_eq!(times, [Times::Delta, Times::Age]);
    // What nothing but one's own config says is said, and what that says otherwise too.
    let own = save(&mut desk("wrap = true\n", "sources = ['/srv/a.log']\n"));
    assert!(own.contains("{ pane = \"a.log\", wrap = true }"), "{own}");
}

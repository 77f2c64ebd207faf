//! Who and where we are, as far as ssh configs ask for it.

use std::path::{Path, PathBuf};

use rustix::process::getuid;

/// Who and where we are.
#[derive(Clone, Debug)]
pub struct Here {
    /// Our user's name here.
    pub user: String,
    /// Its number.
    pub uid: u32,
    /// Its home folder, as the system has it (`ssh` does not ask `$HOME`).
    pub home: PathBuf,
    /// This machine's name.
    pub host: String,
    /// The config file of the whole system.
    pub system: PathBuf,
    /// The system's `ssh`, if there is one.
    pub ssh: Option<PathBuf>,
    /// The environment.
    pub env: fn(&str) -> Option<String>,
}

impl Here {
    /// Looks.
    pub fn look() -> Here {
        let env = |name: &str| std::env::var(name).ok();
        let uid = getuid().as_raw();
        let known = passwd(|fields| fields[2] == uid.to_string());
        let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("/"));
        let user = || env("USER").or_else(|| env("LOGNAME")).unwrap_or_else(|| uid.to_string());
        let (user, home) = known.unwrap_or_else(|| (user(), home));
        Here {
            user,
            uid,
            home,
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            system: PathBuf::from("/etc/ssh/ssh_config"),
            ssh: program("ssh"),
            env,
        }
    }

    /// A path with its leading `~` or `~user` read.
    ///
    /// # Errors
    /// Half a sentence, when there is no such user.
    pub fn tilde(&self, path: &str) -> Result<String, String> {
        let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_owned()) };
        let (user, behind) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let home = match user {
            "" => Some(self.home.clone()),
            user if user == self.user => Some(self.home.clone()),
            user => passwd(|fields| fields[0] == user).map(|(_, home)| home),
        };
        let home = home.ok_or_else(|| format!("no user is called {user}"))?;
        Ok(format!("{}{behind}", home.to_string_lossy().trim_end_matches('/')))
    }
}

/// Name and home of the user whose line in the system's list fits.
fn passwd(fits: impl Fn(&[&str]) -> bool) -> Option<(String, PathBuf)> {
    let list = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut users = list.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let fields = users.find(|fields| fields.len() >= 6 && fits(fields))?;
    Some((fields[0].to_owned(), PathBuf::from(fields[5])))
}

/// A program on the search path.
fn program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)).find(
        |file: &PathBuf| {
            let mode = |file: &Path| {
                use std::os::unix::fs::PermissionsExt;
                file.metadata().map(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
            };
            mode(file).unwrap_or(false)
        },
    )
}

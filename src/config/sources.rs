//! What can be set of where lines come from: how folders are walked, what becomes of panes whose files are gone, and the
//! variables in names.

use std::collections::BTreeMap;

use super::mistake::{Mistake, taken};
use super::toml::Entry;
use crate::core::template::unescaped;

/// Where lines come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// A folder stands for the files in the folders below too.
    pub recursive: bool,
    /// Folders and patterns stand for names with a dot in front too.
    pub hidden: bool,
    /// Files that `.gitignore`, `.ignore` and `.fdignore` name are not left out of folders.
    pub no_ignore: bool,
    /// The pane of a file that a folder or a pattern stood for closes when the file is gone.
    pub close_vanished: bool,
    /// What `${name}` stands for in names.
    pub variables: BTreeMap<String, String>,
}

/// Names that stand for something already.
const TAKEN: [&str; 2] = ["host", "date"];

impl Sources {
    /// Reads what of a config is said of sources, and leaves the rest; what is wrong is added to `wrong`.
    pub fn read(&mut self, entry: &Entry, wrong: &mut Vec<Mistake>) {
        let switch = match entry.name() {
            "recursive" => &mut self.recursive,
            "hidden" => &mut self.hidden,
            "no-ignore" => &mut self.no_ignore,
            "close-vanished" => &mut self.close_vanished,
            "variables" => return self.read_variables(entry, wrong),
            _ => return,
        };
        if let Some(on) = taken(entry.switch(), wrong) {
            *switch = on;
        }
    }

    fn read_variables(&mut self, entry: &Entry, wrong: &mut Vec<Mistake>) {
        // What is no table was told already.
        for variable in entry.table().map(|table| table.entries()).unwrap_or_default() {
            let (name, text) = (taken(name_of(&variable), wrong), taken(text_of(&variable), wrong));
            self.variables.extend(name.zip(text));
        }
    }
}

fn name_of(variable: &Entry) -> Result<String, Mistake> {
    let name = variable.name();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(plain) {
        return Err(variable.wrong("a name of letters, digits, `-`, `_` and `.` is wanted for a variable"));
    }
    if TAKEN.contains(&name) {
        return Err(variable.wrong(&format!("${{{name}}} stands for something already")));
    }
    Ok(name.to_owned())
}

/// What a variable stands for: a text, in which no other variable is looked for.
///
/// # Errors
/// When there is one in it, or it is no text.
pub fn text_of(variable: &Entry) -> Result<String, Mistake> {
    let text = variable.text()?;
    unescaped(text).map_err(|at| {
        let at = text[..at].chars().count();
        let told = "a variable stands for its text as it is: no other one is looked for in it ($${ stands for ${ itself)";
        variable.wrong_within(at, told)
    })
}

#[cfg(test)]
mod tests {
    use crate::config::tests::read;

    #[test]
    fn a_variable_in_a_variable_is_a_mistake_with_its_place() {
        let told = read(&["[variables]\nb = 'x'\na = '/é/${b}'\n'c d' = '${b}'"]).unwrap_err();
        assert!(told[0].starts_with("0.toml:3:9: a variable stands for its text as it is"), "{told:?}");
        assert!(told[1].starts_with("0.toml:4:") && told.len() == 3, "its name is told too: {told:?}");
        assert_eq!(read(&["[variables]\na = '$b {c}'"]).unwrap().settings.sources.variables["a"], "$b {c}");
    }

    #[test]
    fn what_opens_a_variable_can_be_said_of_one() {
        let of = |text: &str| read(&[&format!("[variables]\na = '{text}'")]);
        assert_eq!(of("é$${r}$$${").unwrap().settings.sources.variables["a"], "é${r}$${");
        let told = of("$${r}/${r}").unwrap_err();
        assert!(told[0].starts_with("0.toml:2:12: a variable stands for its text as it is"), "{told:?}");
    }
}

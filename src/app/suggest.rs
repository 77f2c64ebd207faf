//! What the last word of a query can become: what can be asked, and the fields that the lines in sight have.

use super::App;
use super::lens::Slot;
use super::pane::PaneId;
use crate::core::read;

/// Most fields that are suggested.
const MOST: usize = 200;

/// What lines say besides fields.
const ROLES: [&str; 3] = ["time", "level", "message"];

/// What stands for everything that is hidden.
const ALL: &str = "all";

/// What can be asked of every line, and what it means.
const ASKED: [(&str, &str); 11] = [
    ("level>=", "as serious as this, or more"),
    ("level=", "this level"),
    ("time>=", "at this time or later: 14:05, yesterday, -10m"),
    ("time<", "before this time"),
    ("since ", "not longer ago than 10m, or since 14:05"),
    ("level>=trace", ""),
    ("level>=debug", ""),
    ("level>=info", ""),
    ("level>=warn", "warnings, errors and fatal errors"),
    ("level>=error", "errors and fatal errors"),
    ("level>=fatal", ""),
];

/// What `query` can become by its last word: the whole text, and what that means.
pub fn suggestions(query: &str, fields: &[String]) -> Vec<(String, &'static str)> {
    let begin = query.rfind([' ', '(', '|', '!']).map_or(0, |at| at + 1);
    let (before, word) = query.split_at(begin);
    let asked = ASKED.iter().filter(|(text, _)| text.starts_with(word) && *text != word);
    // The values of levels only once a level is being written.
    let asked = asked
        .filter(|(text, _)| word.starts_with("level") || !text.contains("level>=") || text.ends_with('='));
    let fields = fields.iter().filter(|field| field.starts_with(word));
    let fields = fields.map(|field| (format!("{before}{field}="), "a field of lines in sight"));
    asked.map(|(text, doc)| (format!("{before}{text}"), *doc)).chain(fields).collect()
}

impl App {
    /// What of the lines in sight can be hidden.
    pub(super) fn columns_in_sight(&self, id: PaneId) -> Vec<String> {
        ROLES.map(str::to_owned).into_iter().chain(self.fields_in_sight(id)).collect()
    }

    /// What of a pane is hidden.
    pub(super) fn hidden_columns(&self, id: PaneId) -> Vec<String> {
        let hidden = self.desk.panes.get(&id).map(|pane| pane.hidden.iter().cloned());
        hidden.into_iter().flatten().chain([ALL.to_owned()]).collect()
    }

    /// Whether a field's name is known without any line that says it: what every line may have is called so, or a format
    /// takes a field of that name from a place in the line.
    pub(super) fn is_known_field(&self, name: &str) -> bool {
        let own = self.settings.own_formats.iter().map(|own| &*own.format);
        ROLES.contains(&name) || name == ALL || read::is_placed(name, own)
    }

    /// Names of fields that lines in sight have and that need no quotes, in order; nested ones as `req.method`.
    pub(super) fn fields_in_sight(&self, id: PaneId) -> Vec<String> {
        let Some(pane) = self.desk.panes.get(&id) else { return Vec::new() };
        let Some((mut lens, height)) = self.lens(id) else { return Vec::new() };
        let feeds: Vec<_> = pane.strands().map(|strand| self.feeds.get(&strand.source)).collect();
        let plain = |c: char| c.is_alphanumeric() || "_-.@$#[]".contains(c);
        let mut names = Vec::new();
        let picture = lens.picture(&pane.eye, height);
        for slot in &picture.slots {
            let Slot::Entry(entry, _) = slot else { continue };
            let Some(feed) = feeds.get(entry.place.log).copied().flatten() else { continue };
            let said = feed.learner.reading().read(&entry.line.text);
            names.extend(said.field_names(MOST).into_iter().filter(|name| name.chars().all(plain)));
            names.sort_unstable();
            names.dedup();
            names.truncate(MOST);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(query: &str) -> Vec<String> {
        let fields = ["level".to_owned(), "status".to_owned()];
        suggestions(query, &fields).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn only_the_last_word_goes_on() {
        assert_eq!(texts("GET st"), ["GET status="]);
        assert_eq!(texts("(a | !st"), ["(a | !status="]);
        assert_eq!(texts("level>=w"), ["level>=warn"]);
        assert_eq!(texts("si"), ["since "]);
        assert!(texts("").contains(&"status=".to_owned()) && !texts("").contains(&"level>=warn".to_owned()));
    }
}

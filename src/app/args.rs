//! What may follow a command's name, and what its text alone says of it. What depends on the config is asked of [`Names`].

use crate::core::pattern::Pattern;
use crate::core::query::{Query, When};

/// What may follow a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Args {
    /// Nothing.
    None,
    /// Text; what it is called in help, and what must be in it.
    Text(&'static str, Form),
    /// Names of fields; what they are called in help.
    Fields(&'static str),
    /// A zone; what it is called in help.
    Zone(&'static str),
    /// A path here; what it is called in help.
    Path(&'static str),
    /// A path here or on another host; what it is called in help.
    Source(&'static str),
    /// A theme; what it is called in help.
    Theme(&'static str),
    /// Names of panes and groups; what they are called in help.
    Panes(&'static str),
    /// The name of a workspace; what it is called in help.
    Workspace(&'static str),
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// What must be in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Anything.
    Free,
    /// A regular expression.
    Pattern,
    /// A query.
    Query,
    /// A whole number.
    Number,
    /// A whole number, with or without `%`.
    Percent,
    /// A time.
    When,
    /// One letter: without it there is nothing to do.
    Letter,
}

/// What names there are where a key is bound.
pub struct Names<'a> {
    /// Whether a theme is called so; otherwise a sentence.
    pub theme: &'a dyn Fn(&str) -> Result<(), String>,
    /// Whether a zone is called so.
    pub zone: &'a dyn Fn(&str) -> bool,
}

impl Names<'_> {
    /// Any.
    pub const ANY: Names<'static> = Names { theme: &|_| Ok(()), zone: &|_| true };
}

impl Args {
    /// Whether they can be what follows.
    ///
    /// # Errors
    /// A sentence; `name` is that of the command.
    pub fn check(self, name: &str, args: &str, names: &Names<'_>) -> Result<(), String> {
        let cannot = |why: String| format!("`{name} {args}` cannot run: {why}");
        match self {
            Args::Text(_, Form::Letter) if args.is_empty() => {
                Err(format!("`{name}` needs a letter: bind \"… <char>\", or write it behind the name"))
            }
            _ if args.is_empty() => Ok(()),
            Args::None => Err(format!("`{name}` takes nothing behind it")),
            Args::OneOf(choices) if !choices.contains(&args) => {
                Err(format!("`{name}` takes one of: {}; `{args}` is none", choices.join(", ")))
            }
            Args::Text(_, form) => form.check(args).map_err(cannot),
            Args::Theme(_) => (names.theme)(args).map_err(cannot),
            Args::Zone(_) if !is_zone(args, names) => {
                Err(cannot(format!("no zone is called {args} (Europe/Berlin, UTC, local)")))
            }
            _ => Ok(()),
        }
    }

    /// Whether a character that is pressed can follow.
    pub fn takes_char(self) -> bool {
        match self {
            Args::None | Args::Zone(_) | Args::Theme(_) | Args::Text(_, Form::When) => false,
            Args::OneOf(choices) => choices.iter().any(|choice| choice.chars().count() == 1),
            _ => true,
        }
    }
}

fn is_zone(name: &str, names: &Names<'_>) -> bool {
    name == "local" || name.eq_ignore_ascii_case("utc") || (names.zone)(name)
}

impl Form {
    fn check(self, text: &str) -> Result<(), String> {
        let number = |text: &str| match text.parse::<u64>() {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("a whole number is wanted, and `{text}` is none")),
        };
        match self {
            Form::Free => Ok(()),
            Form::Pattern => Pattern::new(text).map(drop).map_err(|error| error.message),
            Form::Query => Query::parse(text).map(drop).map_err(|error| error.message),
            Form::Number => number(text),
            Form::Percent => number(text.trim_end_matches('%')),
            Form::When => When::typed(text).map(drop),
            Form::Letter => {
                let mut chars = text.chars();
                match (chars.next().filter(|c| c.is_alphabetic()), chars.next()) {
                    (Some(_), None) => Ok(()),
                    _ => Err(format!("a letter is wanted, and `{text}` is none")),
                }
            }
        }
    }
}

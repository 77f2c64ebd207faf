//! `%h` and the like, and `${NAME}`, in the values of an ssh config.

/// What stands for what.
pub struct Tokens<'a> {
    /// Characters behind a `%`, and their texts.
    pub known: &'a [(char, &'a str)],
    /// Names in `${…}`; `None` where they are not read.
    pub env: Option<fn(&str) -> Option<String>>,
}

impl Tokens<'_> {
    /// A value with its tokens read.
    ///
    /// # Errors
    /// Half a sentence, for a token that means nothing here.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        let mut done = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['%', '$']) {
            done.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(behind) = rest.strip_prefix('%') {
                let c = behind.chars().next().ok_or("a single % is at its end; %% is a % itself")?;
                let known = self.known.iter().find(|(token, _)| *token == c).map(|(_, text)| *text);
                let percent = (c == '%').then_some("%");
                done.push_str(known.or(percent).ok_or_else(|| format!("%{c} means nothing there"))?);
                rest = &behind[c.len_utf8()..];
                continue;
            }
            match (self.env, rest.strip_prefix("${")) {
                (Some(env), Some(behind)) => {
                    let (name, behind) = behind.split_once('}').ok_or("a ${ is never closed")?;
                    done.push_str(&env(name).ok_or_else(|| format!("${{{name}}} is not set"))?);
                    rest = behind;
                }
                _ => {
                    done.push('$');
                    rest = &rest[1..];
                }
            }
        }
        Ok(done + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expand(text: &str) -> Result<String, String> {
        let env = |name: &str| (name == "X").then(|| "%h".to_owned());
        Tokens { known: &[('h', "web1"), ('ü', "u")], env: Some(env) }.expand(text)
    }

    #[test]
    fn tokens_and_environment() {
        assert_eq!(expand("a%h%%h-%ü$x"), Ok("aweb1%h-u$x".to_owned()));
        assert_eq!(expand("${X}/y"), Ok("%h/y".to_owned()), "what the environment says is not read again");
        assert!(expand("%z").unwrap_err().contains("%z"));
        assert!(expand("%").is_err() && expand("${Y}").is_err() && expand("${X").is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[%${}hXé]{0,12}") {
            let _ = expand(&text);
        }
    }
}

//! The table of settings as a JSON schema, by which editors check and complete config files.

use serde_json::{Map, Value, json};

use super::{Kind, ROOT, Row};

/// The schema, as text.
pub fn json() -> String {
    let mut schema = table(ROOT);
    let head = [
        ("$schema", "http://json-schema.org/draft-07/schema#"),
        ("title", "tailpane"),
        ("description", "What tailpane's config.toml and workspaces may say."),
    ];
    for (name, value) in head {
        schema[name] = value.into();
    }
    format!("{schema:#}\n")
}

fn table(rows: &[Row]) -> Value {
    let property = |row: &Row| {
        let mut value = kind(&row.kind);
        value["description"] = row.doc.into();
        (row.name.to_owned(), value)
    };
    let properties: Map<String, Value> = rows.iter().map(property).collect();
    let mut table = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    let needs: Vec<Value> = needs(rows).into_iter().map(|names| one_of(&names)).collect();
    if !needs.is_empty() {
        table["allOf"] = needs.into();
    }
    table
}

/// The names of which a table needs one: a list for each thing that it needs.
fn needs(rows: &[Row]) -> Vec<Vec<&'static str>> {
    let mut needs: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for row in rows.iter().filter(|row| !row.need.is_empty()) {
        match needs.iter_mut().find(|(need, _)| *need == row.need) {
            Some((_, names)) => names.push(row.name),
            None => needs.push((row.need, vec![row.name])),
        }
    }
    needs.into_iter().map(|(_, names)| names).collect()
}

fn one_of(names: &[&str]) -> Value {
    match names {
        [name] => json!({ "required": [name] }),
        names => {
            let each: Vec<Value> = names.iter().map(|name| json!({ "required": [name] })).collect();
            json!({ "anyOf": each })
        }
    }
}

fn filled() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn kind(of: &Kind) -> Value {
    match of {
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::Number(allowed) => {
            json!({ "type": "integer", "minimum": allowed.start(), "maximum": allowed.end() })
        }
        Kind::Size(allowed) => json!({
            "anyOf": [
                { "type": "integer", "minimum": allowed.start(), "maximum": allowed.end() },
                { "type": "string", "pattern": r"^([0-9]+\.?[0-9]*|\.[0-9]+)\s*(B|kB|MB|GB|KiB|MiB|GiB)?$" },
            ]
        }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Text(_) => filled(),
        Kind::Named(known, _) => json!({ "anyOf": [{ "enum": known }, filled()] }),
        Kind::Any(_) | Kind::Others(_) => json!({ "type": "string" }),
        Kind::Called(_) => json!({ "anyOf": [filled(), { "type": "integer", "minimum": 0 }] }),
        Kind::Texts(_) => json!({ "type": "array", "items": filled() }),
        Kind::Amount => {
            json!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^\s*[-+]?\.?[0-9]" }] })
        }
        Kind::Table(rows) => table(rows),
        Kind::Each(each, names) => json!({
            "type": "object", "propertyNames": { "pattern": names.are }, "additionalProperties": kind(each),
        }),
        Kind::Tables(rows) => json!({ "type": "array", "items": table(rows) }),
        Kind::Mixed(rows, _) => {
            json!({ "type": "array", "items": { "anyOf": [filled(), table(rows)] } })
        }
        Kind::List => json!({ "type": "array" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_setting() {
        let schema: Value = serde_json::from_str(&json()).unwrap();
        assert_eq!(schema["properties"].as_object().unwrap().len(), ROOT.len());
        assert_eq!(schema["properties"]["layout"]["enum"][0], "grid");
        let follow = &schema["properties"]["hosts"]["additionalProperties"]["properties"]["follow"];
        assert_eq!(follow["enum"], json!(["auto", "exact", "tail"]));
        assert_eq!(schema["properties"]["ssh"]["additionalProperties"], false);
    }
    /// Whether a value is as a schema wants it, as far as ours say anything.
    fn fits(schema: &Value, value: &Value) -> bool {
        let all = |of: &Value, test: &dyn Fn(&Value) -> bool| {
            of.as_array().is_none_or(|list| list.iter().all(test))
        };
        let any = |of: &Value, test: &dyn Fn(&Value) -> bool| {
            of.as_array().is_none_or(|list| list.iter().any(test))
        };
        let of_type = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_u64(),
            Some("number") => value.is_number(),
            _ => true,
        };
        let least = |name: &str| schema[name].as_u64();
        let pattern = |schema: &Value, text: &str| {
            schema["pattern"]
                .as_str()
                .is_none_or(|pattern| regex::Regex::new(pattern).unwrap().is_match(text))
        };
        let text = value.as_str().is_none_or(|text| {
            least("minLength").is_none_or(|least| text.chars().count() as u64 >= least)
                && pattern(schema, text)
        });
        let number = value.as_u64().is_none_or(|number| {
            least("minimum").is_none_or(|least| number >= least)
                && least("maximum").is_none_or(|most| number <= most)
        });
        let known = any(&schema["enum"], &|word| word == value);
        let member = |(name, value): (&String, &Value)| {
            let own = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
            *own != Value::Bool(false) && fits(own, value) && pattern(&schema["propertyNames"], name)
        };
        let members = value.as_object().is_none_or(|members| members.iter().all(member));
        let items =
            value.as_array().is_none_or(|items| items.iter().all(|item| fits(&schema["items"], item)));
        let required = all(&schema["required"], &|name| value.get(name.as_str().unwrap()).is_some());
        let parts = all(&schema["allOf"], &|part| fits(part, value))
            && any(&schema["anyOf"], &|part| fits(part, value));
        [of_type, text, number, known, members, items, required, parts].iter().all(|fine| *fine)
    }

    #[test]
    fn the_schema_refuses_what_the_program_refuses() {
        let schema: Value = serde_json::from_str(&json()).unwrap();
        let value = |text: &str| serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
        for wrong in [
            "[[highlight]]\nstyle = 'red'",
            "[[highlight]]\npattern = 'x'",
            "[[filter]]",
            "[[format]]\nname = 'x'",
            "[ssh]\nscrollback = 5",
            "[ssh]\nscrollback = '1...5 MiB'",
            "zone = ''",
            "[logs.'']\nlabel = 'x'",
            "[variables]\n'a b' = 'x'",
            "[themes.Q]",
            "[logs.x]\ncolor = ''",
            "layuot = 'grid'",
            "layout = 'gird'",
            "[ssh]\nconnects = 0",
            "[[highlight]]\npattern = 'x'\nstyle = 'red'\nwhen = { group = 1 }",
            "theme = ''",
        ] {
            assert!(!fits(&schema, &value(wrong)), "{wrong}");
            assert!(crate::config::tests::read(&[wrong]).is_err(), "{wrong}");
        }
        assert!(!fits(&schema, &value("sources = [{}]")), "a source needs a path or a command");
        for fine in [
            crate::config::SHIPPED,
            "'$schema' = './schema.json'",
            "theme = 'mine'\n[themes.mine]\nbase = 'dark'",
            "[[highlight]]\npattern = 'x'\ngroups = { 0 = 'red' }",
            "[ssh]\nscrollback = '1.5 GiB'",
            "[variables]\na = ''",
            "[logs.'a*']\nscrollback = 2097152",
            "[[filter]]\nquery = 'x'\nsources = ['a']",
        ] {
            assert!(fits(&schema, &value(fine)), "{fine}");
            assert!(crate::config::tests::read(&[fine]).is_ok(), "{fine}");
        }
        for fine in ["sources = ['a.log', { command = 'make' }]", "[[tabs]]\nrows = ['a']"] {
            assert!(fits(&schema, &value(fine)), "{fine}");
        }
        assert_eq!(
            schema["properties"]["theme"]["anyOf"][0]["enum"][1], "dark",
            "editors complete what is known"
        );
    }
}

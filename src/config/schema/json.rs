//! The table of settings as a JSON schema, by which editors check and complete config files.

use serde_json::{Map, Value, json};

use super::{Items, Kind, Need, ROOT, Row};

/// Where tables stand that are described once and named wherever they may be: a part of a tab may hold parts again.
const SHARED: &str = "definitions";

/// The schema, as text.
pub fn json() -> String {
    let mut shared = Map::new();
    let mut schema = table(ROOT, &mut shared);
    let head = [
        ("$schema", "http://json-schema.org/draft-07/schema#"),
        ("title", "tailpane"),
        ("description", "What tailpane's config.toml and workspaces may say."),
    ];
    for (name, value) in head {
        schema[name] = value.into();
    }
    schema[SHARED] = shared.into();
    format!("{schema:#}\n")
}

fn table(rows: &[Row], shared: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for row in rows {
        let mut value = kind(&row.kind, shared);
        value["description"] = row.doc.into();
        properties.insert(row.name.to_owned(), value);
    }
    let mut table = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    let needs = needs(rows);
    if !needs.is_empty() {
        table["allOf"] = needs.into();
    }
    let beside = rows.iter().filter_map(|row| Some((row.name.to_owned(), json!([row.beside?.0]))));
    let beside: Map<String, Value> = beside.collect();
    if !beside.is_empty() {
        table["dependencies"] = beside.into();
    }
    table
}

/// What a table needs.
fn needs(rows: &[Row]) -> Vec<Value> {
    let mut needs: Vec<(Need, Vec<Value>)> = Vec::new();
    for row in rows {
        let Some(need) = row.need else { continue };
        let name = json!({ "required": [row.name] });
        match needs.iter_mut().find(|(other, _)| *other == need) {
            Some((_, names)) => names.push(name),
            None => needs.push((need, vec![name])),
        }
    }
    let said = |(need, mut names): (Need, Vec<Value>)| match need {
        Need::Some(_) if names.len() == 1 => names.remove(0),
        Need::Some(_) => json!({ "anyOf": names }),
        Need::One(_) => json!({ "oneOf": names }),
    };
    needs.into_iter().map(said).collect()
}

fn filled() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

/// A list of texts and of tables that are shared.
fn mixed(items: &Items, least: usize, shared: &mut Map<String, Value>) -> Value {
    if !shared.contains_key(items.name) {
        // It is known from here on, so that it may name itself.
        shared.insert(items.name.to_owned(), Value::Null);
        let table = table(items.rows, shared);
        shared.insert(items.name.to_owned(), table);
    }
    let named = json!({ "$ref": format!("#/{SHARED}/{}", items.name) });
    let mut list = json!({ "type": "array", "items": { "anyOf": [filled(), named] } });
    if least > 0 {
        list["minItems"] = least.into();
    }
    list
}

fn kind(of: &Kind, shared: &mut Map<String, Value>) -> Value {
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
        Kind::Table(rows) => table(rows, shared),
        Kind::Each(each, names) => json!({
            "type": "object", "propertyNames": { "pattern": names.are }, "additionalProperties": kind(each, shared),
        }),
        Kind::Tables(rows) => json!({ "type": "array", "items": table(rows, shared) }),
        Kind::Mixed(items, least) => mixed(items, *least, shared),
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

    /// Whether a value is as a schema wants it, which is a part of a whole one, as far as ours say anything.
    fn fits(whole: &Value, schema: &Value, value: &Value) -> bool {
        if let Some(named) = schema["$ref"].as_str() {
            return fits(whole, whole.pointer(named.trim_start_matches('#')).unwrap(), value);
        }
        let fits = |schema: &Value, value: &Value| fits(whole, schema, value);
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
        let one = |of: &Value| {
            of.as_array().is_none_or(|list| list.iter().filter(|part| fits(part, value)).count() == 1)
        };
        let parts = all(&schema["allOf"], &|part| fits(part, value))
            && any(&schema["anyOf"], &|part| fits(part, value))
            && one(&schema["oneOf"]);
        let least = value
            .as_array()
            .is_none_or(|items| least("minItems").is_none_or(|least| items.len() as u64 >= least));
        let beside = schema["dependencies"].as_object().is_none_or(|all| {
            let has = |name: &Value| value.get(name.as_str().unwrap()).is_some();
            all.iter()
                .all(|(name, others)| value.get(name).is_none() || others.as_array().unwrap().iter().all(has))
        });
        [of_type, text, number, known, members, items, required, parts, least, beside]
            .iter()
            .all(|fine| *fine)
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
            assert!(!fits(&schema, &schema, &value(wrong)), "{wrong}");
            assert!(crate::config::tests::read(&[wrong]).is_err(), "{wrong}");
        }
        for wrong in [
            "sources = [{}]",
            "sources = [{ path = 'a', command = 'c' }]",
            "sources = [{ path = 'a', host = 'b', command = 'c' }]",
            "sources = [{ host = 'b', command = 'c' }]",
            "sources = [{ path = '' }]",
            "[[tabs]]\nname = 'x'",
            "[[tabs]]\nrows = []",
            "[[tabs]]\nrows = ['a']\ncolumns = ['a']",
            "[[tabs]]\nmerged = ['a']",
            "[[tabs]]\nrows = [{ pane = 'a', wait = 2 }]",
            "[[tabs]]\nrows = [{ pane = 'a', weight = 0 }]",
            "[[tabs]]\nrows = [{ columns = ['a', { rows = [{ pane = 'a', wrpa = true }] }] }]",
            "[[tabs]]\nrows = [{ columns = ['a'], wrap = true }]",
            "[[tabs]]\nrows = [{ pane = 'a', filters = [{ keep = 'x', drop = 'y' }] }]",
            "[[tabs]]\nrows = [{ pane = 'a', filters = [{ kepe = 'x' }] }]",
        ] {
            assert!(!fits(&schema, &schema, &value(wrong)), "{wrong}");
            let tree = crate::config::toml::parse(wrong, "x.toml", crate::config::workspace::LAYER).unwrap();
            assert!(crate::config::read(&tree, &|_| None, &Default::default()).is_err(), "{wrong}");
        }
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
            assert!(fits(&schema, &schema, &value(fine)), "{fine}");
            assert!(crate::config::tests::read(&[fine]).is_ok(), "{fine}");
        }
        for fine in [
            "sources = ['a.log', { command = 'make' }, { path = 'a', host = 'b' }]",
            "[[tabs]]\nrows = ['a']",
            "[[tabs]]\ncolumns = [{ rows = ['a', { pane = 'b', filters = ['x', { or = 'y', on = false }] }], weight = 2 }]",
        ] {
            assert!(fits(&schema, &schema, &value(fine)), "{fine}");
        }
        assert_eq!(
            schema["properties"]["theme"]["anyOf"][0]["enum"][1], "dark",
            "editors complete what is known"
        );
    }

    #[test]
    fn every_implementation_of_schemas_understands_the_regular_expressions() {
        fn expressions(schema: &Value, found: &mut Vec<String>) {
            match schema {
                Value::Object(members) => {
                    found.extend(members.get("pattern").and_then(Value::as_str).map(str::to_owned));
                    members.values().for_each(|value| expressions(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| expressions(value, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        expressions(&serde_json::from_str(&json()).unwrap(), &mut found);
        assert!(!found.is_empty());
        for expression in found {
            let escapes = expression.split('\\').skip(1).map(|rest| rest.chars().next().unwrap());
            assert!(escapes.clone().all(|c| "sx.[".contains(c)), "{expression}");
            assert!(!expression.contains("(?") && !expression.contains("[["), "{expression}");
        }
        let names =
            &serde_json::from_str::<Value>(&json()).unwrap()["properties"]["variables"]["propertyNames"];
        let names = regex::Regex::new(names["pattern"].as_str().unwrap()).unwrap();
        for (name, fine) in [("a-B_1.2", true), ("größe", true), ("日", true), ("", false)] {
            assert_eq!(names.is_match(name), fine, "{name}");
        }
        for c in ('\0'..='\x7f').filter(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
            assert!(!names.is_match(&format!("a{c}b")), "{c:?}");
        }
    }
}

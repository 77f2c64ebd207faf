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
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn kind(of: &Kind) -> Value {
    match of {
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::Number(allowed) => {
            json!({ "type": "integer", "minimum": allowed.start(), "maximum": allowed.end() })
        }
        Kind::Size(_) => json!({
            "anyOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string", "pattern": "^[0-9.]+ ?(B|kB|MB|GB|KiB|MiB|GiB)?$" },
            ]
        }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Text(_) => json!({ "type": "string" }),
        Kind::Called(_) => json!({ "anyOf": [{ "type": "string" }, { "type": "integer", "minimum": 0 }] }),
        Kind::Texts(_) => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Amount => {
            json!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^[-+]?[0-9.]" }] })
        }
        Kind::Table(rows) => table(rows),
        Kind::Each(each, _) => json!({ "type": "object", "additionalProperties": kind(each) }),
        Kind::Tables(rows) => json!({ "type": "array", "items": table(rows) }),
        Kind::Mixed(rows, _) => {
            json!({ "type": "array", "items": { "anyOf": [{ "type": "string" }, table(rows)] } })
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
}

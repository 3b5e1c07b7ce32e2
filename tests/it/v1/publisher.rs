//! The publisher's own document as a measure of our answers: that they have what it requires, and nothing that it does not name.

use std::sync::OnceLock;

use serde_json::Value;

/// The publisher's document; none where it does not lie.
fn document() -> Option<&'static Value> {
    static DOCUMENT: OnceLock<Option<Value>> = OnceLock::new();
    let read = || {
        let Some(file) = std::env::var_os("SUOMIFI_YAML") else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs SUOMIFI_YAML");
            println!("not checked: answers against the publisher's API document (set SUOMIFI_YAML)");
            return None;
        };
        Some(yaml_serde::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
    };
    DOCUMENT.get_or_init(read).as_ref()
}

/// Asserts that `value` is what the publisher calls `schema`.
pub fn assert_fits(schema: &str, value: &Value) {
    let Some(document) = document() else { return };
    let schema = &document["components"]["schemas"][schema];
    assert!(schema.is_object());
    if let Err(wrong) = fits(document, schema, value) {
        panic!("{wrong} in {value}");
    }
}

/// Asserts the publisher's form of a list of violations; our own members of each are let pass.
pub fn assert_refusal(value: &Value) {
    let mut value = value.clone();
    for error in value["validationErrors"].as_array_mut().unwrap() {
        let error = error.as_object_mut().unwrap();
        assert!(error.remove("code").is_some() && error.remove("pointer").is_some());
        // Two codes came later than the document that lies here (contract 1.19).
        let later = ["SERVICE_NOT_ACTIVE", "SYSTEM_NOT_ACTIVE"];
        if error
            .get("errorCode")
            .is_some_and(|code| later.iter().any(|it| code == it))
        {
            error.remove("errorCode");
        }
    }
    assert_fits("ValidationErrorResponseV1", &value);
}

fn fits(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return fits(document, document.pointer(pointer).unwrap(), value);
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        let tried: Vec<_> = variants.iter().map(|it| fits(document, it, value)).collect();
        if tried.iter().any(Result::is_ok) {
            return Ok(());
        }
        return Err(format!("no variant: {tried:?}"));
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        return Err(format!("{value} is none of {known:?}"));
    }
    let right = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        other => panic!("a type that is not known here: {other:?}"),
    };
    if !right {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            return Err(format!("{name} is missing"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => fits(document, schema, member).map_err(|wrong| format!("{name}: {wrong}"))?,
            None => return Err(format!("{name} is not the publisher's")),
        }
    }
    for item in value.as_array().into_iter().flatten() {
        fits(document, &schema["items"], item)?;
    }
    Ok(())
}

//! JSON bodies that are read whole, with the place of what is wrong in them.

use serde::Deserialize;
use serde_json::error::Category;

use crate::Problem;

/// Reads a body as JSON. What is wrong is named by its JSON path, or by line and column where the
/// text is no JSON at all; the message never repeats a value.
pub fn read_json<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Problem> {
    if body.trim_ascii().is_empty() {
        return Err(Problem::InvalidBody {
            at: "".into(),
            message: "the body is empty: it must be a JSON object".into(),
        });
    }
    // A list would be taken member by member, in an order that nobody documents.
    if !body.trim_ascii_start().starts_with('{') {
        return Err(Problem::InvalidBody {
            at: "line 1, column 1".into(),
            message: "must be a JSON object".into(),
        });
    }
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        problem(path, error.inner())
    })?;
    deserializer
        .end()
        .map_err(|error| problem(String::new(), &error))?;
    Ok(value)
}

fn problem(path: String, error: &serde_json::Error) -> Problem {
    let (at, message) = match error.classify() {
        Category::Data => (if path == "." { String::new() } else { path }, rule(error)),
        Category::Eof => (place(error), "the JSON text ends too early".to_owned()),
        Category::Io | Category::Syntax => (place(error), "the text is not valid JSON".to_owned()),
    };
    Problem::InvalidBody {
        at: at.into(),
        message: message.into(),
    }
}

fn place(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

/// What serde expected, without what it found: that is the caller's data.
fn rule(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let expected = || text.split_once("expected ").map(|(_, expected)| expected);
    if text.starts_with("unknown field") {
        let known = expected().unwrap_or("no member at all");
        return format!("is not a known member: expected {known}");
    }
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text.replace("field", "member");
    }
    expected().map_or_else(
        || "has a value that it cannot have".to_owned(),
        |expected| format!("must be {}", in_json(expected)),
    )
}

/// Serde's word for a type, in the words of JSON.
fn in_json(expected: &str) -> &str {
    match expected {
        "a sequence" => "an array",
        "a map" => "an object",
        "i64" | "u64" | "i32" | "u32" | "u16" => "a whole number",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only its reading is of interest")]
        rows: Vec<Row>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        #[expect(dead_code, reason = "only its reading is of interest")]
        address: String,
        #[expect(dead_code, reason = "only its reading is of interest")]
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
        Two,
    }

    fn refused(body: &str) -> String {
        read_json::<Body>(body).unwrap_err().message().into_owned()
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_without_the_value() {
        let kinds = [Kind::One, Kind::Two];
        assert!(read_json::<Body>(r#"{"rows":[{"address":"a","kind":"one"}]} "#).is_ok());
        insta::assert_snapshot!(refused(r#"{"rows":[{"address":"a"},{"adress":"secret"}]}"#), @"rows[1].adress: is not a known member: expected `address` or `kind`");
        insta::assert_snapshot!(refused(r#"{"rows":[{}]}"#), @"rows[0]: missing member `address`");
        insta::assert_snapshot!(refused(r#"{"rows":[{"address":"a","kind":"secret"}]}"#), @"rows[0].kind: must be `one` or `two`");
        insta::assert_snapshot!(refused(r#"{"rows":"secret"}"#), @"rows: must be an array");
        insta::assert_snapshot!(refused(r#"{"rows":[],"rows":[]}"#), @"duplicate member `rows`");
        insta::assert_snapshot!(refused("[]"), @"line 1, column 1: must be a JSON object");
        insta::assert_snapshot!(refused(r#"{"rows":["#), @"line 1, column 9: the JSON text ends too early");
        insta::assert_snapshot!(refused(r#"{"rows":[]} x"#), @"line 1, column 13: the text is not valid JSON");
        insta::assert_snapshot!(refused("secret"), @"line 1, column 1: must be a JSON object");
        insta::assert_snapshot!(refused(" "), @"the body is empty: it must be a JSON object");
        assert_eq!(kinds.len(), 2);
    }
}

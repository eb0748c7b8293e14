//! JSON laid out for people, token by token: numbers and texts stay as they were written.

/// Longest list or object that stays on one line, in bytes.
const SHORT: usize = 60;

/// With line breaks, and two spaces for each level. As it is where that would be very much longer.
pub(crate) fn indented(json: &str) -> String {
    // However it is laid out, it comes out the same.
    let json = compact(json);
    let most = json.len().saturating_mul(4).saturating_add(1_024);
    let mut layout = Layout::new(&json, most);
    if layout.run(&json, true) && layout.out.len() <= most {
        return layout.out;
    }
    json
}

/// Without any white space between tokens.
pub(super) fn compact(json: &str) -> String {
    let mut layout = Layout::new(json, usize::MAX);
    layout.run(json, false);
    layout.out
}

struct Layout {
    out: String,
    most: usize,
    depth: usize,
}

impl Layout {
    fn new(json: &str, most: usize) -> Self {
        Self {
            out: String::with_capacity(json.len()),
            most,
            depth: 0,
        }
    }

    /// Writes the text; whether it came to the end of it.
    fn run(&mut self, json: &str, breaks: bool) -> bool {
        let mut rest = json;
        while let Some(first) = rest.chars().next() {
            let (token, behind) = rest.split_at(token_len(rest, first));
            rest = behind;
            match first {
                ' ' | '\t' | '\r' | '\n' => {}
                '{' | '[' if breaks => {
                    if let Some(len) = short(rest) {
                        let (inside, behind) = rest.split_at(len);
                        self.one_line(first, inside);
                        rest = behind;
                    } else {
                        self.out.push(first);
                        self.depth += 1;
                        self.line();
                    }
                }
                '}' | ']' if breaks => {
                    self.depth = self.depth.saturating_sub(1);
                    self.line();
                    self.out.push(first);
                }
                ',' if breaks => {
                    self.out.push(first);
                    self.line();
                }
                ':' if breaks => self.out.push_str(": "),
                _ => self.out.push_str(token),
            }
            if self.out.len() > self.most {
                return false;
            }
        }
        true
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    /// A list or object that opens so, and what is in it with its end.
    fn one_line(&mut self, open: char, inside: &str) {
        self.out.push(open);
        let mut rest = inside;
        while let Some(first) = rest.chars().next() {
            let (token, behind) = rest.split_at(token_len(rest, first));
            rest = behind;
            match first {
                ' ' | '\t' | '\r' | '\n' => {}
                ',' => self.out.push_str(", "),
                ':' => self.out.push_str(": "),
                _ => self.out.push_str(token),
            }
        }
    }
}

/// The bytes of the token that the text begins with: a whole text, or one character of anything else.
fn token_len(text: &str, first: char) -> usize {
    if first != '"' {
        return first.len_utf8();
    }
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How far the end of a list or object is, if it is near and nothing is nested in it.
fn short(inside: &str) -> Option<usize> {
    let mut at = 0;
    while at <= SHORT {
        let rest = inside.get(at..)?;
        let first = rest.chars().next()?;
        at += token_len(rest, first);
        match first {
            '{' | '[' => return None,
            '}' | ']' => return (at <= SHORT).then_some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_short_stays_on_one_line_and_numbers_as_they_were_written() {
        let json = r#"{"a":[1.0,1e2,-0],"b":{},"c":{"d":[{"e":"x,\"{: y"}],"f":[ ]}}"#;
        assert_eq!(
            indented(json),
            "{\n  \"a\": [1.0, 1e2, -0],\n  \"b\": {},\n  \"c\": {\n    \"d\": [\n      {\"e\": \"x,\\\"{: y\"}\n    ],\n    \"f\": []\n  }\n}"
        );
        assert_eq!(compact(&indented(json)), json.replace("[ ]", "[]"));
    }

    #[test]
    fn deep_lists_of_many_numbers_do_not_grow_without_bound() {
        let json = format!(
            "{}{}1{}",
            "[".repeat(100),
            "1,".repeat(9_000),
            "]".repeat(100)
        );
        assert_eq!(indented(&json), json);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,6}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_layout_changes_nothing_but_white_space(value in any_json()) {
            let json = value.to_string();
            let laid_out = indented(&json);
            prop_assert_eq!(compact(&laid_out), json);
            prop_assert_eq!(indented(&laid_out), laid_out);
        }

        #[test]
        fn no_text_makes_a_layout_panic(text in r#"[\[\]{}"\\a:, é]{0,80}"#) {
            indented(&text);
        }
    }
}

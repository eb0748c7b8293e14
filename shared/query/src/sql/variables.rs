//! Variables: `@{name}`, bare or within quotes.
//!
//! A variable becomes a literal among the tokens of the query. Its value never goes through the
//! tokenizer, so whatever it holds, it stays one value.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};
use serde_json::Value;

use crate::{Position, QueryError};

/// Longest value, in bytes.
const MAX_VALUE: usize = 16 * 1024;
/// Most values in a list.
const MAX_LIST: usize = 1_000;

/// The values of a query's variables by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variables(BTreeMap<String, Value>);

impl Variables {
    /// The variables: texts, numbers, booleans, nulls, and lists of these.
    pub fn new(values: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self(values.into_iter().collect())
    }

    /// The tokens with every variable in its place.
    pub(super) fn bind(
        &self,
        tokens: Vec<TokenWithSpan>,
    ) -> Result<Vec<TokenWithSpan>, QueryError> {
        let mut used = BTreeSet::new();
        let mut bound = Vec::with_capacity(tokens.len());
        let mut rest = tokens.into_iter();
        while let Some(TokenWithSpan { token, span }) = rest.next() {
            if let Token::Word(Word {
                value,
                quote_style: None,
                ..
            }) = &token
                && let Some(start) = value.strip_prefix("@{")
            {
                let name = name_of(start, &mut rest, super::start(span))?;
                let value = self.value(&name)?;
                let literal = tokens_of(&name, value)?;
                bound.extend(
                    literal
                        .into_iter()
                        .map(|token| TokenWithSpan { token, span }),
                );
                used.insert(name);
                continue;
            }
            let token = if let Token::SingleQuotedString(text) = &token
                && text.contains("@{")
            {
                Token::SingleQuotedString(self.fill(text, &mut used)?)
            } else {
                token
            };
            bound.push(TokenWithSpan { token, span });
        }
        match self.0.keys().find(|name| !used.contains(*name)) {
            Some(name) => Err(fault(
                name,
                &format!("is not used: the query has no @{{{name}}}"),
            )),
            None => Ok(bound),
        }
    }

    fn value(&self, name: &str) -> Result<&Value, QueryError> {
        self.0.get(name).ok_or_else(|| fault(name, "is missing"))
    }

    /// The content of a quoted text with the variables in it.
    fn fill(&self, text: &str, used: &mut BTreeSet<String>) -> Result<String, QueryError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("@{") {
            filled.push_str(before);
            let Some((name, behind)) = behind.split_once('}').filter(|(name, _)| is_name(name))
            else {
                filled.push_str("@{");
                rest = behind;
                continue;
            };
            match self.value(name)? {
                Value::String(value) => filled.push_str(value),
                Value::Number(number) => filled.push_str(&number.to_string()),
                Value::Bool(boolean) => filled.push_str(if *boolean { "true" } else { "false" }),
                Value::Null | Value::Array(_) | Value::Object(_) => {
                    return Err(fault(
                        name,
                        "within quotes, must be a text, a number or a boolean",
                    ));
                }
            }
            used.insert(name.to_owned());
            rest = behind;
        }
        filled.push_str(rest);
        if filled.len() > MAX_VALUE {
            return Err(QueryError::TooLarge(format!(
                "a text with its variables may have at most {MAX_VALUE} bytes"
            )));
        }
        Ok(filled)
    }
}

/// The name that begins so and ends with the brace. To the tokenizer `@{` begins a word.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other tokens are of another crate"
)]
fn name_of(
    start: &str,
    tokens: &mut impl Iterator<Item = TokenWithSpan>,
    position: Option<Position>,
) -> Result<String, QueryError> {
    let mut name = start.to_owned();
    for TokenWithSpan { token, .. } in tokens {
        match token {
            Token::RBrace if is_name(&name) => return Ok(name),
            Token::Word(Word {
                value,
                quote_style: None,
                ..
            }) => name.push_str(&value),
            Token::Number(digits, _) => name.push_str(&digits),
            _ => break,
        }
    }
    Err(QueryError::Invalid {
        message: "expected a variable, as in @{name}: letters, digits and _".to_owned(),
        position,
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn tokens_of(name: &str, value: &Value) -> Result<Vec<Token>, QueryError> {
    Ok(match value {
        Value::Null => vec![Token::make_keyword("NULL")],
        Value::Bool(true) => vec![Token::make_keyword("TRUE")],
        Value::Bool(false) => vec![Token::make_keyword("FALSE")],
        Value::Number(number) => {
            let text = number.to_string();
            match text.strip_prefix('-') {
                None => vec![Token::Number(text, false)],
                Some(digits) => {
                    let digits = Token::Number(digits.to_owned(), false);
                    vec![Token::LParen, Token::Minus, digits, Token::RParen]
                }
            }
        }
        Value::String(text) if text.len() > MAX_VALUE => {
            return Err(fault(name, &format!("has more than {MAX_VALUE} bytes")));
        }
        Value::String(text) => vec![Token::SingleQuotedString(text.clone())],
        Value::Array(list) => list_of(name, list)?,
        Value::Object(_) => {
            return Err(fault(
                name,
                "must be a text, a number, a boolean, null or a list of these",
            ));
        }
    })
}

/// A list as it stands in `IN (…)`.
fn list_of(name: &str, list: &[Value]) -> Result<Vec<Token>, QueryError> {
    if list.len() > MAX_LIST {
        return Err(fault(name, &format!("has more than {MAX_LIST} values")));
    }
    let mut tokens = Vec::with_capacity(2 * list.len());
    for value in list {
        if value.is_array() {
            return Err(fault(name, "must not hold lists in a list"));
        }
        if !tokens.is_empty() {
            tokens.push(Token::Comma);
        }
        tokens.extend(tokens_of(name, value)?);
    }
    if tokens.is_empty() {
        // An empty list holds nothing that anything equals.
        tokens.push(Token::make_keyword("NULL"));
    }
    Ok(tokens)
}

fn fault(name: &str, message: &str) -> QueryError {
    QueryError::Variable {
        name: name.to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::tokens;
    use super::*;

    fn bound(text: &str, values: Value) -> Result<String, String> {
        let Value::Object(values) = values else {
            panic!()
        };
        let tokens = Variables::new(values).bind(tokens::read(text).unwrap());
        let tokens = tokens.map_err(|error| error.to_string())?;
        Ok(tokens.iter().map(|token| token.token.to_string()).collect())
    }

    #[test]
    fn a_variable_stands_bare_or_within_quotes() {
        let values = json!({"name": "log'in", "limit": 5, "low": -2, "names": ["a", 1, null]});
        let text = "name = '@{name}' AND x > @{low} AND n LIKE '%@{name}%' AND m IN (@{names}) LIMIT @{limit}";
        assert_eq!(
            bound(text, values).unwrap(),
            "name = 'log'in' AND x > (-2) AND n LIKE '%log'in%' AND m IN ('a',1,NULL) LIMIT 5"
        );
    }

    #[test]
    fn missing_unused_and_unfit_variables_are_named() {
        assert_eq!(
            bound("@{a}", json!({})).unwrap_err(),
            "variable a: is missing"
        );
        assert_eq!(
            bound("1", json!({"b": 1})).unwrap_err(),
            "variable b: is not used: the query has no @{b}"
        );
        assert_eq!(
            bound("'@{c}'", json!({"c": null})).unwrap_err(),
            "variable c: within quotes, must be a text, a number or a boolean"
        );
        assert!(
            bound("@{d}", json!({"d": {}}))
                .unwrap_err()
                .starts_with("variable d: must be")
        );
        assert!(
            bound("@{}", json!({}))
                .unwrap_err()
                .starts_with("expected a variable")
        );
    }

    proptest! {
        #[test]
        fn whatever_a_variable_holds_it_is_one_literal(value: String) {
            let variables = Variables::new([("v".to_owned(), Value::String(value.clone()))]);
            for text in ["@{v}", "'@{v}'"] {
                let tokens = variables.bind(tokens::read(text).unwrap()).unwrap();
                let tokens: Vec<Token> = tokens.into_iter().map(|token| token.token).collect();
                prop_assert_eq!(tokens, vec![Token::SingleQuotedString(value.clone())]);
            }
        }
    }
}

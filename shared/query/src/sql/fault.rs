//! What the parser and the planner say, as an error with its place in the text.

use datafusion::common::Diagnostic;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::names::is_document;
use super::position;
use crate::tables::TABLES;
use crate::{Position, QueryError};

/// What is said of a path into what is no JSON.
const NO_MEMBERS: &str = "only columns of type json have members";
/// Longest message that is passed on, in characters.
const MAX_MESSAGE: usize = 500;

/// Behind the last character of the text that is not white space.
pub(super) fn end_of(text: &str) -> Position {
    let text = text.trim_end();
    let line = text.lines().count().max(1);
    let last = text.lines().next_back().unwrap_or_default();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Position {
        line: number(line),
        column: number(last.chars().count() + 1),
    }
}

/// What the parser did not understand. It says what it expected and what it found. Without a place it
/// is the end that was not expected.
pub(super) fn parsing(error: ParserError, end: Position) -> QueryError {
    match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
            let (message, position) = split(&message);
            let message = message.strip_prefix("Expected: ").map_or_else(
                || message.to_owned(),
                |rest| {
                    let found = rest.replace(", found: EOF", ", found the end of the query");
                    format!("expected {}", found.replace(", found: ", ", found "))
                },
            );
            let position = position.or(Some(end));
            QueryError::Invalid { message, position }
        }
        ParserError::RecursionLimitExceeded => {
            QueryError::TooLarge("the query is nested too deeply".to_owned())
        }
    }
}

/// The parser writes places behind its messages.
fn split(message: &str) -> (&str, Option<Position>) {
    let place = |message: &str| {
        let (line, column) = message.split_once(", Column: ")?;
        Some(Position {
            line: line.parse().ok()?,
            column: column.trim().parse().ok()?,
        })
    };
    match message.rsplit_once(" at Line: ") {
        Some((before, behind)) => (before, place(behind)),
        None => (message, None),
    }
}

/// What the planner could not make a plan of.
pub(crate) fn planning(error: &DataFusionError, tokens: &[TokenWithSpan]) -> QueryError {
    if let DataFusionError::External(inner) = error.find_root()
        && let Some(own) = inner.downcast_ref::<QueryError>()
    {
        return own.clone();
    }
    let message = message(error);
    let place = error
        .diagnostic()
        .and_then(place)
        .or_else(|| named(&message, tokens));
    if let DataFusionError::NotImplemented(_) = error.find_root() {
        return QueryError::NotAllowed {
            message,
            position: place,
        };
    }
    QueryError::Invalid {
        message,
        position: place,
    }
}

fn place(diagnostic: &Diagnostic) -> Option<Position> {
    let start = diagnostic.span?.start;
    Some(Position {
        line: start.line,
        column: start.column,
    })
}

/// The first place of the name that the message quotes; of a word of SQL, if there is no other name.
fn named(message: &str, tokens: &[TokenWithSpan]) -> Option<Position> {
    if message == NO_MEMBERS {
        return path_into_none(tokens);
    }
    let words = || {
        message
            .split(['\'', '"', '`', ' ', '.', '('])
            .filter(|it| !it.is_empty())
    };
    let find = |name: &str, is_any: bool| {
        tokens.iter().find(|token| {
            matches!(&token.token, Token::Word(word)
                if (is_any || word.keyword == Keyword::NoKeyword)
                    && word.value.eq_ignore_ascii_case(name))
        })
    };
    let name = words().find_map(|name| find(name, false));
    // "Expected LIMIT to be an integer", "sum does not take values of these types".
    let word = || words().take(2).find_map(|name| find(name, true));
    name.or_else(word).and_then(position)
}

/// Where a name that is no column of JSON has a period and a name behind it.
fn path_into_none(tokens: &[TokenWithSpan]) -> Option<Position> {
    let columns = || TABLES.iter().flat_map(|table| table.columns);
    let place = tokens.windows(3).find(|three| {
        let [first, dot, last] = three else {
            return false;
        };
        let (Token::Word(name), Token::Word(_)) = (&first.token, &last.token) else {
            return false;
        };
        let is_column = columns().any(|column| column.name == name.value);
        dot.token == Token::Period && is_column && !is_document(&name.value)
    });
    place.and_then(|three| position(three.first()?))
}

/// The root's own words, in one line, without what is said of `DataFusion`.
fn message(error: &DataFusionError) -> String {
    let root = error.find_root();
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other errors print themselves"
    )]
    let message = match root {
        DataFusionError::Plan(message)
        | DataFusionError::NotImplemented(message)
        | DataFusionError::Configuration(message)
        | DataFusionError::Execution(message) => message.clone(),
        DataFusionError::SchemaError(error, _) => error.to_string(),
        other => other.strip_backtrace(),
    };
    let line = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let line = clearer(&line).unwrap_or(line);
    let line = line
        .replace("datafusion.public.", "")
        .replace("table '", "the table '")
        .replace("LargeBinary", "json");
    line.trim_end_matches('.')
        .chars()
        .take(MAX_MESSAGE)
        .collect()
}

/// What the planner says in words of its own insides.
fn clearer(message: &str) -> Option<String> {
    let between = |start: &str, end: &str| {
        let (_, behind) = message.split_once(start)?;
        Some(behind.split_once(end)?.0)
    };
    if message.starts_with("Cannot create filter with non-boolean predicate") {
        return Some("a condition must be a boolean: compare the value with something".to_owned());
    }
    if message.contains("Cannot access field at argument") {
        return Some(NO_MEMBERS.to_owned());
    }
    if message.contains("failed to match any signature") || message.contains("No function matches")
    {
        let name = between("unction '", "'").or_else(|| between("types '", "("))?;
        return Some(format!(
            "{name} does not take values of these types: cast them"
        ));
    }
    if message.starts_with("Column in SELECT must be in GROUP BY") {
        let column = between("column \"", "\" must")?;
        return Some(format!(
            "'{column}' must stand in GROUP BY or in an aggregate function"
        ));
    }
    if message.starts_with("Invalid function '") {
        let name = between("Invalid function '", "'")?;
        return Some(format!("there is no function '{name}'"));
    }
    if message.contains("has no type information") {
        return Some("a variable is written @{name}".to_owned());
    }
    None
}

//! From the text of a query to a statement that may be planned.

mod fault;
mod names;
mod rewrite;
mod tokens;
mod trino;
mod variables;

use datafusion::sql::sqlparser::ast::{SetExpr, Statement};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use crate::{Position, QueryError};

pub(crate) use fault::planning;
pub use variables::Variables;

/// How deep expressions and queries may be nested.
const MAX_DEPTH: usize = 50;

/// The one query of the text, its variables bound, and the tokens that it was made from.
pub(crate) fn parse(
    text: &str,
    variables: &Variables,
) -> Result<(Statement, Vec<TokenWithSpan>), QueryError> {
    let mut tokens = tokens::read(text)?;
    tokens = variables.bind(tokens)?;
    names::unify(&mut tokens);
    let mut parser = Parser::new(&GenericDialect {})
        .with_recursion_limit(MAX_DEPTH)
        .with_tokens_with_locations(tokens.clone());
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token().token == Token::EOF {
        return Err(QueryError::Empty);
    }
    let start = position(&parser.peek_token());
    let mut statement = parser
        .parse_statement()
        .map_err(|error| fault::parsing(error, fault::end_of(text)))?;
    let is_behind_semicolon = parser.consume_token(&Token::SemiColon);
    while parser.consume_token(&Token::SemiColon) {}
    let next = parser.peek_token();
    if next.token != Token::EOF {
        let position = position(&next);
        return Err(if is_behind_semicolon {
            not_allowed("a query is one statement", position)
        } else {
            QueryError::Invalid {
                message: format!("expected the end of the query, found {}", next.token),
                position,
            }
        });
    }
    check(&statement, start)?;
    rewrite::rewrite(&mut statement);
    Ok((statement, tokens))
}

/// Only reading, only by what is planned as it is written.
fn check(statement: &Statement, start: Option<Position>) -> Result<(), QueryError> {
    let Statement::Query(query) = statement else {
        return Err(not_allowed("only SELECT is allowed", start));
    };
    if query.with.as_ref().is_some_and(|with| with.recursive) {
        return Err(not_allowed("recursive queries are not allowed", start));
    }
    let is_plain = query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty();
    if !is_plain {
        return Err(not_allowed(
            "FOR, SETTINGS, FORMAT and |> are not allowed",
            start,
        ));
    }
    if let SetExpr::Select(select) = query.body.as_ref()
        && select.into.is_some()
    {
        return Err(not_allowed("only SELECT is allowed, without INTO", start));
    }
    Ok(())
}

fn not_allowed(message: &str, position: Option<Position>) -> QueryError {
    QueryError::NotAllowed {
        message: message.to_owned(),
        position,
    }
}

fn position(token: &TokenWithSpan) -> Option<Position> {
    start(token.span)
}

fn start(span: Span) -> Option<Position> {
    let start = span.start;
    (start.line > 0).then_some(Position {
        line: start.line,
        column: start.column,
    })
}

//! The text as tokens, within limits that keep parsing and planning short.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::{Position, QueryError};

/// Longest text of a query, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// Most words, numbers and signs of a query.
const MAX_TOKENS: usize = 4_000;
/// Most brackets that are open at the same place, and most `CASE`. Before an open one the parser tries
/// several ways, and each of them again at the next: the time doubles with every level.
const MAX_BRACKETS: usize = 20;
const MAX_CASES: usize = 8;

pub(super) fn read(text: &str) -> Result<Vec<TokenWithSpan>, QueryError> {
    if text.len() > MAX_BYTES {
        let limit = MAX_BYTES / 1024;
        return Err(QueryError::TooLarge(format!(
            "a query may have at most {limit} KB"
        )));
    }
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location();
    let tokens = tokens.map_err(|error| QueryError::Invalid {
        message: error.message,
        position: Some(Position {
            line: error.location.line,
            column: error.location.column,
        }),
    })?;
    let written = tokens
        .iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)));
    if written.count() > MAX_TOKENS {
        return Err(QueryError::TooLarge(format!(
            "a query may have at most {MAX_TOKENS} words, numbers and signs"
        )));
    }
    let (mut depth, mut cases) = (0_usize, 0_usize);
    for token in &tokens {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other tokens are of another crate"
        )]
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            Token::Word(word) if word.keyword == Keyword::CASE => cases += 1,
            Token::Word(word) if word.keyword == Keyword::END => cases = cases.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_BRACKETS || cases > MAX_CASES {
            return Err(QueryError::TooLarge(format!(
                "brackets may be nested at most {MAX_BRACKETS} deep, CASE at most {MAX_CASES}"
            )));
        }
    }
    Ok(tokens)
}

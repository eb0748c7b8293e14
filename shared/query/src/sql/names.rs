//! Names without quotes mean the same in upper and lower case.
//!
//! `DataFusion` either turns such names into lower case, where `userId` would need quotes, or takes them
//! as they are. Here each gets the spelling of the table's column, or of its first use. What follows a
//! column of JSON is a path into it and keeps its case, as JSON does.

use std::collections::HashMap;

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::tables::{COLUMN_ALIASES, TABLES};
use crate::value::DYNAMIC;

/// Spells equal names alike.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other tokens are of another crate"
)]
pub(super) fn unify(tokens: &mut [TokenWithSpan]) {
    let mut spellings = known();
    let mut chain = Chain::None;
    // For each bracket that is open, whether it stands behind a path.
    let mut brackets = Vec::new();
    for TokenWithSpan { token, .. } in tokens {
        chain = match token {
            Token::Period if chain == Chain::Document => Chain::Path,
            Token::Word(word) if chain == Chain::Path => {
                // Also where SQL has the word: `properties.order.from`.
                word.keyword = Keyword::NoKeyword;
                Chain::Document
            }
            Token::Word(word) => {
                if word.quote_style.is_none() {
                    let folded = word.value.to_ascii_lowercase();
                    let spelling = spellings
                        .entry(folded)
                        .or_insert_with(|| word.value.clone());
                    word.value.clone_from(spelling);
                }
                if is_document(&word.value) {
                    Chain::Document
                } else {
                    Chain::None
                }
            }
            Token::LBracket => {
                brackets.push(chain == Chain::Document);
                Chain::None
            }
            Token::RBracket if brackets.pop() == Some(true) => Chain::Document,
            _ => Chain::None,
        };
    }
}

/// Where in a dotted name a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chain {
    /// Not behind a column of JSON.
    None,
    /// A column of JSON, or a name of its path: a period may follow.
    Document,
    /// Behind the period: a name of the path follows.
    Path,
}

fn known() -> HashMap<String, String> {
    let tables = TABLES.iter().flat_map(|table| table.names).copied();
    let columns = TABLES
        .iter()
        .flat_map(|table| table.columns)
        .map(|column| column.name);
    let same = tables.chain(columns).map(|name| (name, name));
    same.chain(COLUMN_ALIASES)
        .map(|(name, spelling)| (name.to_ascii_lowercase(), spelling.to_owned()))
        .collect()
}

/// Whether a table has a column of JSON with that name.
pub(super) fn is_document(name: &str) -> bool {
    let mut columns = TABLES.iter().flat_map(|table| table.columns);
    columns.any(|column| column.name == name && column.from.data_type() == DYNAMIC)
}

#[cfg(test)]
mod tests {
    use super::super::tokens;
    use super::*;

    fn unified(text: &str) -> String {
        let mut tokens = tokens::read(text).unwrap();
        unify(&mut tokens);
        tokens.iter().map(|token| token.token.to_string()).collect()
    }

    #[test]
    fn names_get_the_spelling_of_the_column_or_of_their_first_use() {
        assert_eq!(
            unified("SELECT USERID, Count(*) AS Total FROM EventsTable ORDER BY total"),
            "SELECT userId, count(*) AS Total FROM eventsTable ORDER BY Total"
        );
    }

    #[test]
    fn a_path_keeps_its_case_and_may_hold_words_of_sql() {
        assert_eq!(
            unified("select e.Properties.Order.Total, ufProperties.urlPath, NAME from events e"),
            "select e.properties.Order.Total, properties.urlPath, name from events e"
        );
    }

    #[test]
    fn what_stands_in_quotes_is_left_alone() {
        assert_eq!(
            unified(r#"SELECT "USERID", 'EVENTS'"#),
            r#"SELECT "USERID", 'EVENTS'"#
        );
    }
}

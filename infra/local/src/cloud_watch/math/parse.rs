//! Expressions as trees.

use super::tokens::{Token, tokens};
use crate::cloud_watch::refusal::Refusal;

/// Nesting allowed, so that a hostile expression cannot exhaust the stack.
const MAX_DEPTH: usize = 64;

/// CloudWatch's own limit.
const MAX_CHARACTERS: usize = 2_048;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::cloud_watch) enum Expression {
    Number(f64),
    Text(String),
    Name(String),
    List(Vec<Expression>),
    Call(String, Vec<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
}

impl Expression {
    /// Reads the expression of the query `id`.
    pub(in crate::cloud_watch) fn parse(id: &str, text: &str) -> Result<Self, Refusal> {
        let wrong = |what: String| {
            Refusal::validation(format!("Error in expression '{id}': {what} [{text}]"))
        };
        if text.chars().count() > MAX_CHARACTERS {
            return Err(Refusal::validation(
                "An expression has at most 2048 characters.",
            ));
        }
        let tokens = tokens(text).map_err(wrong)?;
        let mut parser = Parser {
            tokens: &tokens,
            depth: 0,
        };
        let expression = parser.expression(0).map_err(wrong)?;
        match parser.tokens.first() {
            None => Ok(expression),
            Some(_) => Err(wrong("Syntax error".into())),
        }
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

/// How tightly an operator binds.
fn precedence(symbol: &str) -> Option<u8> {
    Some(match symbol {
        "<" | ">" | "<=" | ">=" | "==" | "!=" => 1,
        "+" | "-" => 2,
        "*" | "/" => 3,
        "^" => 5,
        _ => return None,
    })
}

const UNARY_MINUS: u8 = 4;

impl Parser<'_> {
    /// An expression of operators that bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("Nested too deeply".into());
        }
        let mut left = self.operand()?;
        while let Some(Token::Symbol(symbol)) = self.tokens.first()
            && let Some(binds) = precedence(symbol).filter(|binds| *binds >= least)
        {
            let symbol = *symbol;
            self.advance();
            // A power's right side may itself be a power; the others group to the left.
            let next = if symbol == "^" { binds } else { binds + 1 };
            let right = self.expression(next)?;
            left = Expression::Binary(symbol, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expression, String> {
        let token = self.tokens.first().cloned().ok_or("Unexpected end")?;
        self.advance();
        match token {
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Text(text) => Ok(Expression::Text(text)),
            Token::Name(name) if self.accept("(") => Ok(Expression::Call(name, self.list(")")?)),
            Token::Name(name) => Ok(Expression::Name(name)),
            Token::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("[") => Ok(Expression::List(self.list("]")?)),
            Token::Symbol("-") => {
                let operand = Box::new(self.expression(UNARY_MINUS)?);
                Ok(Expression::Binary(
                    "-",
                    Box::new(Expression::Number(0.0)),
                    operand,
                ))
            }
            Token::Symbol(symbol) => Err(format!("Unexpected {symbol}")),
        }
    }

    fn list(&mut self, end: &str) -> Result<Vec<Expression>, String> {
        let mut items = Vec::new();
        if self.accept(end) {
            return Ok(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.accept(end) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }

    fn accept(&mut self, symbol: &str) -> bool {
        let there = matches!(self.tokens.first(), Some(Token::Symbol(next)) if *next == symbol);
        if there {
            self.advance();
        }
        there
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.accept(symbol) {
            Ok(())
        } else {
            Err(format!("Expected {symbol}"))
        }
    }

    fn advance(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(text: &str) -> String {
        fn show(expression: &Expression) -> String {
            match expression {
                Expression::Number(number) => number.to_string(),
                Expression::Text(text) | Expression::Name(text) => text.clone(),
                Expression::List(items) => {
                    format!("{:?}", items.iter().map(show).collect::<Vec<_>>())
                }
                Expression::Call(name, items) => {
                    format!(
                        "{name}({})",
                        items.iter().map(show).collect::<Vec<_>>().join(" ")
                    )
                }
                Expression::Binary(symbol, left, right) => {
                    format!("({} {symbol} {})", show(left), show(right))
                }
            }
        }
        show(&Expression::parse("e1", text).unwrap())
    }

    #[test]
    fn operators_bind_as_in_arithmetic() {
        assert_eq!(shape("a + b * c - d"), "((a + (b * c)) - d)");
        assert_eq!(shape("-a ^ 2 / (b - 1.5)"), "((0 - (a ^ 2)) / (b - 1.5))");
        assert_eq!(
            shape("IF(a >= 1, SUM([a,b]), METRICS('x'))"),
            r#"IF((a >= 1) SUM(["a", "b"]) METRICS(x))"#
        );
        assert_eq!(shape("2 ^ 3 ^ 2"), "(2 ^ (3 ^ 2))");
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let deep = "(".repeat(2_000);
        for text in [
            "",
            "a +",
            "a b",
            "(a",
            "1.2.3",
            "a $ b",
            "[a",
            "'x",
            deep.as_str(),
        ] {
            assert!(Expression::parse("e1", text).is_err(), "{text:.20}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(text in r#"[a-c0-9.+*/^()\[\],<>=!" A-C-]{0,60}"#) {
            drop(Expression::parse("e1", &text));
        }
    }
}

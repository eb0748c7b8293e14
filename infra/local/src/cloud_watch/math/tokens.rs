//! The words of an expression.

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    /// An id, a function's name, or `REPEAT` and the like.
    Name(String),
    Text(String),
    Symbol(&'static str),
}

/// Longer ones first.
const SYMBOLS: [&str; 16] = [
    "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",",
];

/// Splits an expression; `Err` is what could not be read.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first.is_ascii_digit() || first == '.' {
            number(rest)?
        } else if first.is_ascii_alphabetic() {
            let (name, after) = split(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            (Token::Name(name.to_owned()), after)
        } else if first == '"' || first == '\'' {
            let quoted = rest.get(1..).unwrap_or_default();
            let (text, after) = quoted.split_once(first).ok_or("an open quote")?;
            (Token::Text(text.to_owned()), after)
        } else {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let symbol = symbol.ok_or_else(|| format!("unexpected {first}"))?;
            (
                Token::Symbol(symbol),
                rest.get(symbol.len()..).unwrap_or_default(),
            )
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn number(text: &str) -> Result<(Token, &str), String> {
    let (digits, after) = split(text, |c| c.is_ascii_digit() || c == '.');
    let number = digits.parse().map_err(|_| format!("unexpected {digits}"))?;
    Ok((Token::Number(number), after))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

//! `GetRandomPassword`.

use rand::seq::{IndexedRandom, SliceRandom};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::refusal::Refusal;

const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the request has these five switches"
)]
pub(super) struct Password {
    #[serde(rename = "PasswordLength")]
    length: usize,
    exclude_characters: String,
    exclude_numbers: bool,
    exclude_punctuation: bool,
    exclude_uppercase: bool,
    exclude_lowercase: bool,
    include_space: bool,
    require_each_included_type: bool,
}

impl Default for Password {
    fn default() -> Self {
        Self {
            length: 32,
            exclude_characters: String::new(),
            exclude_numbers: false,
            exclude_punctuation: false,
            exclude_uppercase: false,
            exclude_lowercase: false,
            include_space: false,
            require_each_included_type: true,
        }
    }
}

pub(super) fn generate(input: &Password) -> Answer {
    if !(1..=4_096).contains(&input.length) {
        return Err(Refusal::parameter(
            "PasswordLength is a number from 1 to 4096.",
        ));
    }
    let types = input.types();
    let all: Vec<char> = types.iter().flatten().copied().collect();
    let rng = &mut rand::rng();
    let mut password: Vec<char> = Vec::with_capacity(input.length);
    if input.require_each_included_type {
        password.extend(types.iter().filter_map(|characters| characters.choose(rng)));
        if password.len() > input.length {
            return Err(Refusal::parameter(
                "The password is too short for each included type.",
            ));
        }
    }
    while password.len() < input.length {
        let next = all
            .choose(rng)
            .ok_or_else(|| Refusal::parameter("All characters of the password are excluded."))?;
        password.push(*next);
    }
    password.shuffle(rng);
    Ok(json!({ "RandomPassword": password.into_iter().collect::<String>() }))
}

impl Password {
    /// The characters of each included type, without empty types.
    fn types(&self) -> Vec<Vec<char>> {
        let types: [(bool, Vec<char>); 5] = [
            (!self.exclude_lowercase, ('a'..='z').collect()),
            (!self.exclude_uppercase, ('A'..='Z').collect()),
            (!self.exclude_numbers, ('0'..='9').collect()),
            (!self.exclude_punctuation, PUNCTUATION.chars().collect()),
            (self.include_space, vec![' ']),
        ];
        types
            .into_iter()
            .filter(|(included, _)| *included)
            .map(|(_, characters)| {
                characters
                    .into_iter()
                    .filter(|c| !self.exclude_characters.contains(*c))
                    .collect()
            })
            .filter(|characters: &Vec<char>| !characters.is_empty())
            .collect()
    }
}

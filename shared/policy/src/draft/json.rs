//! `"anywhere"` or a list, `"all"` or a list: one word for everything, else what is listed.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{AddressesDraft, EventsDraft};

const ANYWHERE: &str = "anywhere";
const ALL: &str = "all";

impl<'de> Deserialize<'de> for AddressesDraft {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = word_or_list(deserializer, ANYWHERE)?;
        Ok(rows.map_or(Self::Anywhere, Self::Specific))
    }
}

impl<'de> Deserialize<'de> for EventsDraft {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = word_or_list(deserializer, ALL)?;
        Ok(names.map_or(Self::All, Self::Only))
    }
}

impl Serialize for AddressesDraft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Anywhere => serializer.serialize_str(ANYWHERE),
            Self::Specific(rows) => rows.serialize(serializer),
        }
    }
}

impl Serialize for EventsDraft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str(ALL),
            Self::Only(names) => names.serialize(serializer),
        }
    }
}

/// The list, or `None` for the word.
fn word_or_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    word: &'static str,
) -> Result<Option<Vec<T>>, D::Error> {
    deserializer.deserialize_any(WordOrList {
        word,
        item: PhantomData,
    })
}

struct WordOrList<T> {
    word: &'static str,
    item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for WordOrList<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" or a list", self.word)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text == self.word {
            Ok(None)
        } else {
            // The text may be long, and its author has it already.
            Err(E::invalid_value(
                de::Unexpected::Other("another text"),
                &self,
            ))
        }
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Some(items))
    }
}

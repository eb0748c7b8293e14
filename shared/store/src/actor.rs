//! Actors in items: kind, id and name.

use event::KeyId;
use policy::Actor;

use crate::StoreError;
use crate::fields::{Fields, text};
use crate::schema::Item;
use crate::schema::control::attribute;

/// Who made a thing.
pub(crate) const CREATOR: ActorAttributes = ActorAttributes {
    kind: attribute::CREATOR_KIND,
    id: attribute::CREATOR_ID,
    name: attribute::CREATOR,
};

/// Who brought a thing to its end.
pub(crate) const ENDED_BY: ActorAttributes = ActorAttributes {
    kind: attribute::ENDED_BY_KIND,
    id: attribute::ENDED_BY_ID,
    name: attribute::ENDED_BY,
};

/// The attributes that hold an actor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActorAttributes {
    pub(crate) kind: &'static str,
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

impl ActorAttributes {
    pub(crate) fn write(self, actor: &Actor, item: &mut Item) {
        let mut set = |name: &str, value| item.insert(name.to_owned(), value);
        set(self.kind, text(actor.kind()));
        set(self.id, text(actor.id()));
        set(self.name, text(actor.to_string()));
    }

    pub(crate) fn read(self, fields: Fields<'_>) -> Result<Actor, StoreError> {
        let name = fields.text(self.name)?.to_owned();
        match fields.text(self.kind)? {
            "bootstrap" => Ok(Actor::Bootstrap),
            "service_account" => Ok(Actor::ServiceAccount {
                name,
                key: fields.parsed(self.id, |text| KeyId::parse(text).ok())?,
            }),
            "person" => Ok(Actor::Person {
                subject: fields.text(self.id)?.to_owned(),
                name,
            }),
            _ => Err(fields.corrupt()),
        }
    }
}

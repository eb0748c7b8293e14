//! What a key may send: events, profiles.

//! Why something was refused, in words that say what to do.

use std::net::IpAddr;

use policy::Refusal;

/// The refusal of that code; `path` and `message` say what is wrong with an event.
pub(super) fn refused(reason: &str, path: &str, message: &str, address: Option<IpAddr>) -> String {
    let known = Refusal::ALL.into_iter().find(|it| it.code() == reason);
    let Some(refusal) = known else {
        let words = other(reason);
        return match (path, message) {
            (_, "") => words.to_owned(),
            ("", message) => format!("{words} It {message}."),
            (path, message) => format!("{words} {path} {message}."),
        };
    };
    let words = of(refusal);
    match address {
        Some(address) if refusal == Refusal::AddressNotAllowed => {
            format!("{words} It is {address}.")
        }
        Some(_) | None => words.to_owned(),
    }
}

const fn of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::KeyMissing => "The request carries no key.",
        Refusal::KeyMalformed => "What it carries is no key: copy the key whole.",
        Refusal::KeyUnknown => "Nobody knows this key.",
        Refusal::KeyRevoked => "The key was revoked. Give its sender another.",
        Refusal::KeyDisabled => "The key is switched off. Enable it, or give its sender another.",
        Refusal::KeyExpired => "The key has expired. Give it a later end, or its sender another.",
        Refusal::AddressNotAllowed => {
            "The address is not on the key's list. Add it to the key's Access Control."
        }
        Refusal::ScopeMissing => "A key of this kind may not do this. Take one of another kind.",
        Refusal::EventNotAllowed => {
            "The name is not on the key's list. Add it to the events that the key may send."
        }
    }
}

/// What is wrong with a request, and not with its key.
fn other(code: &str) -> &'static str {
    match code {
        "origin_not_allowed" => "The web page is not on the key's list of origins. Add its origin.",
        "invalid_event" => "The event breaks a rule.",
        "invalid_body" => "The body cannot be read.",
        "too_large" => "Too large.",
        "unsupported_media_type" => "The body is of a type that is not taken: set Content-Type.",
        "workflow_unknown" => "No workflow has this trigger: copy its id from the workflow's page.",
        "workflow_paused" => "The workflow is paused. Resume it, or send nothing to it.",
        "unsupported_encoding" => "The body is compressed in a way that is not known.",
        _ => "Refused.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do_and_an_invalid_event_where() {
        insta::assert_snapshot!(
            refused("invalid_event", "events[0].userId", "must be a string", None),
            @"The event breaks a rule. events[0].userId must be a string."
        );
        insta::assert_snapshot!(
            refused("too_large", "", "has more than 20 MB decompressed", None),
            @"Too large. It has more than 20 MB decompressed."
        );
        let address = "203.0.113.7".parse().ok();
        insta::assert_snapshot!(
            refused("ip_not_allowed", "", "", address),
            @"The address is not on the key's list. Add it to the key's Access Control. It is 203.0.113.7."
        );
        insta::assert_snapshot!(refused("key_expired", "", "", address), @"The key has expired. Give it a later end, or its sender another.");
        insta::assert_snapshot!(refused("new_code", "", "", None), @"Refused.");
    }
}

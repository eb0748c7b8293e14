//! Schemas of types of the domain, which know nothing of HTTP.

pub(crate) use edge::openapi::Failed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a key is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyKind {
    /// Integration: events and profile updates in, nothing out.
    WriteOnly,
    /// Integration: also reads and deletes profiles.
    ReadWrite,
    /// Ingestion by a sensor: OTLP and JSON logs; reads its remote configuration.
    Sensor,
    /// Ingestion by browsers.
    Rum,
    /// Ingestion by third parties: OTLP, Firehose, JSON logs.
    ThirdParty,
    /// Exchanged, with the client secret, for an access token.
    Metrics,
}

/// Whether a key is in use.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyState {
    /// In use.
    Enabled,
    /// Switched off; may be switched on again.
    Disabled,
}

/// From where a key may be used, and which events it may send. Unknown members are refused.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    /// `"anywhere"`, or at most 1,000 rows.
    addresses: Addresses,
    /// `"all"`, or at most 500 names; a `*` at the end stands for any ending.
    events: Events,
    /// The web origins that the key may be used from; absent: any.
    #[schema(max_items = 100)]
    origins: Option<Vec<String>>,
}

/// From where.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Addresses {
    /// From any address.
    Anywhere(Anywhere),
    /// From these.
    Specific(Vec<AddressRow>),
}

/// From any address.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Anywhere {
    /// The word.
    Anywhere,
}

/// An address or a range of addresses.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct AddressRow {
    /// An IPv4 or IPv6 address, or a CIDR range.
    #[schema(example = "203.0.113.0/24")]
    cidr: String,
    /// At most 200 characters.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// From then on the row admits nobody, in milliseconds since 1970.
    expires_at: Option<i64>,
}

/// Which events.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Events {
    /// Of any name.
    All(All),
    /// Of these names.
    Only(Vec<String>),
}

/// Of any name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum All {
    /// The word.
    All,
}

//! A chunk as an item: its blob and about 150 bytes beside it.

use std::net::IpAddr;

use aws_sdk_dynamodb::types::AttributeValue;
use event::chunk::{Chunk, ChunkKey};
use event::{KeyId, Source};
use policy::SecretSlot;

use super::{ChunkMeta, StoredChunk};
use crate::StoreError;
use crate::fields::{Fields, bytes, moment, number, text};
use crate::schema::events::{Place, attribute};
use crate::schema::{Item, TTL};

const WHAT: &str = "chunk";
/// Most names listed beside a blob.
const MAX_NAMES: usize = 50;
/// Most bytes of names listed beside a blob.
const MAX_NAME_BYTES: usize = 1024;
/// Between two names: no name contains it.
const BETWEEN_NAMES: &str = "\n";
/// The slot of a chunk that was sent with the previous secret. With the current one, which is the
/// rule, the attribute is left out.
const PREVIOUS: &str = "p";

pub(super) fn from_chunk(meta: &ChunkMeta, chunk: Chunk) -> Item {
    let place = Place {
        workspace: meta.workspace.clone(),
        signal: meta.signal,
        shard: chunk.key.shard,
        first_time: chunk.key.first_time,
        digest: chunk.key.digest,
    };
    let mut item = place.key().into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::BLOB, AttributeValue::B(chunk.blob.into()));
    set(attribute::MAX_TIME, moment(chunk.max_time));
    set(attribute::COUNT, number(chunk.count));
    set(attribute::KEY_ID, text(meta.key_id.as_str()));
    set(attribute::SOURCE, text(meta.source.as_str()));
    set(attribute::RECEIVED_AT, moment(meta.received_at));
    if let Some(names) = joined(&chunk.names) {
        set(attribute::NAMES, text(names));
    }
    if meta.slot == SecretSlot::Previous {
        set(attribute::SLOT, text(PREVIOUS));
    }
    if meta.continues_request {
        set(attribute::CONTINUES, AttributeValue::Bool(true));
    }
    if let Some(address) = meta.address {
        set(attribute::ADDRESS, bytes(octets(address)));
    }
    if let Some(expires_at) = meta.expires_at {
        set(TTL, number(expires_at.as_secs()));
    }
    item
}

pub(super) fn to_chunk(item: &Item) -> Result<StoredChunk, StoreError> {
    let fields = Fields::new(item, WHAT);
    let place = Place::parse(fields.pk()?, fields.sk()?).ok_or_else(|| fields.corrupt())?;
    let slot = match fields.optional_text(attribute::SLOT)? {
        None => SecretSlot::Current,
        Some(PREVIOUS) => SecretSlot::Previous,
        Some(_) => return Err(fields.corrupt()),
    };
    let address = fields.optional_bytes(attribute::ADDRESS)?;
    let names = fields.optional_text(attribute::NAMES)?;
    let expires_at = fields.optional_number(TTL)?;
    Ok(StoredChunk {
        key: ChunkKey {
            day: place.first_time.day(),
            shard: place.shard,
            first_time: place.first_time,
            digest: place.digest,
        },
        max_time: fields.moment(attribute::MAX_TIME)?,
        count: u32::try_from(fields.number(attribute::COUNT)?).map_err(|_| fields.corrupt())?,
        names: names.map(|names| names.split(BETWEEN_NAMES).map(str::to_owned).collect()),
        blob: fields.bytes(attribute::BLOB)?.to_vec(),
        meta: ChunkMeta {
            workspace: place.workspace,
            signal: place.signal,
            source: fields.parsed(attribute::SOURCE, Source::parse)?,
            key_id: fields.parsed(attribute::KEY_ID, |text| KeyId::parse(text).ok())?,
            slot,
            continues_request: fields.optional_bool(attribute::CONTINUES)?.unwrap_or(false),
            address: address
                .map(|octets| to_address(octets).ok_or_else(|| fields.corrupt()))
                .transpose()?,
            received_at: fields.moment(attribute::RECEIVED_AT)?,
            expires_at: expires_at
                .map(|seconds| event::Timestamp::from_millis(seconds.saturating_mul(1_000))),
        },
    })
}

fn joined(names: &[String]) -> Option<String> {
    let bytes: usize = names
        .iter()
        .map(|name| name.len() + BETWEEN_NAMES.len())
        .sum();
    (!names.is_empty() && names.len() <= MAX_NAMES && bytes <= MAX_NAME_BYTES)
        .then(|| names.join(BETWEEN_NAMES))
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn to_address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).ok().map(IpAddr::from);
    v4.or_else(|| <[u8; 16]>::try_from(octets).ok().map(IpAddr::from))
}

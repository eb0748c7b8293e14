//! Accounts and their keys as DynamoDB has them.

use event::{KeyId, ServiceAccountId, WorkspaceId};
use policy::{AddressRow, AddressRules, Role, parse_network};

use super::{AccountKey, Ended, ServiceAccount};
use crate::StoreError;
use crate::actor::{CREATOR, ENDED_BY};
use crate::fields::{Fields, moment, number, text, texts};
use crate::schema::Item;
use crate::schema::control::{self, attribute};

const ACCOUNT: &str = "service account";
const KEY: &str = "key of a service account";

pub(super) fn from_account(account: &ServiceAccount) -> Item {
    let mut item = control::account(&account.workspace, &account.id).into_item();
    CREATOR.write(&account.creator, &mut item);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::ACCOUNT_ID, text(account.id.as_str()));
    set(attribute::NAME, text(&account.name));
    set(attribute::ROLE, text(account.role.as_str()));
    set(attribute::CREATED_AT, moment(account.created_at));
    set(attribute::VERSION, number(account.version));
    set(attribute::LIVING_KEYS, number(account.living_keys));
    set(attribute::KEY_CHANGES, number(account.key_changes));
    item
}

pub(super) fn to_account(
    workspace: &WorkspaceId,
    item: &Item,
) -> Result<ServiceAccount, StoreError> {
    let fields = Fields::new(item, ACCOUNT);
    let count = |name| u64::try_from(fields.number(name)?).map_err(|_| fields.corrupt());
    Ok(ServiceAccount {
        id: fields.parsed(attribute::ACCOUNT_ID, |text| {
            ServiceAccountId::parse(text).ok()
        })?,
        workspace: workspace.clone(),
        name: fields.text(attribute::NAME)?.to_owned(),
        role: fields.parsed(attribute::ROLE, Role::parse)?,
        creator: CREATOR.read(fields)?,
        created_at: fields.moment(attribute::CREATED_AT)?,
        deleted: to_ended(fields)?,
        version: count(attribute::VERSION)?,
        living_keys: count(attribute::LIVING_KEYS)?,
        key_changes: count(attribute::KEY_CHANGES)?,
    })
}

pub(super) fn from_key(account: &ServiceAccount, key: &AccountKey) -> Item {
    let mut item = control::account_key(&account.workspace, &account.id, &key.id).into_item();
    CREATOR.write(&key.creator, &mut item);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::KEY_ID, text(key.id.as_str()));
    set(attribute::NAME, text(&key.name));
    set(attribute::CREATED_AT, moment(key.created_at));
    if let Some(expires_at) = key.expires_at {
        set(attribute::EXPIRES_AT, moment(expires_at));
    }
    if let AddressRules::Specific(rows) = &key.addresses {
        let networks = rows.iter().map(|row| row.network.to_string());
        set(attribute::ADDRESSES, texts(networks));
    }
    item
}

pub(super) fn to_key(item: &Item) -> Result<AccountKey, StoreError> {
    let fields = Fields::new(item, KEY);
    Ok(AccountKey {
        id: fields.parsed(attribute::KEY_ID, |text| KeyId::parse(text).ok())?,
        name: fields.text(attribute::NAME)?.to_owned(),
        creator: CREATOR.read(fields)?,
        created_at: fields.moment(attribute::CREATED_AT)?,
        expires_at: fields.optional_moment(attribute::EXPIRES_AT)?,
        addresses: to_addresses(fields)?,
        revoked: to_ended(fields)?,
    })
}

fn to_addresses(fields: Fields<'_>) -> Result<AddressRules, StoreError> {
    let networks = fields.texts(attribute::ADDRESSES)?;
    if networks.is_empty() {
        return Ok(AddressRules::Anywhere);
    }
    let row = |text: &String| match parse_network(text) {
        Ok(parsed) => Ok(AddressRow::new(parsed.network)),
        Err(_) => Err(fields.corrupt()),
    };
    Ok(AddressRules::Specific(
        networks.iter().map(row).collect::<Result<_, _>>()?,
    ))
}

fn to_ended(fields: Fields<'_>) -> Result<Option<Ended>, StoreError> {
    let Some(at) = fields.optional_moment(attribute::ENDED_AT)? else {
        return Ok(None);
    };
    let by = ENDED_BY.read(fields)?;
    Ok(Some(Ended { at, by }))
}

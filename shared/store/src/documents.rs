//! Documents that several writers change: read, changed, put on condition of the version.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use event::{Timestamp, WorkspaceId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fields::{Fields, bytes, number};
use crate::meter::{Meter, units, units_of_put};
use crate::pause::pause;
use crate::schema::runs::attribute;
use crate::schema::{Item, Key, TTL};
use crate::store::{Consistency, condition_failed};
use crate::{Cause, Store, StoreError, packed};

/// Attempts where other writers change the same document.
const MAX_ATTEMPTS: u32 = 12;

/// A document of the runs table, and which change of it this is; 0 where there is none yet.
#[derive(Debug)]
pub(crate) struct Versioned<T> {
    pub(crate) document: T,
    pub(crate) version: i64,
}

/// The document in an item.
pub(crate) fn read<T: DeserializeOwned>(
    item: &Item,
    what: &'static str,
) -> Result<Versioned<T>, StoreError> {
    let fields = Fields::new(item, what);
    let text = packed::unpack(fields.bytes(attribute::BODY)?, what)?;
    Ok(Versioned {
        document: serde_json::from_slice(&text).map_err(|_| fields.corrupt())?,
        version: fields.number(attribute::VERSION)?,
    })
}

/// The item of a document.
pub(crate) fn write<T: Serialize>(
    key: Key,
    document: &T,
    version: i64,
    expires_at: Timestamp,
    what: &'static str,
) -> Result<Item, StoreError> {
    let text = serde_json::to_vec(document).map_err(|_| StoreError::Corrupt { what })?;
    let mut item = key.into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::BODY, bytes(packed::pack(&text, what)?));
    set(attribute::VERSION, number(version));
    set(TTL, number(expires_at.as_secs()));
    Ok(item)
}

impl Store {
    /// Puts an item of the runs table whose version is the one after `expected`. `false`: somebody
    /// else was faster.
    pub(crate) async fn replace(
        &self,
        workspace: &WorkspaceId,
        item: Item,
        expected: i64,
        operation: &'static str,
    ) -> Result<bool, StoreError> {
        let units_if_refused = units_of_put(&item);
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().runs)
            .set_item(Some(item))
            .expression_attribute_names("#version", attribute::VERSION)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let call = if expected == 0 {
            call.condition_expression("attribute_not_exists(#version)")
        } else {
            call.condition_expression("#version = :expected")
                .expression_attribute_values(":expected", number(expected))
        };
        let call = call
            .customize()
            .interceptor(meter.throttles::<PutItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(true)
            }
            Err(error) if condition_failed(&error) => {
                meter.written(units_if_refused);
                Ok(false)
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(operation, &error))
            }
        }
    }

    /// Changes a document of the runs table, as often as it takes. `change` gets what is there, and
    /// says what it comes to and, where it is to be stored, the document.
    pub(crate) async fn change_document<T, R>(
        &self,
        workspace: &WorkspaceId,
        key: &Key,
        expires_at: Timestamp,
        operation: &'static str,
        mut change: impl FnMut(&mut T) -> (R, bool),
    ) -> Result<R, StoreError>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        for attempt in 0..MAX_ATTEMPTS {
            let found = self
                .get(
                    &self.tables().runs,
                    key.clone(),
                    Consistency::Strong,
                    operation,
                )
                .await?;
            let mut found = match &found {
                Some(item) => read::<T>(item, operation)?,
                None => Versioned {
                    document: T::default(),
                    version: 0,
                },
            };
            let (result, store) = change(&mut found.document);
            if !store {
                return Ok(result);
            }
            let next = found.version.saturating_add(1);
            let item = write(key.clone(), &found.document, next, expires_at, operation)?;
            if self
                .replace(workspace, item, found.version, operation)
                .await?
            {
                return Ok(result);
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable {
            operation,
            cause: Cause::Contended,
        })
    }
}

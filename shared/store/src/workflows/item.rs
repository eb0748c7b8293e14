//! A workflow as an item of the table.

use event::{TriggerId, WorkflowId, WorkspaceId};

use super::{ON, PAUSED, StoredWorkflow, WorkflowSecret};
use crate::actor::CREATOR;
use crate::fields::{Fields, bytes, moment, number, text};
use crate::keys::SealedSecret;
use crate::schema::Item;
use crate::schema::control::attribute;
use crate::schema::workflows::{self, attribute as own};
use crate::{StoreError, packed};

pub(super) const WHAT: &str = "workflow";

pub(super) fn from_workflow(
    workspace: &WorkspaceId,
    workflow: &StoredWorkflow,
) -> Result<Item, StoreError> {
    let mut item = workflows::workflow(workspace, &workflow.id).into_item();
    CREATOR.write(&workflow.creator, &mut item);
    let body = packed::pack(workflow.definition.as_bytes(), WHAT)?;
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(own::WORKFLOW, text(workflow.id.as_str()));
    set(attribute::NAME, text(&workflow.name));
    set(
        attribute::STATE,
        text(if workflow.active { ON } else { PAUSED }),
    );
    set(attribute::VERSION, number(workflow.version));
    set(own::REVISION, number(workflow.revision));
    set(attribute::BODY, bytes(body));
    set(own::TRIGGER, text(workflow.trigger.as_str()));
    set(
        own::STARTS,
        text(if workflow.starts_by_call {
            "call"
        } else {
            "other"
        }),
    );
    set(attribute::CREATED_AT, moment(workflow.created_at));
    set(own::CHANGED_AT, moment(workflow.changed_at));
    set(attribute::RING_KEY, text(&workflow.secret.ring_key));
    set(
        attribute::SEALED,
        bytes(workflow.secret.nonce_and_ciphertext.clone()),
    );
    if let Some(previous) = &workflow.previous {
        set(own::PREVIOUS_RING_KEY, text(&previous.secret.ring_key));
        let sealed = previous.secret.nonce_and_ciphertext.clone();
        set(own::PREVIOUS_SEALED, bytes(sealed));
        set(own::PREVIOUS_UNTIL, moment(previous.until));
    }
    Ok(item)
}

pub(super) fn to_workflow(item: &Item) -> Result<StoredWorkflow, StoreError> {
    let fields = Fields::new(item, WHAT);
    let count = |name: &str| u64::try_from(fields.number(name)?).map_err(|_| fields.corrupt());
    let previous = match fields.optional_moment(own::PREVIOUS_UNTIL)? {
        None => None,
        Some(until) => Some(WorkflowSecret {
            secret: SealedSecret {
                ring_key: fields.text(own::PREVIOUS_RING_KEY)?.to_owned(),
                nonce_and_ciphertext: fields.bytes(own::PREVIOUS_SEALED)?.to_vec(),
            },
            until,
        }),
    };
    Ok(StoredWorkflow {
        id: fields.parsed(own::WORKFLOW, |text| WorkflowId::parse(text).ok())?,
        name: fields.text(attribute::NAME)?.to_owned(),
        active: fields.text(attribute::STATE)? == ON,
        version: count(attribute::VERSION)?,
        revision: count(own::REVISION)?,
        definition: body(fields)?,
        trigger: fields.parsed(own::TRIGGER, |text| TriggerId::parse(text).ok())?,
        starts_by_call: fields.text(own::STARTS)? == "call",
        created_at: fields.moment(attribute::CREATED_AT)?,
        creator: CREATOR.read(fields)?,
        changed_at: fields.moment(own::CHANGED_AT)?,
        secret: SealedSecret {
            ring_key: fields.text(attribute::RING_KEY)?.to_owned(),
            nonce_and_ciphertext: fields.bytes(attribute::SEALED)?.to_vec(),
        },
        previous,
    })
}

pub(super) fn body(fields: Fields<'_>) -> Result<String, StoreError> {
    let body = packed::unpack(fields.bytes(attribute::BODY)?, WHAT)?;
    String::from_utf8(body).map_err(|_| fields.corrupt())
}

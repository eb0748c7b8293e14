//! Saved metrics: queries under a name, with the variables that they take.

use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use aws_sdk_dynamodb::types::{Delete, Put};
use event::{MetricId, Timestamp, WorkspaceId};
use policy::Actor;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::CREATOR;
use crate::fields::{Fields, bytes, moment, number, text};
use crate::query::Range;
use crate::schema::control::attribute;
use crate::schema::metrics::{self, METRIC_PREFIX};
use crate::schema::{Item, Key, LAST, control};
use crate::store::Consistency;
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError, packed};

const WHAT: &str = "saved metric";

/// A query under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedMetric {
    /// Given out when it is made; part of the address that runs it.
    pub id: MetricId,
    /// Unique in the workspace; 1 to 64 characters.
    pub name: String,
    /// The text.
    pub sql: String,
    /// The variables that it takes, in the order in which somebody wrote them.
    pub variables: Vec<MetricVariable>,
    /// Who made it.
    pub creator: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last; when it was made, if never.
    pub changed_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// A variable of a saved metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricVariable {
    /// Letters, digits and `_`.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: VariableKind,
    /// Its value where the caller gives none; without one the caller must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// What the values of a variable are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of texts, numbers and booleans, for `IN (@{name})`.
    List,
}

impl VariableKind {
    /// Whether the value is of this kind.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::List => value.as_array().is_some_and(|values| {
                values
                    .iter()
                    .all(|value| value.is_string() || value.is_number() || value.is_boolean())
            }),
        }
    }

    /// What a value must be, in the words of an error.
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text => "must be a text",
            Self::Number => "must be a number",
            Self::Boolean => "must be true or false",
            Self::List => "must be a list of texts, numbers and booleans",
        }
    }
}

/// What lies packed in the item.
#[derive(Serialize, Deserialize)]
struct Body {
    sql: String,
    variables: Vec<MetricVariable>,
}

impl Store {
    /// The workspace's saved metrics in the order of their ids.
    pub async fn metrics_of(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<SavedMetric>, StoreError> {
        let range = Range {
            pk: control::workspace_partition(workspace),
            from: METRIC_PREFIX.to_owned(),
            to: format!("{METRIC_PREFIX}{LAST}"),
        };
        let table = &self.tables().control;
        let items = self
            .query_all(table, &range, Consistency::Strong, "listing saved metrics")
            .await?;
        items.iter().map(from_item).collect()
    }

    /// One saved metric; `None` where there is none in this workspace.
    pub async fn metric(
        &self,
        workspace: &WorkspaceId,
        id: &MetricId,
    ) -> Result<Option<SavedMetric>, StoreError> {
        let (key, table) = (metrics::metric(workspace, id), &self.tables().control);
        let found = self
            .get(table, key, Consistency::Strong, "reading a saved metric")
            .await?;
        found.as_ref().map(from_item).transpose()
    }

    /// Stores a new metric; [`StoreError::Conflict`] where the name is taken.
    pub async fn create_metric(
        &self,
        workspace: &WorkspaceId,
        metric: &SavedMetric,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let transaction = Transaction::default()
            .put(self.put_new(to_item(workspace, metric)?))?
            .put(self.put_new(name_holder(workspace, metric)))?
            .put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "creating a saved metric", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) => Err(NAME_TAKEN),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the metric exists",
            }),
        }
    }

    /// Replaces a metric, which is as it was read, by its next version.
    ///
    /// [`StoreError::Conflict`] where the name is taken, [`StoreError::VersionStale`] where somebody
    /// else changed or deleted it meanwhile.
    pub async fn replace_metric(
        &self,
        workspace: &WorkspaceId,
        old: &SavedMetric,
        new: &SavedMetric,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let put = Put::builder()
            .table_name(&self.tables().control)
            .set_item(Some(to_item(workspace, new)?))
            .condition_expression("#version = :expected")
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":expected", number(old.version));
        let mut transaction = Transaction::default().put(put)?;
        let renamed = old.name != new.name;
        if renamed {
            transaction = transaction
                .put(self.put_new(name_holder(workspace, new)))?
                .delete(self.delete_of(metrics::metric_name(workspace, &old.name)))?;
        }
        let transaction = transaction.put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "changing a saved metric", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) if renamed => Err(NAME_TAKEN),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }

    /// Deletes a metric, which is as it was read. Its name is free then.
    ///
    /// [`StoreError::VersionStale`] where somebody else changed or deleted it meanwhile.
    pub async fn delete_metric(
        &self,
        workspace: &WorkspaceId,
        metric: &SavedMetric,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let delete = self
            .delete_of(metrics::metric(workspace, &metric.id))
            .condition_expression("#version = :expected")
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":expected", number(metric.version));
        let transaction = Transaction::default()
            .delete(delete)?
            .delete(self.delete_of(metrics::metric_name(workspace, &metric.name)))?
            .put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "deleting a saved metric", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }

    fn delete_of(&self, key: Key) -> DeleteBuilder {
        Delete::builder()
            .table_name(&self.tables().control)
            .set_key(Some(key.into_item()))
    }
}

const NAME_TAKEN: StoreError = StoreError::Conflict {
    what: "the name is taken",
};

fn name_holder(workspace: &WorkspaceId, metric: &SavedMetric) -> Item {
    let mut item = metrics::metric_name(workspace, &metric.name).into_item();
    let id = metrics::attribute::METRIC_ID.to_owned();
    item.insert(id, text(metric.id.as_str()));
    item
}

fn to_item(workspace: &WorkspaceId, metric: &SavedMetric) -> Result<Item, StoreError> {
    let body = Body {
        sql: metric.sql.clone(),
        variables: metric.variables.clone(),
    };
    let body = serde_json::to_vec(&body).map_err(|_| StoreError::Corrupt { what: WHAT })?;
    let mut item = metrics::metric(workspace, &metric.id).into_item();
    CREATOR.write(&metric.creator, &mut item);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(metrics::attribute::METRIC_ID, text(metric.id.as_str()));
    set(attribute::NAME, text(&metric.name));
    set(attribute::BODY, bytes(packed::pack(&body, WHAT)?));
    set(attribute::CREATED_AT, moment(metric.created_at));
    set(metrics::attribute::CHANGED_AT, moment(metric.changed_at));
    set(attribute::VERSION, number(metric.version));
    Ok(item)
}

/// The metric in an item that is one.
pub(crate) fn from_item(item: &Item) -> Result<SavedMetric, StoreError> {
    let fields = Fields::new(item, WHAT);
    let body = packed::unpack(fields.bytes(attribute::BODY)?, WHAT)?;
    let Body { sql, variables } = serde_json::from_slice(&body).map_err(|_| fields.corrupt())?;
    Ok(SavedMetric {
        id: fields.parsed(metrics::attribute::METRIC_ID, |text| {
            MetricId::parse(text).ok()
        })?,
        name: fields.text(attribute::NAME)?.to_owned(),
        sql,
        variables,
        creator: CREATOR.read(fields)?,
        created_at: fields.moment(attribute::CREATED_AT)?,
        changed_at: fields.moment(metrics::attribute::CHANGED_AT)?,
        version: u64::try_from(fields.number(attribute::VERSION)?).map_err(|_| fields.corrupt())?,
    })
}

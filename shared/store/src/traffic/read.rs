//! Who sent what, read back.

use event::{KeyId, Timestamp, WorkspaceId};

use super::KeyTraffic;
use super::document::Document;
use crate::fields::Fields;
use crate::query::Range;
use crate::schema::activity::{self, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError};

impl Store {
    /// What came with the key in the hours that begin from `from` to `to`; what is older than eight
    /// days is gone.
    pub async fn traffic(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<KeyTraffic, StoreError> {
        let (low, high) = activity::traffic_range(from, to);
        let range = Range {
            pk: activity::traffic_partition(workspace, key),
            from: low,
            to: high,
        };
        let table = &self.tables().activity;
        let items = self
            .query_all(table, &range, Consistency::Eventual, "reading traffic")
            .await?;
        let mut traffic = KeyTraffic::default();
        for item in &items {
            let fields = Fields::new(item, "traffic");
            let hour = activity::traffic_hour(fields.sk()?).ok_or_else(|| fields.corrupt())?;
            if traffic.oldest.is_none_or(|oldest| hour < oldest) {
                traffic.oldest = Some(hour);
            }
            Document::unpack(fields.bytes(attribute::BODY)?)?.add_to(&mut traffic);
        }
        Ok(traffic)
    }
}

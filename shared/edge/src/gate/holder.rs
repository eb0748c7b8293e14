//! Callers who proved otherwise than by its text that they hold a key.

use event::Timestamp;
use policy::{KeyRecord, Operation, Verdict, judge_request, judge_state};

use super::Gate;
use crate::{Connection, Problem};

impl Gate {
    /// Judges whether the metrics key of an access token, or of a pair that is exchanged for one, is in
    /// use and may be used from this address. `operation` is what the request is counted as.
    pub async fn admit_holder(
        &self,
        record: &KeyRecord,
        connection: &Connection,
        operation: Operation,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let mut verdict = judge_state(record, now);
        if verdict.is_allowed() {
            let policy = self.policy(record).await?;
            let (kind, address) = (record.kind, connection.source_ip);
            // Whoever may have a token may use it.
            verdict = judge_request(kind, &policy, address, Operation::MintToken, now);
        }
        let (workspace, key) = (&record.workspace, &record.id);
        match verdict {
            Verdict::Allowed(()) => {
                self.tally.called(workspace, key, operation, now).await;
                Ok(())
            }
            Verdict::Refused(refusal) => {
                let code = refusal.code();
                self.refused(workspace, key, code, connection, operation, now)
                    .await;
                Err(refusal.into())
            }
        }
    }
}

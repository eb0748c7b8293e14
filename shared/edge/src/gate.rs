//! Who calls, and whether they may.

mod holder;

use std::fmt;
use std::sync::Arc;

use event::{KeyId, Timestamp, WorkspaceId};
use http::HeaderMap;
use http::header::ORIGIN;
use moka::sync::Cache;
use policy::{
    AddressRules, CompiledPolicy, EventRules, KeyKind, KeyRecord, Operation, Policy, Refusal, Role,
    SecretSlot, Verdict, judge_key, judge_request,
};
use store::{Cause, Store, StoreError};
use telemetry::Metrics;

use crate::{Connection, Presented, Problem, Refusals, Tally};

/// Compiled policies kept per process, weighed by their rows and patterns: some 20 MB at most.
const MAX_CACHED_ROWS: u64 = 100_000;

/// A caller whose key was found good for what it asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The key.
    pub key_id: KeyId,
    /// The key's kind.
    pub kind: KeyKind,
    /// The role of the service account that the key belongs to; other kinds have none.
    pub role: Option<Role>,
    /// The name of that service account.
    pub account: Option<String>,
    /// Which of the key's secrets was presented.
    pub slot: SecretSlot,
    /// The policy of the key, for the verdict on each event.
    pub policy: Arc<CompiledPolicy>,
}

/// Finds out who calls and whether they may. Clones share the cache.
///
/// Each request reads its key's item with strong consistency, so a revocation holds for the next
/// request. The policy of a version never changes: it is read and compiled once per process.
#[derive(Clone)]
pub struct Gate {
    store: Store,
    metrics: Metrics,
    tally: Tally,
    policies: Cache<(KeyId, u64), Cached>,
}

#[derive(Clone)]
struct Cached {
    compiled: Arc<CompiledPolicy>,
    rows: u32,
}

impl Gate {
    /// A gate with an empty cache. Refusals of known keys are counted: in the metrics of their workspace
    /// if the request would have brought events, in the tally of the key in any case.
    pub fn new(store: Store, metrics: Metrics, tally: Tally) -> Self {
        let policies = Cache::builder()
            .max_capacity(MAX_CACHED_ROWS)
            .weigher(|_, cached: &Cached| cached.rows)
            .build();
        Self {
            store,
            metrics,
            tally,
            policies,
        }
    }

    /// [`Gate::authenticate`] for a handler that answers every refusal alike, and the verdict on the
    /// web origin: a request that names one must be on the key's list, where there is a list.
    pub async fn admit(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        connection: &Connection,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Caller, Problem> {
        let verdict = self
            .judge(headers, query, connection, operation, now)
            .await?;
        let caller = verdict.into_result()?;
        if judge_origin(&caller.policy, headers) {
            self.allowed(&caller, operation, now).await;
            return Ok(caller);
        }
        let problem = Problem::OriginNotAllowed;
        let (workspace, key) = (&caller.workspace, &caller.key_id);
        self.refused(workspace, key, problem.code(), connection, operation, now)
            .await;
        Err(problem)
    }

    /// Judges the key that the request presents: is it one, is it known, not revoked, enabled, not
    /// expired, used from an allowed address, and of a kind that may do this.
    ///
    /// What is no key is refused without a read. `Err` means that the store failed, also where a
    /// key's policy is missing: that is never a pass.
    pub async fn authenticate(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        connection: &Connection,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Verdict<Caller>, StoreError> {
        let verdict = self
            .judge(headers, query, connection, operation, now)
            .await?;
        if let Verdict::Allowed(caller) = &verdict {
            self.allowed(caller, operation, now).await;
        }
        Ok(verdict)
    }

    /// The verdict, with a refusal counted.
    async fn judge(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        connection: &Connection,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Verdict<Caller>, StoreError> {
        let (presented, key) = match Presented::key(headers, query) {
            Ok(found) => found,
            Err(refusal) => return Ok(Verdict::Refused(refusal)),
        };
        let record = self.store.key(key.id()).await?;
        let slot = judge_key(record.as_ref(), &key, now);
        let (slot, record) = match (slot, record) {
            (Verdict::Allowed(slot), Some(record)) => (slot, record),
            (Verdict::Refused(refusal), record) => {
                // A wrong secret says nothing about the key's workspace.
                if let Some(known) = record.filter(|_| refusal != Refusal::KeyUnknown) {
                    let (workspace, key, code) = (&known.workspace, &known.id, refusal.code());
                    self.refused(workspace, key, code, connection, operation, now)
                        .await;
                }
                return Ok(Verdict::Refused(refusal));
            }
            // Without a record no secret matches.
            (Verdict::Allowed(_), None) => return Ok(Verdict::Refused(Refusal::KeyUnknown)),
        };
        let policy = self.policy(&record).await?;
        let verdict = judge_request(record.kind, &policy, connection.source_ip, operation, now)
            .and_then(|()| judge_carrier(&presented, record.kind));
        if let Verdict::Refused(refusal) = verdict {
            let (workspace, key, code) = (&record.workspace, &record.id, refusal.code());
            self.refused(workspace, key, code, connection, operation, now)
                .await;
            return Ok(Verdict::Refused(refusal));
        }
        let KeyRecord {
            id,
            workspace,
            kind,
            role,
            account,
            ..
        } = record;
        Ok(Verdict::Allowed(Caller {
            workspace,
            key_id: id,
            kind,
            role,
            account,
            slot,
            policy,
        }))
    }

    /// The compiled policy of the key's current version.
    async fn policy(&self, record: &KeyRecord) -> Result<Arc<CompiledPolicy>, StoreError> {
        let version = (record.id.clone(), record.policy_version);
        if let Some(cached) = self.policies.get(&version) {
            return Ok(cached.compiled);
        }
        let policy = self.store.policy(&record.id, record.policy_version).await?;
        let Some(policy) = policy else {
            tracing::error!(key = %record.id, version = version.1, "a key's policy is missing");
            return Err(StoreError::Unavailable {
                operation: "reading a policy",
                cause: Cause::Failed,
            });
        };
        let compiled = Arc::new(CompiledPolicy::new(&policy));
        let cached = Cached {
            compiled: Arc::clone(&compiled),
            rows: rows(&policy),
        };
        self.policies.insert(version, cached);
        Ok(compiled)
    }

    /// Counts the refusal of a request whose key is known.
    async fn refused(
        &self,
        workspace: &WorkspaceId,
        key_id: &KeyId,
        code: &'static str,
        connection: &Connection,
        operation: Operation,
        now: Timestamp,
    ) {
        if operation.brings_events() {
            self.metrics.refused(workspace, code, 1);
        }
        let refusals = Refusals {
            workspace,
            key_id,
            reasons: &[(code, 1)],
            sample: code,
            name: None,
            path: "",
            message: "",
            address: connection.source_ip,
        };
        self.tally.refused(&refusals, now).await;
    }

    /// Counts a request that the log will not tell of.
    async fn allowed(&self, caller: &Caller, operation: Operation, now: Timestamp) {
        if !operation.brings_events() {
            self.tally
                .called(&caller.workspace, &caller.key_id, operation, now)
                .await;
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("policies", &self.policies.entry_count())
            .finish_non_exhaustive()
    }
}

/// A key in the address of a request may end in anybody's log: only kinds whose text is public
/// anyway, in a page's source, are taken from there.
const fn judge_carrier(presented: &Presented<'_>, kind: KeyKind) -> Verdict<()> {
    match (presented, kind) {
        (Presented::Header(_), _) | (Presented::Query(_), KeyKind::Rum | KeyKind::WriteOnly) => {
            Verdict::Allowed(())
        }
        (
            Presented::Query(_),
            KeyKind::ReadWrite
            | KeyKind::Sensor
            | KeyKind::ThirdParty
            | KeyKind::Metrics
            | KeyKind::ServiceAccount,
        ) => Verdict::Refused(Refusal::ScopeMissing),
    }
}

/// Whether the request may come from the page it says it comes from. Only browsers say so, and they
/// cannot be made to lie about it; a request without an origin is none of a page.
fn judge_origin(policy: &CompiledPolicy, headers: &HeaderMap) -> bool {
    headers.get(ORIGIN).is_none_or(|origin| {
        origin
            .to_str()
            .is_ok_and(|origin| policy.admits_origin(origin))
    })
}

/// Rows and patterns of the policy, and one for itself.
fn rows(policy: &Policy) -> u32 {
    let addresses = match &policy.addresses {
        AddressRules::Anywhere => 0,
        AddressRules::Specific(rows) => rows.len(),
    };
    let events = match &policy.events {
        EventRules::All => 0,
        EventRules::Only(patterns) => patterns.len(),
    };
    u32::try_from(1 + addresses + events).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

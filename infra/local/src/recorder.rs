//! What was asked of the stand-in, and by whom.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

use crate::journal::Journal;
use crate::{Error, Result};

/// How many requests are remembered; the oldest go first.
const MEMORY: usize = 50_000;

/// A service of the stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// DynamoDB and DynamoDB Streams.
    DynamoDb,
    /// Secrets Manager.
    SecretsManager,
    /// CloudWatch metrics.
    CloudWatch,
    /// The identity provider.
    Issuer,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DynamoDb => "DynamoDB",
            Self::SecretsManager => "Secrets Manager",
            Self::CloudWatch => "CloudWatch",
            Self::Issuer => "the identity provider",
        })
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The service asked.
    pub service: Service,
    /// The action's name in the API, such as `PutItem`; the identity provider's are method and path.
    pub action: String,
    /// The DynamoDB table; the first one of a batch or transaction.
    pub table: Option<String>,
    /// Who asked: the SDK's app name (`app/…` in the User-Agent, set by
    /// `AWS_SDK_UA_APP_ID`), else the access key id of the signature.
    pub caller: Option<String>,
    /// What IAM would ask for, once per action and resource.
    pub permissions: Vec<Permission>,
}

/// A permission as an IAM policy names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// Such as `dynamodb:PutItem`.
    pub action: String,
    /// The table's or secret's name; none where the action has no resource.
    pub resource: Option<String>,
    /// The partition keys of all items of the table that the request is about: what the condition key
    /// `dynamodb:LeadingKeys` holds. Empty where it names none, as in a scan.
    pub partitions: BTreeSet<String>,
}

impl Permission {
    /// To do that with that resource, whatever is in it.
    pub fn new(action: impl Into<String>, resource: Option<&str>) -> Self {
        Self {
            action: action.into(),
            resource: resource.map(str::to_owned),
            partitions: BTreeSet::new(),
        }
    }
}

/// The memory of requests, shared by the services.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    requests: VecDeque<Recorded>,
    journal: Option<Journal>,
}

impl Recorder {
    /// Leaves in that file what each caller needs, from now on.
    pub(crate) fn journal(&self, path: &Path) -> Result<()> {
        let journal = Journal::open(path).map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })?;
        self.memory().journal = Some(journal);
        Ok(())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self, request: Recorded) {
        let mut memory = self.memory();
        let Memory { requests, journal } = &mut *memory;
        if let Some(journal) = journal {
            journal.note(&request);
        }
        if requests.len() == MEMORY {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.memory().requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.memory().requests.clear();
    }
}

/// Who signed the request; see [`Recorded::caller`].
pub(crate) fn caller(headers: &HeaderMap) -> Option<String> {
    app_name(headers).or_else(|| access_key_id(headers))
}

fn app_name(headers: &HeaderMap) -> Option<String> {
    ["x-amz-user-agent", "user-agent"].iter().find_map(|name| {
        let agent = headers.get(*name)?.to_str().ok()?;
        agent
            .split(' ')
            .find_map(|word| word.strip_prefix("app/"))
            .map(str::to_owned)
    })
}

fn access_key_id(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get("authorization")?.to_str().ok()?;
    let (_, credential) = authorization.split_once("Credential=")?;
    let (id, _) = credential.split_once('/')?;
    Some(id.to_owned())
}

/// The region of the signature's scope.
pub(crate) fn region(headers: &HeaderMap) -> String {
    let authorization = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    authorization
        .and_then(|text| text.split_once("Credential="))
        .and_then(|(_, credential)| credential.split('/').nth(2))
        .unwrap_or("us-east-1")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    http::HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn the_app_name_goes_before_the_access_key() {
        let signature =
            "AWS4-HMAC-SHA256 Credential=INGEST/20261121/eu-west-1/dynamodb/aws4_request";
        let named = headers(&[
            ("x-amz-user-agent", "aws-sdk-rust/1.3 os/linux app/ingest"),
            ("authorization", signature),
        ]);
        assert_eq!(caller(&named).as_deref(), Some("ingest"));
        let keyed = headers(&[
            ("user-agent", "aws-sdk-rust/1.3"),
            ("authorization", signature),
        ]);
        assert_eq!(caller(&keyed).as_deref(), Some("INGEST"));
        assert_eq!(caller(&HeaderMap::new()), None);
    }

    #[test]
    fn the_memory_of_requests_is_bounded() {
        let recorder = Recorder::default();
        for n in 0..=MEMORY {
            recorder.record(Recorded {
                service: Service::DynamoDb,
                action: n.to_string(),
                table: None,
                caller: None,
                permissions: Vec::new(),
            });
        }
        let all = recorder.all();
        assert_eq!((all.len(), all[0].action.as_str()), (MEMORY, "1"));
        recorder.clear();
        assert!(recorder.all().is_empty());
    }
}

//! What a token says, and whether it says it to us, now.

use std::collections::BTreeMap;
use std::time::Duration;

use event::{Timestamp, WorkspaceId};
use policy::Role;
use serde_json::{Map, Value};

use super::{Identity, OidcSettings, TokenError};

/// How far the provider's clock may be from ours.
const LEEWAY: Duration = Duration::from_mins(1);
/// The longest subject, as the specification has it.
const MAX_SUBJECT_BYTES: usize = 255;
/// The longest name that is shown as it is.
const MAX_NAME_CHARS: usize = 128;
/// Where providers put what a person is called; the first that is there.
const NAMES: [&str; 4] = [
    "email",
    "username",
    "cognito:username",
    "preferred_username",
];

/// The payload of a token whose signature is good.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        serde_json::from_slice(payload)
            .map(Self)
            .map_err(|_| TokenError::Malformed)
    }

    /// Whether the token is the provider's, for this audience, an access token, and in its time.
    pub(super) fn judge(&self, settings: &OidcSettings, now: Timestamp) -> Result<(), TokenError> {
        // Cognito says which kind of token it is; what others make has the right audience or not.
        if self.0.get("token_use").is_some_and(|it| it != "access") {
            return Err(TokenError::Use);
        }
        if !self.is_for(&settings.audience)? {
            return Err(TokenError::Audience);
        }
        self.is_good_now(settings, now)
    }

    /// Whether the token is the provider's identity token for this client, in answer to the sign-in
    /// with that nonce, and in its time.
    pub(super) fn judge_sign_in(
        &self,
        settings: &OidcSettings,
        client_id: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<(), TokenError> {
        if self.0.get("token_use").is_some_and(|it| it != "id") {
            return Err(TokenError::Use);
        }
        if !strings(self.0.get("aud")).any(|one| one == client_id) {
            return Err(TokenError::Audience);
        }
        // Made for another client of the provider, and passed on.
        if self.0.get("azp").is_some_and(|it| it != client_id) {
            return Err(TokenError::Audience);
        }
        if self.text("nonce")? != nonce {
            return Err(TokenError::Nonce);
        }
        self.is_good_now(settings, now)
    }

    fn is_good_now(&self, settings: &OidcSettings, now: Timestamp) -> Result<(), TokenError> {
        if self.text("iss")? != settings.issuer {
            return Err(TokenError::Issuer);
        }
        let expires_at = self.moment("exp")?;
        if now >= expires_at.plus(LEEWAY) {
            return Err(TokenError::Expired);
        }
        let issued_at = self.moment("iat")?;
        let not_before = match self.0.get("nbf") {
            Some(_) => self.moment("nbf")?,
            None => issued_at,
        };
        if now.plus(LEEWAY) < issued_at.max(not_before) {
            return Err(TokenError::NotYetValid);
        }
        Ok(())
    }

    /// Whose token it is. Groups that name no workspace and role are somebody else's.
    pub(super) fn identity(&self, groups_claim: &str) -> Result<Identity, TokenError> {
        let subject = self.text("sub")?;
        let is_printable = subject.bytes().all(|byte| byte.is_ascii_graphic());
        if subject.is_empty() || subject.len() > MAX_SUBJECT_BYTES || !is_printable {
            return Err(TokenError::Claim("sub"));
        }
        let names = NAMES.iter().filter_map(|name| self.0.get(*name)?.as_str());
        let name = names.into_iter().find(|name| is_name(name));
        Ok(Identity {
            subject: subject.to_owned(),
            name: name.unwrap_or(subject).to_owned(),
            memberships: self.memberships(groups_claim),
        })
    }

    fn memberships(&self, groups_claim: &str) -> BTreeMap<WorkspaceId, Role> {
        let mut memberships = BTreeMap::new();
        let groups = strings(self.0.get(groups_claim));
        for (workspace, role) in groups.filter_map(membership) {
            let highest = memberships.entry(workspace).or_insert(role);
            *highest = role.max(*highest);
        }
        memberships
    }

    /// Whether the token is for that audience: by `aud`, or by `client_id` where it has none.
    fn is_for(&self, audience: &str) -> Result<bool, TokenError> {
        let Some(aud) = self.0.get("aud") else {
            let is_access = self.0.get("token_use").is_some_and(|it| it == "access");
            return Ok(is_access && self.text("client_id")? == audience);
        };
        Ok(strings(Some(aud)).any(|one| one == audience))
    }

    fn text(&self, name: &'static str) -> Result<&str, TokenError> {
        let value = self.0.get(name).and_then(Value::as_str);
        value.ok_or(TokenError::Claim(name))
    }

    /// Seconds since the epoch, with or without a fraction.
    fn moment(&self, name: &'static str) -> Result<Timestamp, TokenError> {
        let value = self.0.get(name).ok_or(TokenError::Claim(name))?;
        let whole = value.as_u64().map(Duration::from_secs);
        let fraction = || Duration::try_from_secs_f64(value.as_f64()?).ok();
        let since_epoch = whole.or_else(fraction).ok_or(TokenError::Claim(name))?;
        Ok(Timestamp::default().plus(since_epoch))
    }
}

/// One string, or each of a list.
fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    let one = value.filter(|value| value.is_string());
    one.into_iter().chain(list).filter_map(Value::as_str)
}

fn membership(group: &str) -> Option<(WorkspaceId, Role)> {
    let (workspace, role) = group.split_once(':')?;
    Some((WorkspaceId::parse(workspace).ok()?, Role::parse(role)?))
}

fn is_name(text: &str) -> bool {
    let is_short = text.chars().count() <= MAX_NAME_CHARS;
    !text.trim().is_empty() && is_short && !text.chars().any(char::is_control)
}

//! `GET /profile/{userId}` and `DELETE /profile/{userId}`.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use edge::Problem;
use event::{Properties, UserId, escaped_len};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use policy::Operation;
use serde::Serialize;
use serde_json::value::RawValue;
use store::{ProfileRead, StoredProfile};

use crate::Profiles;
use crate::caller::About;
use crate::openapi;

/// Most bytes of an answer, as the text within JSON that it leaves the function as: Lambda takes 6 MB with
/// what is around it.
const MAX_ANSWER: usize = 5 * 1024 * 1024;

/// A profile in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    id: &'a UserId,
    anonymous_ids: &'a [UserId],
    properties: Values<'a>,
    /// Made by the platform; there are none yet.
    computed_properties: BTreeMap<&'a str, &'a RawValue>,
    /// Keys of segments; there are none yet.
    segments: [&'a str; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    device_data: Values<'a>,
}

type Values<'a> = BTreeMap<&'a str, &'a RawValue>;

/// The profile with everything linked merged in. A user of whom only events are known has an empty
/// one. An anonymous id gives its own part, whoever it is linked to; where a user has the same id, the
/// user's profile comes. One of more than 5 MB as an answer is 413.
#[utoipa::path(
    get,
    path = "/profile/{userId}",
    operation_id = "readProfile",
    tag = "Profiles",
    summary = "Read a profile",
    params(("userId" = String, Path, description = "The user, or an anonymous id")),
    responses((status = 200, description = "The profile", body = openapi::Profile)),
)]
pub(crate) async fn read(
    State(profiles): State<Profiles>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let about = About::judge(&profiles, &mut parts, Operation::ReadProfile).await?;
    let profile = match profiles
        .store
        .profile(&about.workspace, &about.id, about.now)
        .await?
    {
        ProfileRead::Found(profile) => profile,
        ProfileRead::OnlyEvents => StoredProfile {
            id: about.id,
            anonymous_ids: Vec::new(),
            properties: Properties::default(),
            device_data: Properties::default(),
            external_id: None,
        },
        ProfileRead::Deleted | ProfileRead::Unknown => return Err(Problem::NotFound),
    };
    let profile = Profile {
        id: &profile.id,
        anonymous_ids: &profile.anonymous_ids,
        properties: values(&profile.properties),
        computed_properties: BTreeMap::new(),
        segments: [],
        external_id: profile.external_id.as_deref(),
        device_data: values(&profile.device_data),
    };
    let body = serde_json::to_string(&profile).map_err(|_| Problem::Internal)?;
    if escaped_len(&body) > MAX_ANSWER {
        return Err(Problem::TooLarge {
            message: "the profile with everything linked has more than the 5 MB of an answer"
                .into(),
        });
    }
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

fn values(properties: &Properties) -> Values<'_> {
    properties
        .iter()
        .map(|(name, property)| (name, &*property.value))
        .collect()
}

/// The user, what is linked and the timeline are gone when this answers, and the anonymous id of the same
/// text with its timeline; a user that it was linked to stays. An id that nobody knows yet gets its
/// tombstones too: events may be on their way to a timeline.
#[utoipa::path(
    delete,
    path = "/profile/{userId}",
    operation_id = "deleteProfile",
    tag = "Profiles",
    summary = "Delete a profile with its timeline",
    params(("userId" = String, Path, description = "The user, or an anonymous id")),
    responses((status = 204, description = "The profile is gone")),
)]
pub(crate) async fn delete(
    State(profiles): State<Profiles>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (mut parts, _) = request.into_parts();
    let about = About::judge(&profiles, &mut parts, Operation::DeleteProfile).await?;
    profiles
        .store
        .delete_profile(&about.workspace, &about.id, about.now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

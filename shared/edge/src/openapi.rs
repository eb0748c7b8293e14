//! What the functions' parts of the `OpenAPI` document have in common.
//!
//! A function describes its own routes beside their handlers; [`complete`] adds what all of them share,
//! and [`merge`] makes one document of the parts. Nothing here runs while a request is answered.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    ResponseBuilder, Schema,
};

/// How the caller of a route says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// By an API key, as a bearer token or in the header `apikey`.
    Keys,
    /// By a service account's API key or a person's access token, as a bearer token.
    Administrators,
}

/// Why a request was not done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failed {
    error: Failure,
}

/// What is wrong, and where.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Failure {
    /// Programs may switch on it.
    #[schema(example = "invalid_body")]
    code: String,
    /// For people.
    message: String,
    /// The request, as the logs name it.
    request_id: String,
    /// Everything that is wrong, where members of the body break rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<InvalidMember>,
}

/// A member that breaks a rule.
#[derive(Debug, Serialize, ToSchema)]
struct InvalidMember {
    #[schema(example = "policy.addresses[3].cidr")]
    path: String,
    message: String,
}

/// The failures that any route may answer with.
const COMMON: [(&str, &str); 4] = [
    ("400", "The request makes no sense; the message says where"),
    ("401", "No key or token, or one that is not good"),
    ("403", "The key or the role may not do this"),
    (
        "503",
        "The store does not answer: try again after `Retry-After` seconds",
    ),
];

/// Adds to each operation who may call it and the failures that all have. An operation that says
/// already who may call it, nobody included, stays as it is.
pub fn complete(document: &mut OpenApi, callers: Callers) {
    for (path, item) in &mut document.paths.paths {
        let names_an_object = path.contains('{');
        for operation in operations(item) {
            if operation.security.is_none() {
                operation.security = Some(callers.requirements());
                fail(operation, &COMMON);
                if names_an_object {
                    fail(
                        operation,
                        &[("404", "There is no such thing for the caller")],
                    );
                }
            }
        }
    }
}

/// One document of the functions' parts.
pub fn merge(parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Weir")
        .version("1")
        .description(Some(
            "Event ingest and API keys in front of a company's event data.",
        ));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let header = ApiKey::Header(ApiKeyValue::new("apikey"));
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer.build()))
        .security_scheme("apikey", SecurityScheme::ApiKey(header))
        .schema_from::<Failed>()
        .schema_from::<Failure>()
        .schema_from::<InvalidMember>();
    let mut document = OpenApiBuilder::new()
        .info(info.build())
        .components(Some(components.build()))
        .build();
    for mut part in parts {
        let components = part.components.as_mut();
        let schemas = components.map(|it| std::mem::take(&mut it.schemas));
        add_schemas(&mut document, schemas.unwrap_or_default());
        document.merge(part);
    }
    document
}

/// Adds schemas by their names. Two of one name would make the document say of one what is true of
/// the other: where it is made, that is a bug.
pub fn add_schemas(
    document: &mut OpenApi,
    schemas: impl IntoIterator<Item = (String, RefOr<Schema>)>,
) {
    let known = &mut document.components.get_or_insert_default().schemas;
    for (name, schema) in schemas {
        let same = known.get(&name).is_none_or(|known| *known == schema);
        debug_assert!(same, "two schemas are called {name}");
        known.insert(name, schema);
    }
}

/// Describes a second path of the same handler.
pub fn alias(document: &mut OpenApi, path: &str, other: &str, operation_id: &str) {
    let Some(mut item) = document.paths.paths.get(path).cloned() else {
        return;
    };
    for operation in operations(&mut item) {
        operation.operation_id = Some(operation_id.to_owned());
    }
    document.paths.paths.insert(other.to_owned(), item);
}

impl Callers {
    fn requirements(self) -> Vec<SecurityRequirement> {
        let scheme = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
        match self {
            Self::Keys => vec![scheme("bearer"), scheme("apikey")],
            Self::Administrators => vec![scheme("bearer")],
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn fail(operation: &mut Operation, failures: &[(&str, &str)]) {
    let body = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Failed")));
    for (status, description) in failures {
        let answer = ResponseBuilder::new()
            .description(*description)
            .content("application/json", body().build());
        let responses = &mut operation.responses.responses;
        responses
            .entry((*status).to_owned())
            .or_insert_with(|| answer.build().into());
    }
}

//! What every answer of the dashboard has in common: the session, headers, problems as pages.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use edge::Problem;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::BodyExt;

use crate::address::Address;
use crate::frame::Viewing;
use crate::notice::Notice;
use crate::session::Opened;
use crate::{Dashboard, compress, interrupted, pages};

/// Scripts, styles, images and data from here alone, nothing inline, forms to here alone, no frames
/// around a page, and no text that a script could turn into markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// Kept by browsers that came over TLS.
const ONE_YEAR: &str = "max-age=31536000";

/// Opens the session before the handler runs, and completes the answer after it.
pub(crate) async fn surround(
    State(dashboard): State<Dashboard>,
    mut request: Request,
    next: Next,
) -> Response {
    let session = dashboard.open_session(request.headers()).await;
    let viewing = Viewing::of(&request, session.clone().ok().flatten());
    let accepts_gzip = compress::is_accepted(request.headers());
    let (is_page, is_file) = (is_page(&request), is_file(&request));
    request.extensions_mut().insert::<Opened>(session);
    request.extensions_mut().insert(viewing.clone());
    let edit = if is_page && viewing.session.is_none() && request.method() == Method::POST {
        Edit::of(&mut request).await
    } else {
        None
    };

    let mut response = next.run(request).await;
    if is_page && let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = match edit {
            Some(edit) if problem == Problem::SignedOut => edit.kept(&viewing),
            Some(_) | None => pages::problem::instead_of(response, &problem, &viewing),
        };
    }
    if is_page && viewing.notice.is_some() && !response.status().is_redirection() {
        Notice::forget(response.headers_mut());
    }
    // Caches keep files for everybody: none of them may carry somebody's cookie.
    if let (Some(session), false) = (&viewing.session, is_file) {
        dashboard
            .renew_session(session, response.headers_mut())
            .await;
    }
    protect(response.headers_mut());
    if accepts_gzip {
        response = compress::compress(response).await;
    }
    response
}

/// Scripts read JSON, and files are files: everything else is a page.
fn is_page(request: &Request) -> bool {
    let path = request.uri().path();
    !path.starts_with("/dashboard/data/") && !is_file(request) && !wants_json(request.headers())
}

fn is_file(request: &Request) -> bool {
    request.uri().path().starts_with("/dashboard/assets/")
}

/// Whether a script asks, which reads no pages.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .is_some_and(|it| it == "application/json")
}

/// What was posted without a session.
struct Edit {
    action: String,
    body: Vec<u8>,
}

impl Edit {
    /// Reads the body, and leaves it in its place.
    async fn of(request: &mut Request) -> Option<Self> {
        let body = std::mem::take(request.body_mut());
        // Bodies are made in memory: none can break off.
        let body = body.collect().await.ok()?.to_bytes();
        *request.body_mut() = Body::from(body.clone());
        Some(Self {
            action: request.uri().path_and_query()?.to_string(),
            body: body.to_vec(),
        })
    }

    fn kept(&self, viewing: &Viewing) -> Response {
        interrupted::instead_of(&self.action, &self.body, viewing)
    }
}

fn protect(headers: &mut HeaderMap) {
    let all: [(HeaderName, &'static str); 6] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (STRICT_TRANSPORT_SECURITY, ONE_YEAR),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A page of somebody signed in is nobody else's, and not theirs either after they signed out.
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// Refuses what a page of another site posts: cookies are `SameSite`, and this does not rest on them
/// alone.
pub(crate) async fn only_own_posts(
    State(dashboard): State<Dashboard>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if request.method() == Method::POST && !is_own(&dashboard, request.headers()) {
        return Err(Problem::CrossSite);
    }
    Ok(next.run(request).await)
}

/// Browsers name the origin of every post, and no script can change it.
fn is_own(dashboard: &Dashboard, headers: &HeaderMap) -> bool {
    let own = Address::of(&dashboard.0.settings, headers);
    let origin = headers.get(http::header::ORIGIN);
    own.is_some_and(|own| origin.is_some_and(|origin| origin.as_bytes() == own.origin.as_bytes()))
}

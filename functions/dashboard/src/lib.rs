//! The web pages: sign-in, home, and the graphs of the ingest API.
//!
//! Pages are rendered here, from templates that are checked when they are compiled. A page comes
//! without waiting for CloudWatch; small scripts fetch the values of its graphs. Each page is a file
//! under `pages`, which brings its routes and its place in the navigation.

mod address;
mod advice;
mod assets;
mod compress;
mod cookie;
mod form;
mod frame;
mod graphs;
mod interrupted;
mod kinds;
mod member;
mod moment;
mod navigation;
mod notice;
mod number;
mod pages;
mod refused;
mod request;
mod rules;
mod session;
mod settings;
mod shown_once;
mod sign_in;
mod surround;
mod theme;
mod use_cases;

use std::sync::Arc;

use aws_config::SdkConfig;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use edge::{Oidc, Runtime, SignIn};
use event::Clock;
use secrets::SessionKeys;

pub use settings::Settings;

use crate::graphs::Graphs;
use crate::use_cases::UseCases;

/// What the handlers share. Clones share everything.
#[derive(Debug, Clone)]
pub struct Dashboard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    /// None where no identity provider is configured: nobody can sign in.
    sign_in: Option<SignIn>,
    session_keys: SessionKeys,
    graphs: Graphs,
    use_cases: UseCases,
    clock: Arc<dyn Clock>,
}

/// The clients that the dashboard needs.
#[derive(Debug, Clone)]
pub struct Clients {
    /// For the session keys, and for the texts of API keys.
    pub secrets: aws_sdk_secretsmanager::Client,
    /// For the graphs.
    pub cloud_watch: aws_sdk_cloudwatch::Client,
}

impl Clients {
    /// With limits to how long somebody waits.
    pub fn new(aws: &SdkConfig) -> Self {
        Self {
            secrets: secrets::client(aws),
            cloud_watch: telemetry::read::client(aws),
        }
    }
}

impl Dashboard {
    /// Puts the parts together. Calls nobody.
    pub fn new(runtime: &Runtime, clients: Clients, settings: Settings) -> Self {
        let sign_in = runtime.config.oidc.as_ref().map(|oidc| {
            let client_id = settings.client_id.as_ref().unwrap_or(&oidc.audience);
            SignIn::new(Oidc::new(oidc), oidc, client_id)
        });
        Self(Arc::new(Inner {
            sign_in,
            session_keys: SessionKeys::new(clients.secrets.clone(), &settings.session_keys),
            use_cases: UseCases::new(runtime, clients.secrets),
            graphs: Graphs::new(
                runtime.config.metrics_namespace.clone(),
                clients.cloud_watch,
            ),
            clock: Arc::clone(&runtime.clock),
            settings,
        }))
    }

    /// Fetches what every signed-in request needs, so that the first one does not wait for it. A
    /// failure is the first request's to meet.
    pub async fn warm_up(&self) {
        if let Err(error) = self.0.session_keys.warm_up().await {
            tracing::warn!(%error, "the session keys could not be fetched at the start");
        }
    }

    /// The routes of the function.
    pub fn router(&self) -> Router {
        let routes = pages::routes()
            .merge(sign_in::routes())
            .merge(theme::routes())
            .merge(graphs::routes())
            .merge(interrupted::routes())
            .merge(assets::routes())
            .layer(DefaultBodyLimit::max(request::MAX_FORM_BYTES))
            .layer(from_fn_with_state(self.clone(), surround::only_own_posts))
            .with_state(self.clone());
        // Around everything, so that the answers that `edge` gives become pages too.
        edge::api(routes).layer(from_fn_with_state(self.clone(), surround::surround))
    }
}

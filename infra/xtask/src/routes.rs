//! The routes of the HTTP API, as `cargo lambda watch` and as the SAM template state them.

use std::fmt;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

/// One method of one path, and the function that serves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) function: String,
}

/// A value of the router in Cargo.toml.
#[derive(Deserialize)]
#[serde(untagged)]
enum Served {
    /// Every method, by one function.
    Whole(String),
    Methods(Vec<Method>),
}

#[derive(Deserialize)]
struct Method {
    method: String,
    function: String,
}

impl Route {
    /// From `[workspace.metadata.lambda.watch.router]`.
    pub(crate) fn of_router(table: &Value) -> Result<Vec<Self>> {
        let mut routes = Vec::new();
        for (path, served) in table
            .as_object()
            .context("the watch router is not a table")?
        {
            let served = Served::deserialize(served).with_context(|| format!("route {path}"))?;
            let methods = match served {
                Served::Whole(function) => vec![Method {
                    method: "ANY".into(),
                    function,
                }],
                Served::Methods(methods) => methods,
            };
            routes.extend(methods.into_iter().map(|Method { method, function }| Self {
                path: as_gateway(path),
                method,
                function,
            }));
        }
        routes.sort();
        Ok(routes)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {} -> {}",
            self.method, self.path, self.function
        )
    }
}

/// The path with a wildcard as API Gateway writes it: `{page+}` for the emulator's `{*page}`.
fn as_gateway(path: &str) -> String {
    match path.split_once("{*") {
        Some((above, rest)) => format!("{above}{{{}", rest.replace('}', "+}")),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Route;

    fn routes(router: &serde_json::Value) -> Vec<Route> {
        Route::of_router(router).unwrap()
    }

    #[test]
    fn a_path_lists_its_methods_or_serves_them_all() {
        let routes = routes(&json!({
            "/b": "second",
            "/a": [{"method": "GET", "function": "first"}],
        }));
        let shown: Vec<_> = routes.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["GET /a -> first", "ANY /b -> second"]);
    }

    #[test]
    fn a_wildcard_is_written_as_the_gateway_writes_it() {
        let routes = routes(&json!({"/a/{*rest}": "first", "/a/{id}": "second"}));
        let shown: Vec<_> = routes.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["ANY /a/{id} -> second", "ANY /a/{rest+} -> first"]);
    }
}

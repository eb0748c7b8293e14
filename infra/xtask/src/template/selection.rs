//! Which of the HTTP API's routes a request goes to, by the gateway's precedence.

use crate::routes::Route;

/// The method of a route for all methods.
pub(super) const ANY: &str = "ANY";

/// How a part of a route's path is like the request's; the better first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// `keys`
    Same,
    /// `{keyId}`
    Parameter,
    /// `{proxy+}`: it and all that follow.
    Greedy,
}

/// The route that the gateway selects: a path that is matched in full goes before a greedy one, the more
/// specific path before the less, a method before [`ANY`].
pub(super) fn selected<'a>(routes: &'a [Route], method: &str, path: &str) -> Option<&'a Route> {
    let routes = routes.iter();
    let alike = routes.filter_map(|route| {
        let is_any = route.method == ANY;
        let parts = (is_any || route.method == method).then(|| likeness(&route.path, path))??;
        let is_greedy = parts.last() == Some(&Likeness::Greedy);
        Some(((is_greedy, parts, is_any), route))
    });
    let best = alike.min_by(|(one, _), (other, _)| one.cmp(other));
    best.map(|(_, route)| route)
}

/// Part by part; `None` if the request is for another path.
fn likeness(route: &str, path: &str) -> Option<Vec<Likeness>> {
    let mut asked = path.split('/');
    let mut found = Vec::new();
    for part in route.split('/') {
        let asked = asked.next()?;
        if part.ends_with("+}") {
            found.push(Likeness::Greedy);
            return Some(found);
        }
        found.push(if part.starts_with('{') {
            Likeness::Parameter
        } else if part == asked {
            Likeness::Same
        } else {
            return None;
        });
    }
    asked.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Vec<Route> {
        let routes = [
            ("ANY", "/admin/{proxy+}"),
            ("GET", "/admin/metrics/{id}"),
            ("GET", "/admin/metrics/log"),
            ("POST", "/admin/keys/{id}/reveal"),
            ("GET", "/admin/keys/{proxy+}"),
            ("ANY", "/admin/keys/{proxy+}"),
        ];
        let route = |(method, path): (&str, &str)| Route {
            path: path.to_owned(),
            method: method.to_owned(),
            function: String::new(),
        };
        routes.into_iter().map(route).collect()
    }

    #[test]
    fn a_request_goes_to_the_route_that_says_most_of_it() {
        let routes = routes();
        for (request, route) in [
            ("GET /admin/metrics/log", Some("GET /admin/metrics/log")),
            ("GET /admin/metrics/x", Some("GET /admin/metrics/{id}")),
            ("PUT /admin/metrics/x", Some("ANY /admin/{proxy+}")),
            ("GET /admin/metrics/x/y", Some("ANY /admin/{proxy+}")),
            (
                "POST /admin/keys/x/reveal",
                Some("POST /admin/keys/{id}/reveal"),
            ),
            ("GET /admin/keys/x/reveal", Some("GET /admin/keys/{proxy+}")),
            ("PUT /admin/keys/x/reveal", Some("ANY /admin/keys/{proxy+}")),
            ("GET /admin", None),
            ("GET /other/x", None),
        ] {
            let (method, path) = request.split_once(' ').unwrap();
            let found = selected(&routes, method, path);
            let found = found.map(|it| format!("{} {}", it.method, it.path));
            assert_eq!(found.as_deref(), route, "{request}");
        }
    }
}

//! Which workspace a request is about.

use std::collections::BTreeMap;

use event::WorkspaceId;
use http::HeaderMap;
use policy::Role;

use crate::Problem;

/// The header by which a person of several workspaces says which one a request is about.
pub const WORKSPACE_HEADER: &str = "x-weir-workspace";
/// The same, as errors name it.
const NAME: &str = "X-Weir-Workspace";

/// The workspace that the request asks for, if it does.
pub(super) fn asked(headers: &HeaderMap) -> Result<Option<WorkspaceId>, Problem> {
    let mut values = headers.get_all(WORKSPACE_HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(invalid("is there more than once"));
    }
    let text = value.to_str().unwrap_or_default();
    match WorkspaceId::parse(text) {
        Ok(workspace) => Ok(Some(workspace)),
        Err(error) => Err(invalid(&error.to_string())),
    }
}

/// The workspace among those of the caller: the one asked for, or the only one.
pub(super) fn choose(
    memberships: BTreeMap<WorkspaceId, Role>,
    asked: Option<&WorkspaceId>,
) -> Result<(WorkspaceId, Role), Problem> {
    let is_one_of_many = memberships.len() > 1;
    let mut possible = memberships.into_iter();
    match asked {
        Some(asked) => possible
            .find(|(workspace, _)| workspace == asked)
            .ok_or(Problem::NotFound),
        None if is_one_of_many => Err(invalid("is needed: the token is for several workspaces")),
        None => possible.next().ok_or(Problem::RoleMissing),
    }
}

fn invalid(message: &str) -> Problem {
    Problem::InvalidParameter {
        name: NAME,
        message: message.to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn choice(memberships: &[(&str, Role)], header: Option<&str>) -> Result<String, String> {
        let headers = header
            .map(|value| {
                let name = http::HeaderName::from_static(WORKSPACE_HEADER);
                (name, HeaderValue::from_str(value).unwrap())
            })
            .into_iter()
            .collect();
        let memberships = memberships
            .iter()
            .map(|(id, role)| (WorkspaceId::parse(id).unwrap(), *role))
            .collect();
        asked(&headers)
            .and_then(|asked| choose(memberships, asked.as_ref()))
            .map(|(workspace, role)| format!("{workspace} {role}"))
            .map_err(|problem| format!("{} {}", problem.status().as_u16(), problem.message()))
    }

    #[test]
    fn the_only_workspace_needs_no_header() {
        let one = [("acme", Role::Editor)];
        assert_eq!(choice(&one, None).unwrap(), "acme editor");
        assert_eq!(choice(&one, Some("acme")).unwrap(), "acme editor");
    }

    #[test]
    fn of_several_workspaces_the_header_chooses() {
        let two = [("acme", Role::Viewer), ("beta", Role::Admin)];
        assert_eq!(choice(&two, Some("beta")).unwrap(), "beta admin");
        insta::assert_snapshot!(choice(&two, None).unwrap_err(), @"400 X-Weir-Workspace: is needed: the token is for several workspaces");
    }

    #[test]
    fn a_workspace_that_the_token_lacks_does_not_exist() {
        let one = [("acme", Role::Admin)];
        insta::assert_snapshot!(choice(&one, Some("beta")).unwrap_err(), @"404 there is nothing here");
        insta::assert_snapshot!(choice(&[], Some("beta")).unwrap_err(), @"404 there is nothing here");
        insta::assert_snapshot!(choice(&[], None).unwrap_err(), @"403 your role does not allow this");
        insta::assert_snapshot!(choice(&one, Some("Acme")).unwrap_err(), @"400 X-Weir-Workspace: must not contain anything but a-z, 0-9 and -");
    }
}

//! Keys and attributes of the profiles table.
//!
//! The sort keys of a partition are in the order in which they are read together: links, then the
//! profile, then the timeline.

use event::{ProfileId, ProfileKind, Timestamp, UserId, WorkspaceId};

use super::{Key, LAST, SEPARATOR, digest, moment};

/// The attributes: one letter each, since every timeline item pays for them.
pub(crate) mod attribute {
    /// The packed document of a profile.
    pub(crate) const DOCUMENT: &str = "p";
    /// Counts the changes of a profile item.
    pub(crate) const VERSION: &str = "v";
    /// The user that an anonymous id is linked to.
    pub(crate) const LINKED_TO: &str = "l";
    /// When the request that made the link was received.
    pub(crate) const LINK_RECEIVED_AT: &str = "lr";
    /// When the profile was deleted.
    pub(crate) const DELETED_AT: &str = "x";
    /// When a link was made, as its sender dates it.
    pub(crate) const LINKED_AT: &str = "t";
    /// The newest receipt time in the item.
    pub(crate) const RECEIVED_AT: &str = "r";
    /// The events of a timeline item.
    pub(crate) const BLOB: &str = "b";
}

/// The sort key of a profile item.
pub(crate) const PROFILE: &str = "PROFILE";
/// Prefix of the sort keys of links; sorts before [`PROFILE`].
pub(crate) const EDGE_PREFIX: &str = "EDGE#";
/// Sorts behind every link and before [`PROFILE`].
pub(crate) const EDGE_END: &str = "EDGE$";
/// Prefix of the sort keys of timeline items; sorts after [`PROFILE`].
pub(crate) const TIMELINE_PREFIX: &str = "T";

/// The partition of one user or anonymous device.
pub(crate) fn partition(workspace: &WorkspaceId, profile: &ProfileId) -> String {
    format!("{workspace}{SEPARATOR}{}", member(profile))
}

/// The workspace that a partition belongs to.
pub(crate) fn workspace(pk: &str) -> Option<WorkspaceId> {
    let (workspace, _) = pk.split_once(SEPARATOR)?;
    WorkspaceId::parse(workspace).ok()
}

/// The profile item.
pub(crate) fn profile(workspace: &WorkspaceId, profile: &ProfileId) -> Key {
    Key::new(partition(workspace, profile), PROFILE)
}

/// The link between a user and an anonymous device.
pub(crate) fn edge(workspace: &WorkspaceId, user: &ProfileId, anonymous: &ProfileId) -> Key {
    Key::new(
        partition(workspace, user),
        format!("{EDGE_PREFIX}{}", anonymous.id),
    )
}

/// The anonymous id that a link's sort key names.
pub(crate) fn edge_anonymous(sk: &str) -> Option<UserId> {
    UserId::parse(sk.strip_prefix(EDGE_PREFIX)?).ok()
}

/// A timeline item.
pub(crate) fn timeline(
    workspace: &WorkspaceId,
    profile: &ProfileId,
    newest: Timestamp,
    digest: u128,
) -> Key {
    let sk = format!(
        "{TIMELINE_PREFIX}{}{}",
        moment::encode(newest),
        digest::encode(digest)
    );
    Key::new(partition(workspace, profile), sk)
}

/// The newest event time in the timeline item with that sort key.
pub(crate) fn timeline_newest(sk: &str) -> Option<Timestamp> {
    moment::decode(sk.strip_prefix(TIMELINE_PREFIX)?.get(..moment::CHARS)?)
}

/// The sort keys of timeline items whose newest event lies between the moments, both included.
pub(crate) fn timeline_range(from: Option<Timestamp>, to: Option<Timestamp>) -> (String, String) {
    let low = from.map(moment::encode).unwrap_or_default();
    let high = to.map(moment::encode).unwrap_or_default();
    (
        format!("{TIMELINE_PREFIX}{low}"),
        format!("{TIMELINE_PREFIX}{high}{LAST}"),
    )
}

/// The partition of the index of a workspace's tombstones.
pub(crate) fn tombstone_partition(workspace: &WorkspaceId) -> String {
    format!("{workspace}{SEPARATOR}x")
}

/// A tombstone in the index.
pub(crate) fn tombstone(workspace: &WorkspaceId, profile: &ProfileId) -> Key {
    Key::new(tombstone_partition(workspace), member(profile))
}

/// Whose tombstone the sort key names.
pub(crate) fn tombstone_profile(sk: &str) -> Option<ProfileId> {
    let (kind, id) = sk.split_once(SEPARATOR)?;
    let kind = match kind {
        "u" => ProfileKind::Known,
        "a" => ProfileKind::Anonymous,
        _ => return None,
    };
    Some(ProfileId {
        kind,
        id: UserId::parse(id).ok()?,
    })
}

fn member(profile: &ProfileId) -> String {
    let kind = match profile.kind {
        ProfileKind::Known => 'u',
        ProfileKind::Anonymous => 'a',
    };
    format!("{kind}{SEPARATOR}{}", profile.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> UserId {
        UserId::parse(text).unwrap()
    }

    #[test]
    fn an_id_with_separators_opens_only_its_own_partition() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let user = ProfileId {
            kind: ProfileKind::Known,
            id: id("a#b"),
        };
        let device = ProfileId {
            kind: ProfileKind::Anonymous,
            id: id("u#a#b"),
        };
        assert_eq!(partition(&workspace, &user), "acme#u#a#b");
        assert_eq!(partition(&workspace, &device), "acme#a#u#a#b");
        for profile in [user, device] {
            assert_eq!(
                tombstone_profile(&tombstone(&workspace, &profile).sk),
                Some(profile)
            );
        }
    }

    #[test]
    fn links_sort_before_the_profile_and_the_profile_before_the_timeline() {
        assert!(format!("{EDGE_PREFIX}\u{10ffff}").as_str() < EDGE_END);
        assert!(EDGE_END < PROFILE);
        assert!(PROFILE < TIMELINE_PREFIX);
        assert_eq!(edge_anonymous("EDGE#x#y"), Some(id("x#y")));
    }

    #[test]
    fn a_timeline_range_holds_the_items_of_its_ends() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let profile = ProfileId {
            kind: ProfileKind::Known,
            id: id("u"),
        };
        let moment = Timestamp::from_millis(1_795_229_788_987);
        let sk = timeline(&workspace, &profile, moment, u128::MAX).sk;
        let (low, high) = timeline_range(Some(moment), Some(moment));
        assert!(low <= sk && sk <= high);
        let (low, high) = timeline_range(None, None);
        assert!(low <= sk && sk <= high);
        assert_eq!(timeline_newest(&sk), Some(moment));
    }
}

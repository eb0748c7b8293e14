//! Many writers at the same profile.

use event::ProfileUpdate;
use store::ProfileRead;
use tokio::task::JoinSet;

use crate::support::{Fixture, at, update, user};

#[tokio::test(flavor = "multi_thread")]
async fn no_update_of_many_at_the_same_profile_is_lost() {
    let fixture = Fixture::new().await;
    let mut writers = JoinSet::new();
    for writer in 0..20 {
        let (store, workspace) = (fixture.store.clone(), fixture.workspace.clone());
        writers.spawn(async move {
            let properties = format!(r#"{{"p{writer}":{writer}}}"#);
            let update = update(Some("u"), None, 0, &properties);
            store
                .update_profile(&workspace, &update, at(0))
                .await
                .unwrap();
        });
    }
    writers.join_all().await;
    let read = fixture
        .store
        .profile(&fixture.workspace, &user("u"), at(0))
        .await
        .unwrap();
    let ProfileRead::Found(profile) = read else {
        panic!("found: {read:?}")
    };
    assert_eq!(profile.properties.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_users_who_link_the_same_device_at_once_exactly_one_has_it() {
    let fixture = Fixture::new().await;
    let mut writers = JoinSet::new();
    for writer in 0..12 {
        let (store, workspace) = (fixture.store.clone(), fixture.workspace.clone());
        writers.spawn(async move {
            let id = format!("u{}", writer % 4);
            let update: ProfileUpdate<'_> = update(Some(&id), Some("d"), 0, "{}");
            store
                .update_profile(&workspace, &update, at(0))
                .await
                .unwrap();
        });
    }
    writers.join_all().await;
    let mut holders = 0;
    for id in ["u0", "u1", "u2", "u3"] {
        let read = fixture
            .store
            .profile(&fixture.workspace, &user(id), at(0))
            .await
            .unwrap();
        let ProfileRead::Found(profile) = read else {
            panic!("found: {read:?}")
        };
        holders += profile.anonymous_ids.len();
    }
    assert_eq!(holders, 1);
    assert_eq!(
        fixture.item_count(&fixture.tables.profiles).await,
        4 + 1 + 1,
        "users, the link of one of them, the device"
    );
}

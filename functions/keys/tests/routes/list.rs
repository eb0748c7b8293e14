//! Lists of keys.

use serde_json::{Value, json};

use crate::support::Office;

fn names(page: &Value) -> Vec<String> {
    let keys = page["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn office_with_keys() -> Office {
    let office = Office::open().await;
    for (name, kind) in [
        ("b", "rum"),
        ("c", "sensor"),
        ("a", "write_only"),
        ("d", "rum"),
    ] {
        let body = json!({"name": name, "kind": kind});
        let made = office.post("/admin/v1/keys", &body).await;
        assert_eq!(made.status, 201);
        office.app.clock.advance(std::time::Duration::from_secs(1));
    }
    office
}

#[tokio::test]
async fn keys_are_filtered_and_sorted() {
    let office = office_with_keys().await;
    for (query, expected) in [
        ("", "abcd"),
        ("?sort=-name", "dcba"),
        ("?sort=created", "bcad"),
        ("?sort=-created", "dacb"),
        ("?kind=rum", "bd"),
        ("?kind=rum&sort=-created", "db"),
        ("?kind=metrics", ""),
    ] {
        let page = office.get(&format!("/admin/v1/keys{query}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(names(&page.json()).concat(), expected, "{query}");
    }
    let page = office.get("/admin/v1/keys?sort=kind").await.json();
    let names = names(&page);
    let told = "Integration write-only, RUM twice, Sensor";
    assert_eq!((&*names[0], &*names[3]), ("a", "c"), "{told}");
}

#[tokio::test]
async fn names_are_sorted_whatever_the_case_of_their_letters() {
    let office = Office::open().await;
    for name in ["b", "A", "C", "a"] {
        office.key(name).await;
    }
    let page = office.get("/admin/v1/keys?sort=name").await.json();
    assert_eq!(names(&page)[2..], ["b", "C"]);
    let page = office.get("/admin/v1/keys?sort=-name&limit=2").await.json();
    assert_eq!(names(&page), ["C", "b"]);
    let rest = page["nextCursor"].as_str().unwrap();
    let path = format!("/admin/v1/keys?sort=-name&cursor={rest}");
    assert_eq!(names(&office.get(&path).await.json()).len(), 2);
}

#[tokio::test]
async fn pages_are_each_key_once() {
    let office = office_with_keys().await;
    for sort in ["kind", "creator", "-created", "lastUsed", "-name"] {
        let whole = names(
            &office
                .get(&format!("/admin/v1/keys?sort={sort}"))
                .await
                .json(),
        );
        let mut pages = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/admin/v1/keys?sort={sort}&limit=3{cursor}");
            let page = office.get(&path).await.json();
            pages.extend(names(&page));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(pages, whole, "{sort}");
    }
}

#[tokio::test]
async fn a_parameter_that_makes_no_sense_is_named() {
    let office = office_with_keys().await;
    let first = office.get("/admin/v1/keys?limit=1").await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let mut answers = String::new();
    for query in [
        "kind=service_account",
        "kind=",
        "sort=age",
        "limit=0",
        "limit=1001",
        "kid=rum",
        "cursor=abc",
        &format!("sort=created&cursor={cursor}"),
    ] {
        let answer = office.get(&format!("/admin/v1/keys?{query}")).await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_parameter","message":"kind: must be write_only, read_write, sensor, rum, third_party or metrics","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"kind: must be write_only, read_write, sensor, rum, third_party or metrics","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"sort: must be kind, creator, created, lastUsed or name, perhaps after a -","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"query: names a parameter that is not known, names one twice, or is not UTF-8","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"cursor: is not one that was given out for this list","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"cursor: is not one that was given out for this list","requestId":"test-request"}}
    "#);
}

#[tokio::test]
async fn no_list_shows_a_text_or_a_service_accounts_key() {
    let office = office_with_keys().await;
    let list = office.get("/admin/v1/keys").await;
    assert!(!list.body.contains("weir_"), "{}", list.body);
    assert!(
        !list.body.contains("service_account\",\"tags"),
        "{}",
        list.body
    );
    assert_eq!(list.json()["keys"].as_array().unwrap().len(), 4);
    let own = office.admin.id();
    let read = office.get(&format!("/admin/v1/keys/{own}")).await;
    assert_eq!((read.status, read.code().as_str()), (404, "not_found"));
}

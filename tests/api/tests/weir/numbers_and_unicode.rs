//! What a client sent comes back to the letter.

use api::Weir;

/// Values that a detour through a double, a map or an escape would change.
const PROPERTIES: &str = concat!(
    r#"{"big":9007199254740993,"huge":123456789012345678901234567890,"#,
    r#""negative":-9223372036854775809,"fraction":1.10,"tiny":1e-400,"zero":-0.0,"#,
    r#""escaped":"\u00e9\ud834\udd1e\/","plain":"é𝄞/","emoji":"👩‍👩‍👧","rtl":"שלום‏","#,
    r#""nul":"\u0000","z":1,"a":2,"":3,"nested":{"b":[1.0,1,10E2],"a":null}}"#
);

#[tokio::test]
async fn numbers_and_texts_of_an_event_come_back_to_the_letter() {
    let tenant = Weir::shared().await.tenant().await;
    let event = format!(r#"{{"name":"é ✓ 𝄞","userId":"ann","properties":{PROPERTIES}}}"#);
    assert_eq!(
        tenant
            .writer()
            .post_text("/event/ingest", event)
            .await
            .status,
        204
    );
    let timeline = tenant.timeline_of("ann", 1).await;
    assert_eq!(timeline.texts("name"), ["é ✓ 𝄞"]);
    let expected = format!(r#""properties":{PROPERTIES}"#);
    assert!(timeline.text.contains(&expected), "{}", timeline.text);
}

#[tokio::test]
async fn device_data_comes_back_to_the_letter() {
    let tenant = Weir::shared().await.tenant().await;
    let event = format!(r#"{{"name":"a","userId":"ann","deviceData":{PROPERTIES}}}"#);
    assert_eq!(
        tenant
            .writer()
            .post_text("/event/ingest", event)
            .await
            .status,
        204
    );
    let timeline = tenant.timeline_of("ann", 1).await;
    let expected = format!(r#""deviceData":{PROPERTIES}"#);
    assert!(timeline.text.contains(&expected), "{}", timeline.text);
}

#[tokio::test]
async fn numbers_and_texts_of_a_profile_come_back_to_the_letter() {
    let tenant = Weir::shared().await.tenant().await;
    let update = format!(r#"{{"userId":"ann","properties":{PROPERTIES}}}"#);
    assert_eq!(
        tenant.writer().post_text("/profile", update).await.status,
        204
    );
    let profile = tenant.profile("ann").await;
    for value in [
        r#""big":9007199254740993"#,
        r#""huge":123456789012345678901234567890"#,
        r#""negative":-9223372036854775809"#,
        r#""fraction":1.10"#,
        r#""tiny":1e-400"#,
        r#""zero":-0.0"#,
        r#""escaped":"\u00e9\ud834\udd1e\/""#,
        r#""plain":"é𝄞/""#,
        r#""emoji":"👩‍👩‍👧""#,
        r#""nul":"\u0000""#,
        r#""":3"#,
        r#""nested":{"b":[1.0,1,10E2],"a":null}"#,
    ] {
        assert!(profile.body.contains(value), "{value} is not in {profile}");
    }
}

#[tokio::test]
async fn two_events_whose_numbers_differ_beyond_a_double_are_two_events() {
    let tenant = Weir::shared().await.tenant().await;
    let time = tenant.ago(1);
    for number in ["9007199254740992", "9007199254740993"] {
        let event = format!(
            r#"{{"name":"a","userId":"ann","timestamp":{time},"properties":{{"n":{number}}}}}"#
        );
        assert_eq!(
            tenant
                .writer()
                .post_text("/event/ingest", event)
                .await
                .status,
            204
        );
    }
    let timeline = tenant.timeline_of("ann", 2).await;
    assert!(
        timeline.text.contains("9007199254740992"),
        "{}",
        timeline.text
    );
    assert!(
        timeline.text.contains("9007199254740993"),
        "{}",
        timeline.text
    );
}

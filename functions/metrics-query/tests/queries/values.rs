//! Values of properties, whose type the data decide.

use insta::assert_snapshot;

use crate::support::Asking;

#[tokio::test]
async fn a_number_needs_no_cast() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows("SELECT properties.cart.total * 2 + 1, -properties.cart.total FROM events WHERE properties.cart.total > 12.5 ORDER BY id").await, @"
    [61.0,-30.0]
    [61.0,-30.0]
    ");
    assert_snapshot!(shop.rows("SELECT sum(properties.revenue), avg(properties.cart.total), max(properties.cart.total), median(properties.cart.total), approx_percentile(properties.cart.total, 0.5) FROM events").await, @"[50.0,21.25,30,21.25,25.625]");
    assert_snapshot!(shop.rows("SELECT sum(CASE WHEN name = 'checkout' THEN properties.revenue ELSE 0 END), round(avg(properties.cart.total), 1), sum(coalesce(properties.revenue, 0)) FROM events").await, @"[50.0,21.3,50.0]");
    assert_snapshot!(shop.rows("SELECT id FROM events WHERE properties.cart.total BETWEEN 20 AND 40 AND properties.cart.total IN (30, 31) ORDER BY id").await, @r#"
    ["6"]
    ["7"]
    "#);
    assert_snapshot!(shop.rows("SELECT id, sum(properties.revenue) OVER (ORDER BY timestamp, id) FROM events WHERE name = 'checkout' ORDER BY id").await, @r#"
    ["4",12.5]
    ["7",42.5]
    ["9",50.0]
    "#);
    assert_snapshot!(shop.rows("WITH t AS (SELECT properties.revenue AS revenue, userId FROM events) SELECT userId, sum(revenue * 2) FROM t WHERE revenue > 8 GROUP BY userId ORDER BY 1").await, @r#"
    ["ann",25.0]
    ["bob",60.0]
    "#);
}

#[tokio::test]
async fn a_value_comes_as_what_it_is() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows("SELECT id, properties.zip, properties.first, properties.revenue, properties.order.from, properties.cart FROM events WHERE id >= '6' ORDER BY id").await, @r#"
    ["6",null,null,null,null,{"items":["c"],"total":30}]
    ["7",null,false,30,null,{"items":["c"],"total":30}]
    ["8","01234",null,null,null,null]
    ["9",null,null,"7.5","app",null]
    "#);
    assert_snapshot!(shop.rows("SELECT properties.geo.country AS country, count(*) FROM events GROUP BY country ORDER BY 2 DESC, 1").await, @r#"
    [null,5]
    ["AT",3]
    ["DE",1]
    "#);
    assert_snapshot!(shop.rows("SELECT DISTINCT properties.revenue FROM events ORDER BY 1").await, @r#"
    [12.5]
    [30]
    ["7.5"]
    [null]
    "#);
    assert_snapshot!(shop.rows("SELECT array_agg(properties.path ORDER BY id) FROM events WHERE name = 'page_view'").await, @r#"[["/","/shop","/shop","/"]]"#);
}

#[tokio::test]
async fn texts_booleans_and_casts_of_values_work() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows("SELECT id FROM events WHERE properties.first ORDER BY id").await, @r#"["4"]"#);
    assert_snapshot!(shop.rows("SELECT id FROM events WHERE NOT properties.first OR properties.path = '/shop' ORDER BY id").await, @r#"
    ["2"]
    ["5"]
    ["7"]
    "#);
    assert_snapshot!(shop.rows("SELECT upper(properties.path) || '!', length(properties.path), regexp_like(properties.path, '^/s') FROM events WHERE properties.path LIKE '/s%' AND properties.geo.country IN ('DE', 'CH')").await, @r#"["/SHOP!",5,true]"#);
    assert_snapshot!(shop.rows("SELECT CAST(properties.revenue AS BIGINT), CAST(properties.zip AS VARCHAR), TRY_CAST(properties.path AS DOUBLE) FROM events WHERE id IN ('8', '9') ORDER BY id").await, @r#"
    [null,"01234",null]
    [7,null,null]
    "#);
    assert_snapshot!(shop.rows("SELECT CASE properties.geo.country WHEN 'AT' THEN 'home' ELSE 'away' END AS place, count(*) FROM events WHERE properties.geo.country IS NOT NULL GROUP BY place ORDER BY place").await, @r#"
    ["away",1]
    ["home",3]
    "#);
}

#[tokio::test]
async fn a_path_leads_through_lists_brackets_and_functions() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows("SELECT properties.cart.items[1], properties['cart']['items'][2], properties.cart['total'] FROM events WHERE id = '3'").await, @r#"["a","b",12.5]"#);
    assert_snapshot!(shop.rows("SELECT json_extract_scalar(properties, '$.cart.items[0]'), json_array_length(properties.cart.items), json_extract(properties, '$.cart'), json_format(properties.cart.items), properties->'cart'->>'total' FROM events WHERE id = '3'").await, @r#"["a",2,{"items":["a","b"],"total":12.5},"[\"a\",\"b\"]","12.5"]"#);
    assert_snapshot!(shop.rows(r#"SELECT json_extract_scalar('{"a": [1, {"b": "x"}]}', '$.a[1].b'), json_parse('{"a": 1.50}'), json_parse('nothing')"#).await, @r#"["x",{"a":1.5},null]"#);
}

#[tokio::test]
async fn functions_of_trino_mean_what_they_mean_there() {
    let shop = Asking::shop().await;
    let rows = async |sql: &str| shop.rows(sql).await;
    assert_eq!(
        rows("SELECT count_if(name = 'checkout'), count_if(properties.first) FROM events").await,
        "[3,1]"
    );
    assert_eq!(
        rows("SELECT max_by(userId, timestamp), min_by(id, properties.revenue) FROM events").await,
        r#"["cy","4"]"#
    );
    assert_eq!(
        rows("SELECT max_by(id, timestamp) FILTER (WHERE userId = 'ann') FROM events").await,
        r#"["8"]"#
    );
    assert_eq!(
        rows("SELECT if(count(*) > 5, 'many', 'few'), if(FALSE, 1) FROM events").await,
        r#"["many",null]"#
    );
    assert_eq!(
        rows("SELECT regexp_extract(name, '[a-z]+'), regexp_extract(name, '([a-z]+)_([a-z]+)', 2), regexp_extract(name, 'x+') FROM events WHERE id = '1'").await,
        r#"["page","view",null]"#
    );
    let answer = shop.ask("SELECT count_if(name = 'x') FROM events").await;
    assert_eq!(
        answer.json()["columns"][0]["name"],
        serde_json::json!("count_if(name = 'x')")
    );
}

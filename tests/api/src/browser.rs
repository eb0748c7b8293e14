//! A browser in which somebody is signed in to the dashboard. It runs no scripts.

use std::collections::BTreeMap;
use std::time::Duration;

use local::issuer::Person;
use policy::Role;
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder, redirect};

use crate::{Answer, Client, Tenant};

const PATIENCE: Duration = Duration::from_secs(20);
const FORM: &str = "application/x-www-form-urlencoded";

/// A browser with cookies of its own.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    base: String,
    cookies: BTreeMap<String, String>,
}

impl Tenant<'_> {
    /// A browser in which somebody with that role in the workspace has signed in.
    pub async fn browser(&self, role: Role) -> Browser {
        let name = format!("{role}@{}.example.com", self.workspace);
        self.stand_in().issuer().add_person(Person {
            username: name.clone(),
            subject: format!("subject-of-{name}"),
            email: name.clone(),
            groups: vec![format!("{}:{role}", self.workspace)],
        });
        let mut browser = Browser::new(&self.client());
        browser.sign_in(&name).await;
        browser
    }
}

impl Browser {
    fn new(client: &Client) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build();
        Self {
            http: http.expect("an HTTP client"),
            base: client.base(),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// Sends a form of a page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.header("content-type", FORM).body(encoded(fields));
        self.send(request).await
    }

    /// Sends what a page's script sends.
    pub async fn ask(&mut self, method: Method, path: &str, json: &serde_json::Value) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.base));
        self.send(request.json(json)).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Answer {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(ORIGIN, &self.base)
            .header(COOKIE, cookies.join("; "));
        let answer = Answer::of(request.send().await.expect("an answer")).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie that is text");
            let pair = cookie.split(';').next().and_then(|it| it.split_once('='));
            let (name, value) = pair.expect("a cookie's name and value");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Goes to the identity provider, says who it is, and comes back.
    async fn sign_in(&mut self, name: &str) {
        let away = self.get("/dashboard/sign-in?next=/dashboard").await;
        let provider = self.http.post(location(&away));
        let provider = provider.header("content-type", FORM);
        let sent = provider.body(encoded(&[("username", name)])).send().await;
        let back = location(&Answer::of(sent.expect("an answer")).await);
        let path = back
            .strip_prefix(&self.base)
            .expect("a way back")
            .to_owned();
        let signed_in = self.get(&path).await;
        assert_eq!(location(&signed_in), "/dashboard");
    }
}

/// Where an answer leads on to.
fn location(answer: &Answer) -> String {
    assert!(matches!(answer.status, 302 | 303), "{answer}");
    answer.header(LOCATION.as_str()).to_owned()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    body.finish()
}

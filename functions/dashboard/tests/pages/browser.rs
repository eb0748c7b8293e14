//! A browser: it keeps cookies, and knows the way to the identity provider and back.

use std::collections::BTreeMap;

use edge::SystemClock;
use event::Clock;
use local::issuer::Person;
use policy::Role;
use testkit::{Answer, ORIGIN, TestApp};

/// A browser with cookies of its own.
pub(crate) struct Browser<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// A Weir whose clock is the identity provider's.
pub(crate) async fn app() -> TestApp {
    let app = TestApp::start().await;
    app.clock.set(SystemClock.now());
    app
}

/// Lets somebody of that name, in these groups, sign in.
pub(crate) fn know(app: &TestApp, name: &str, groups: &[&str]) {
    app.stand_in.issuer().add_person(Person {
        username: name.to_owned(),
        subject: format!("subject-of-{name}"),
        email: name.to_owned(),
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
    });
}

impl<'a> Browser<'a> {
    pub(crate) fn open(app: &'a TestApp) -> Self {
        let cookies = BTreeMap::new();
        Self { app, cookies }
    }

    /// A browser in which a viewer of the workspace is signed in.
    pub(crate) async fn of_viewer(app: &'a TestApp) -> Self {
        know(app, "ann@example.com", &["test:viewer"]);
        let mut browser = Self::open(app);
        browser.sign_in("ann@example.com").await;
        browser
    }

    /// A browser in which somebody with that role in the workspace is signed in.
    pub(crate) async fn of(app: &'a TestApp, role: Role) -> Self {
        let name = format!("{role}@example.com");
        know(app, &name, &[&format!("test:{role}")]);
        let mut browser = Self::open(app);
        browser.sign_in(&name).await;
        browser
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let call = self.app.to_dashboard("GET", path);
        self.keep(call.header("cookie", &self.header()).send().await)
    }

    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Answer {
        let call = self.app.to_dashboard("POST", path).form(form);
        self.keep(call.header("cookie", &self.header()).send().await)
    }

    /// Goes to the identity provider, says who it is, and comes back; the answer to the return.
    pub(crate) async fn sign_in(&mut self, name: &str) -> Answer {
        let back = self.return_of(name).await;
        self.get(&back).await
    }

    /// The address at which the identity provider sends the browser back.
    pub(crate) async fn return_of(&mut self, name: &str) -> String {
        let away = self.get("/dashboard/sign-in?next=/dashboard").await;
        assert_eq!(away.status, 303, "{}", away.body);
        let location = away.headers.get("location");
        send_back(location.map_or("", String::as_str), name).await
    }

    pub(crate) fn header(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for cookie in &answer.cookies {
            let (pair, attributes) = cookie.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// What the identity provider answers when somebody of that name signs in there.
pub(crate) async fn send_back(address: &str, name: &str) -> String {
    let answer = client()
        .post(address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("username={}", name.replace('@', "%40")))
        .send()
        .await
        .unwrap();
    let location = answer.headers().get("location");
    let location = location.expect("a way back").to_str().unwrap();
    location.strip_prefix(ORIGIN).unwrap().to_owned()
}

/// Where a GET of the address leads.
pub(crate) async fn redirect_of(address: &str) -> String {
    let answer = client().get(address).send().await.unwrap();
    let location = answer.headers().get("location");
    location.expect("a way on").to_str().unwrap().to_owned()
}

fn client() -> reqwest::Client {
    let none = reqwest::redirect::Policy::none();
    reqwest::Client::builder().redirect(none).build().unwrap()
}

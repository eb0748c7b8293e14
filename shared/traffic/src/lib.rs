//! Made-up traffic for tests and benches: seeded, so every run sees the same events, and with as
//! much chance in it as real traffic has. Message, device and session ids are random UUIDs, users
//! keep their device and place, times have milliseconds, amounts have cents.

mod body;
mod random;
mod vocabulary;

use std::borrow::Cow;

pub use body::{batch_body, body};
use event::{Event, EventId, Timestamp};
use random::Random;
use vocabulary::{AGENTS, CAMPAIGNS, CITIES, NAMES, PRODUCTS, REFERRERS, SCREENS, WORDS};

/// How large an event is, as the JSON text that the SDK sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// About 300 B: a message from a backend.
    Small,
    /// About 620 B: a message with a device.
    Medium,
    /// About 1 KB: a page view with campaign, place and device.
    Large,
    /// About 3 KB: an order with its lines.
    Huge,
}

/// Whose events a batch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Users {
    /// Of 40,000 users, one for each event: a backend's batch.
    Mixed,
    /// All of one user in one visit: a browser's batch.
    One,
}

/// A source of events.
#[derive(Debug, Clone)]
pub struct Traffic {
    random: Random,
    size: Size,
    users: Users,
    now: i64,
}

/// What stays the same for a user.
struct User {
    number: u64,
    device: String,
    session: String,
    random: Random,
}

impl Traffic {
    /// Traffic of that seed; equal seeds make equal events.
    pub fn new(seed: u64, size: Size, users: Users) -> Self {
        // 2026-11-21T10:00:00Z.
        Self {
            random: Random::new(seed),
            size,
            users,
            now: 1_795_255_200_000,
        }
    }

    /// The next batch of events, each with a message id, within one hour of event time.
    pub fn events(&mut self, count: usize) -> Vec<Event<'static>> {
        let only = self.random.below(40_000);
        let start = self.now + self.random.between(0, 1_200_000);
        // Many senders' events of one moment, or one visitor's over some minutes.
        let span = if self.users == Users::Mixed {
            1_500
        } else {
            300_000
        };
        let mut times: Vec<i64> = (0..count)
            .map(|_| start + self.random.between(0, span))
            .collect();
        times.sort_unstable();
        times
            .into_iter()
            .map(|time| {
                let mixed = self.random.below(40_000);
                self.event(
                    if self.users == Users::Mixed {
                        mixed
                    } else {
                        only
                    },
                    time,
                )
            })
            .collect()
    }

    fn event(&mut self, user: u64, time: i64) -> Event<'static> {
        let mut random = Random::new(user.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (device, session) = (random.uuid(), random.uuid());
        let user = User {
            number: user,
            device,
            session,
            random,
        };
        let is_small = self.size == Size::Small;
        Event {
            id: EventId::Given(Cow::Owned(self.random.uuid())),
            name: Cow::Borrowed(self.random.pick(&NAMES)),
            timestamp: Timestamp::from_millis(time),
            time_given: true,
            // Three of four visitors are known.
            user_id: (is_small || !user.number.is_multiple_of(4))
                .then(|| Cow::Owned(format!("user_{:06}", user.number * 7919 % 1_000_000))),
            anonymous_id: (!is_small).then(|| Cow::Owned(user.device.clone())),
            session_id: (!is_small).then(|| Cow::Owned(user.session.clone())),
            external_id: None,
            properties: Some(Cow::Owned(self.properties(&user))),
            device_data: (!is_small).then(|| Cow::Owned(self.device(&user))),
        }
    }

    fn properties(&mut self, user: &User) -> String {
        let random = &mut self.random;
        let product = random.pick(&PRODUCTS);
        let mut json = format!(
            r#"{{"path":"/{}/{}","durationMs":{},"plan":"{}""#,
            random.pick(&["shop", "sale", "blog", "brand"]),
            product,
            random.between(3, 4_000),
            user.random.clone().pick(&["free", "team", "pro"]),
        );
        let version = random.pick(&["4.17.2", "4.17.3", "4.18.0"]);
        push(&mut json, &format!(r#","appVersion":"{version}""#));
        if random.below(3) == 0 {
            let (euros, cents) = (random.below(300), random.below(100));
            push(
                &mut json,
                &format!(r#","revenue":{euros}.{cents:02},"currency":"EUR""#),
            );
        }
        if self.size == Size::Small {
            json.push('}');
            return json;
        }
        let title = format!("{} {} | Store", random.pick(&WORDS), product);
        push(
            &mut json,
            &format!(
                r#","pageTitle":"{title}","cached":{}"#,
                random.below(2) == 0
            ),
        );
        if self.size == Size::Medium {
            let (referrer, campaign) = (random.pick(&REFERRERS), random.pick(&CAMPAIGNS));
            let utm = format!(r#","referrerHost":"{referrer}","utmCampaign":"{campaign}""#);
            push(&mut json, &utm);
        }
        if matches!(self.size, Size::Large | Size::Huge) {
            self.page(&mut json, user, product);
        }
        if self.size == Size::Huge {
            self.order(&mut json);
        }
        json.push('}');
        json
    }

    fn page(&mut self, json: &mut String, user: &User, product: &str) {
        let random = &mut self.random;
        let campaign = random.pick(&CAMPAIGNS);
        let (city, country, latitude, longitude) = user.random.clone().pick(&CITIES);
        let referrer = random.pick(&REFERRERS);
        push(
            json,
            &format!(
                concat!(
                    r#","host":"www.example.com","href":"https://www.example.com/{}","#,
                    r#""referrerHref":"https://{}/","referrerHost":"{}","utmSource":"{}","#,
                    r#""utmMedium":"{}","utmCampaign":"{}","utmTerm":null,"#,
                    r#""geo":{{"country":"{}","city":"{}","latitude":{},"longitude":{}}}"#,
                ),
                product,
                referrer,
                referrer,
                random.pick(&["google", "newsletter", "instagram", "partner"]),
                random.pick(&["cpc", "email", "social"]),
                campaign,
                country,
                city,
                latitude,
                longitude,
            ),
        );
    }

    fn order(&mut self, json: &mut String) {
        let random = &mut self.random;
        push(
            json,
            &format!(r#","orderId":"{}","lines":["#, random.uuid()),
        );
        for line in 0..7 {
            if line > 0 {
                json.push(',');
            }
            push(
                json,
                &format!(
                    r#"{{"sku":"SKU-{:07}","name":"{} {}","quantity":{},"price":{}.{:02},"tags":["{}","{}"]}}"#,
                    random.below(10_000_000),
                    random.pick(&WORDS),
                    random.pick(&PRODUCTS),
                    random.between(1, 5),
                    random.below(200),
                    random.below(100),
                    random.pick(&WORDS),
                    random.pick(&WORDS),
                ),
            );
        }
        json.push_str(r#"],"comment":""#);
        for word in 0..180 {
            push(json, if word == 0 { "" } else { " " });
            json.push_str(random.pick(&WORDS));
        }
        json.push('"');
    }

    fn device(&mut self, user: &User) -> String {
        let mut random = user.random.clone();
        let (browser, agent, os) = random.pick(&AGENTS);
        let (width, height) = random.pick(&SCREENS);
        let version = random.between(110, 142);
        if self.size == Size::Medium {
            return format!(
                concat!(
                    r#"{{"browser":"{}","browserVersion":"{}.0","deviceType":"{}","os":"{}","#,
                    r#""screenWidth":{},"screenHeight":{},"browserLanguage":"{}"}}"#
                ),
                browser,
                version,
                if width < 1_000 { "Mobile" } else { "Desktop" },
                os,
                width,
                height,
                random.pick(&["de-DE", "en-US", "en-GB", "fr-FR", "es-ES"]),
            );
        }
        format!(
            concat!(
                r#"{{"userAgent":"Mozilla/5.0 ({}) {}/{}.0.{}.{} Safari/537.36","#,
                r#""browser":"{}","browserVersion":"{}.0","deviceType":"{}","os":"{}","#,
                r#""screenWidth":{},"screenHeight":{},"browserWidth":{},"browserHeight":{},"#,
                r#""browserLanguage":"{}"}}"#
            ),
            agent,
            browser,
            version,
            random.between(5_000, 7_500),
            random.between(40, 220),
            browser,
            version,
            if width < 1_000 { "Mobile" } else { "Desktop" },
            os,
            width,
            height,
            width - random.between(0, 30),
            height - random.between(60, 200),
            random.pick(&["de-DE", "en-US", "en-GB", "fr-FR", "es-ES"]),
        )
    }
}

fn push(json: &mut String, text: &str) {
    json.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_about_the_size_that_is_asked_for() {
        for (size, about) in [
            (Size::Small, 300),
            (Size::Medium, 620),
            (Size::Large, 1_000),
            (Size::Huge, 3_000),
        ] {
            for users in [Users::Mixed, Users::One] {
                let events = Traffic::new(1, size, users).events(500);
                let mean = events.iter().map(|event| body(event).len()).sum::<usize>() / 500;
                assert!(
                    mean.abs_diff(about) < about / 20,
                    "{size:?} {users:?}: {mean} B"
                );
            }
        }
    }

    #[test]
    fn equal_seeds_make_equal_events_of_valid_json() {
        let events = |seed| Traffic::new(seed, Size::Huge, Users::Mixed).events(50);
        assert_eq!(events(3), events(3));
        assert_ne!(events(3), events(4));
        let batch: serde_json::Value = serde_json::from_str(&batch_body(&events(3))).unwrap();
        assert_eq!(batch["events"].as_array().unwrap().len(), 50);
    }
}

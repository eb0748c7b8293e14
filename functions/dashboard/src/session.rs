//! Who is signed in: a sealed text in the browser's cookie, and nothing on the server.

use edge::{Problem, SESSION_COOKIE};
use http::HeaderMap;

use crate::Dashboard;
use crate::cookie::Cookie;

pub(crate) use edge::Session;

pub(crate) const COOKIE: Cookie = Cookie::new(SESSION_COOKIE);

/// What the cookie of a request says: put into its extensions by the layer around all routes.
pub(crate) type Opened = Result<Option<Session>, Problem>;

impl Dashboard {
    /// The session of the request, if it carries a living one.
    pub(crate) async fn open_session(&self, headers: &HeaderMap) -> Opened {
        let Some(sealed) = COOKIE.read(headers) else {
            return Ok(None);
        };
        let (keys, now) = (&self.0.session_keys, self.0.clock.now());
        Session::open(keys, sealed, now)
            .await
            .map_err(Problem::from)
    }

    /// Has the browser keep the session.
    pub(crate) async fn keep_session(
        &self,
        session: &Session,
        headers: &mut HeaderMap,
    ) -> Result<(), Problem> {
        let (keys, now) = (&self.0.session_keys, self.0.clock.now());
        let (sealed, lifetime) = session.seal(keys, now).await?;
        COOKIE.set(headers, &sealed, lifetime);
        Ok(())
    }

    /// Moves the end of an idle session, unless the answer sets the cookie itself.
    pub(crate) async fn renew_session(&self, session: &Session, headers: &mut HeaderMap) {
        if session.is_to_be_renewed(self.0.clock.now()) && !COOKIE.is_set(headers) {
            // It stays as it is where the keys cannot be had just now.
            self.keep_session(session, headers).await.ok();
        }
    }
}

//! A person's sessions: seen, and signed out, by that person alone.

use reqwest::StatusCode;
use reqwest::header::USER_AGENT;
use tiedoksi::hub::ActError;

use crate::agent::{EINO, HELMI, Session, persons};
use crate::harness::{Settings, Site, databases, location};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_and_no_others() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let (here, there) = (Session::begin(&site, EINO).await, Session::begin(&site, EINO).await);
        let helmi = Session::begin(&site, HELMI).await;
        let sessions = site.hub.list_sessions(&here.person(&site).await).await.unwrap();
        assert_eq!(sessions.iter().filter(|it| it.current).count(), 1);
        let keys: Vec<_> = sessions
            .iter()
            .filter(|it| !it.current)
            .map(|it| it.key.clone())
            .collect();
        assert_eq!(keys.len(), 1);

        let page = here.browser.get(site.at("/sessions")).await.text().await.unwrap();
        assert_eq!(page.matches("data-testid=\"session\"").count(), 2);
        assert_eq!(page.matches("data-testid=\"this-session\"").count(), 1);
        assert!(!page.contains(&here.cookie) && !page.contains(&there.cookie));

        let end = site.at("/sessions/end");
        let csrf = |session: &Session| {
            let cookie = session.cookie.clone();
            let hub = site.hub.clone();
            async move { hub.citizen(&cookie).await.unwrap().csrf().unwrap().to_owned() }
        };
        let (mine, hers) = (csrf(&here).await, csrf(&helmi).await);
        for wrong in [keys[0].as_str(), "x", "%%", ""] {
            let done = helmi
                .browser
                .post(end.clone(), &[("csrf", &hers), ("session", wrong)])
                .await;
            assert_eq!(
                done.status(),
                StatusCode::SEE_OTHER,
                "the same whether there is such a session or not"
            );
        }
        assert!(there.citizen(&site).await.is_ok(), "another person's session stays");
        let fields = [("csrf", "x"), ("session", keys[0].as_str())];
        assert_eq!(
            here.browser.post(end.clone(), &fields).await.status(),
            StatusCode::FORBIDDEN
        );

        for _ in 0..2 {
            let done = here
                .browser
                .post(end.clone(), &[("csrf", &mine), ("session", &keys[0])])
                .await;
            assert_eq!(location(&done).unwrap(), site.at("/sessions?done=yes"));
        }
        assert!(matches!(there.citizen(&site).await, Err(ActError::NotLoggedIn)));
        assert!(here.citizen(&site).await.is_ok());

        let others = [Session::begin(&site, EINO).await, Session::begin(&site, EINO).await];
        let done = here
            .browser
            .post(site.at("/sessions/end-others"), &[("csrf", &mine)])
            .await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        for other in &others {
            assert!(matches!(other.citizen(&site).await, Err(ActError::NotLoggedIn)));
        }
        assert!(here.citizen(&site).await.is_ok() && helmi.citizen(&site).await.is_ok());
    }
}

#[tokio::test]
async fn of_the_browser_its_kind_is_kept_and_old_sessions_are_not_listed() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let old = Session::begin(&site, EINO).await;
        site.advance(jiff::SignedDuration::from_mins(31));
        let browser = site.browser();
        let mut next = site.at(&format!("/auth/login?return_to=/sessions&login_hint={EINO}"));
        let page = loop {
            let answer = browser
                .client
                .get(next)
                .header(USER_AGENT, FIREFOX)
                .send()
                .await
                .unwrap();
            match location(&answer) {
                Some(to) => next = to,
                None => break answer.text().await.unwrap(),
            }
        };
        assert!(page.contains("Firefox, Windows") && !page.contains("Gecko"));
        assert_eq!(page.matches("data-testid=\"session\"").count(), 1);
        assert!(matches!(old.citizen(&site).await, Err(ActError::NotLoggedIn)));
    }
}

//! A login under way lies nowhere but in the browser: beginning one costs the hub no row, and each is still finished once.

use jiff::SignedDuration;
use tiedoksi::hub::login::{BeginLogin, BegunLogin, Callback, FinishedLogin, LoginError, Shown};
use url::Url;

use super::{EINO, HELMI, callback_for, is_logged_in, persons};
use crate::harness::{Settings, Site, databases, location};

const ROWS: &str =
    "SELECT (SELECT count(*) FROM login) + (SELECT count(*) FROM session) + (SELECT count(*) FROM mailbox)";

async fn begun(site: &Site, return_to: Option<&str>) -> BegunLogin {
    let begin = BeginLogin {
        return_to,
        login_hint: Some(EINO),
        language: "fi",
        fresh: false,
        binding: None,
    };
    site.hub.begin_login(begin).await.unwrap()
}

/// Goes to the provider, which gives a code each time.
async fn came_back(site: &Site, asked: &Url) -> Callback {
    let back = location(&site.browser().get(asked.clone()).await).unwrap();
    let value = |name: &str| {
        let found = back.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    };
    Callback {
        code: value("code"),
        state: value("state"),
        error: None,
    }
}

async fn finish(site: &Site, login: &BegunLogin, callback: Callback) -> Result<FinishedLogin, LoginError> {
    let shown = Shown {
        binding: Some(&login.binding),
        ..Shown::default()
    };
    site.hub.finish_login(callback, shown).await
}

#[tokio::test]
async fn whoever_begins_logins_without_end_fills_nothing_and_keeps_nobody_out() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.browser();
        let before = callback_for(&site, &browser, EINO).await;
        for _ in 0..300 {
            let answer = site
                .browser()
                .get(site.at("/auth/login?return_to=/search%3Fq%3Dx"))
                .await;
            assert_eq!(answer.status(), 303);
        }
        assert_eq!(site.count(ROWS).await, 0);
        assert_eq!(browser.get(before).await.status(), 303);
        assert!(is_logged_in(&site, &browser).await);
        assert_eq!(site.count(ROWS).await, 3, "of whom logged in");
    }
}

#[tokio::test]
async fn a_state_counts_once_also_with_another_code_and_two_at_once() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let login = begun(&site, None).await;
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(came_back(&site, &login.redirect).await);
        }
        assert_ne!(answers[0].code, answers[1].code);
        let (one, two) = tokio::join!(
            finish(&site, &login, answers[0].clone()),
            finish(&site, &login, answers[1].clone())
        );
        assert!(one.is_ok() != two.is_ok());
        assert!(matches!(one.and(two), Err(LoginError::NotUnderWay)));
        let later = finish(&site, &login, answers[2].clone()).await;
        assert!(matches!(later, Err(LoginError::NotUnderWay)));
        assert_eq!(site.count("SELECT count(*) FROM session").await, 1);

        // Nor once it is forgotten that it was finished: by then it is too old.
        let login = begun(&site, None).await;
        let (first, second) = (
            came_back(&site, &login.redirect).await,
            came_back(&site, &login.redirect).await,
        );
        finish(&site, &login, first).await.unwrap();
        site.advance(SignedDuration::from_mins(10));
        site.hub.sweep_sessions().await.unwrap();
        assert_eq!(site.count("SELECT count(*) FROM login").await, 0);
        assert!(matches!(
            finish(&site, &login, second).await,
            Err(LoginError::NotUnderWay)
        ));
    }
}

#[tokio::test]
async fn what_was_not_sealed_here_is_no_login() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let other = Site::start(&database, persons(), Settings::default()).await;
        let login = begun(&site, Some("/inbox")).await;
        let whole = came_back(&site, &login.redirect).await;
        let state = whole.state.clone().unwrap();
        let foreign = came_back(&other, &begun(&other, None).await.redirect).await;
        let cut = state[..state.len() - 1].to_owned();
        let flipped = format!("{}{}", if state.starts_with('A') { 'B' } else { 'A' }, &state[1..]);
        let wrong = [
            foreign.state,
            Some(cut),
            Some(flipped),
            Some(String::new()),
            Some("\u{0}ä".into()),
        ];
        for state in wrong.into_iter().chain([None]) {
            let refused = finish(&site, &login, Callback { state, ..whole.clone() });
            assert!(matches!(refused.await, Err(LoginError::NotUnderWay)));
        }
        // None of it spoils the login itself, nor does a try from another browser.
        let elsewhere = site.hub.finish_login(whole.clone(), Shown::default()).await;
        assert!(matches!(elsewhere, Err(LoginError::OtherBrowser)));
        assert_eq!(finish(&site, &login, whole).await.unwrap().return_to, "/inbox");
    }
}

#[tokio::test]
async fn the_provider_reads_no_path_and_a_long_one_is_forgotten() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let long = format!("/search?q={}", "a".repeat(1_500));
        for (path, leads_to) in [("/search?q=salainen", "/search?q=salainen"), (&long, "/inbox")] {
            let login = begun(&site, Some(path)).await;
            assert!(!login.redirect.as_str().contains("salainen") && login.redirect.as_str().len() < 2_500);
            let callback = came_back(&site, &login.redirect).await;
            assert!(callback.state.as_ref().unwrap().len() < 2_000);
            // Any process of the hub finishes it.
            let hub = site.another_hub().await;
            let shown = Shown {
                binding: Some(&login.binding),
                ..Shown::default()
            };
            assert_eq!(hub.finish_login(callback, shown).await.unwrap().return_to, leads_to);
        }
        assert_eq!(site.citizen(HELMI).await.name, "Helmi Östersund-Mäkelä");
    }
}

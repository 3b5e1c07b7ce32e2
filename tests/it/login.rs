//! Logging in through the real protocol, and every way in which it must not work.

mod under_way;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tiedoksi::http::idp::DemoPerson;
use tiedoksi::hub::login::{BeginLogin, Callback, Shown};
use url::Url;

use crate::harness::{Browser, Settings, Site, databases, location, person, person_with};
use crate::sender::sender;

const EINO: &str = "010594Y9032";
const HELMI: &str = "010594Y9021";
const ODD: &str = "020594X903P";
const HETU_CLAIM: &str = "urn:oid:1.2.246.21";

fn persons() -> Vec<DemoPerson> {
    vec![
        person(EINO, "Eino Olavi", "Koivuranta"),
        person(HELMI, "Helmi", "Östersund-Mäkelä"),
    ]
}

async fn whoami(site: &Site, browser: &Browser) -> Value {
    let answer = browser.get(site.at("/probe/whoami")).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

async fn is_logged_in(site: &Site, browser: &Browser) -> bool {
    browser.get(site.at("/probe/whoami")).await.status() == 200
}

/// Goes as far as the provider's answer and returns the address of the callback.
async fn callback_for(site: &Site, browser: &Browser, id: &str) -> Url {
    let to_provider = browser.get(site.at(&format!("/auth/login?login_hint={id}"))).await;
    assert_eq!(to_provider.status(), 303);
    let back = browser.get(location(&to_provider).unwrap()).await;
    let url = location(&back).unwrap();
    assert_eq!(url.path(), "/auth/callback");
    url
}

#[tokio::test]
async fn a_person_logs_in_and_out() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.browser();

        // A page without a session leads to the login, and the login back to the page.
        let first = browser.get(site.at("/probe/whoami?x=1")).await;
        assert_eq!(first.status(), 303);
        let login = location(&first).unwrap();
        assert_eq!(
            login.as_str(),
            site.at("/auth/login?return_to=%2Fprobe%2Fwhoami%3Fx%3D1").as_str()
        );
        let asked = location(&browser.get(login).await).unwrap();
        let query: std::collections::HashMap<_, _> = asked.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["ui_locales"], "fi sv");
        assert!(query["acr_values"].starts_with("http://ftn.ficora.fi/2017/loa2 http://ftn.ficora.fi/2017/loa3 "));
        assert!(!query["acr_values"].contains("test"));

        let page = browser.get(asked.clone()).await.text().await.unwrap();
        assert!(page.contains("Helmi Östersund-Mäkelä"), "{page}");
        let mut fields: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("person", HELMI));
        let mut bare = asked.clone();
        bare.set_query(None);
        let chosen = browser.post(bare, &fields).await;
        let back = browser.get(location(&chosen).unwrap()).await;
        assert_eq!(location(&back).unwrap(), site.at("/probe/whoami?x=1"));
        let cookie = back.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("tiedoksi_session="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");

        let me = whoami(&site, &browser).await;
        assert_eq!(me["name"], "Helmi Östersund-Mäkelä");
        assert_eq!(me["acr"], "http://ftn.ficora.fi/2017/loa2");
        assert_eq!(me["auth_time"], "2026-03-02T10:00:00Z");

        // Logging out without the token does nothing; with it, it ends our session and leads through the provider.
        let cookie = cookie.split(';').next().unwrap().to_owned();
        assert_eq!(
            browser.post(site.at("/auth/logout"), &[("csrf", "x")]).await.status(),
            403
        );
        assert!(is_logged_in(&site, &browser).await);
        let out = browser
            .post(site.at("/auth/logout"), &[("csrf", me["csrf"].as_str().unwrap())])
            .await;
        assert_eq!(out.status(), 303);
        let provider = location(&out).unwrap();
        assert_eq!(provider.path(), "/demo-idp/logout");
        assert!(
            provider
                .query_pairs()
                .any(|(name, value)| name == "id_token_hint" && value.split('.').count() == 3)
        );
        assert_eq!(location(&browser.get(provider).await).unwrap(), site.base);
        assert!(!is_logged_in(&site, &browser).await);
        // The cookie itself is worth nothing any more.
        let stolen = site
            .browser()
            .client
            .get(site.at("/probe/whoami"))
            .header("cookie", cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(stolen.status(), 303);
    }
}

#[tokio::test]
async fn a_person_has_one_mailbox_however_often_they_log_in() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let together = futures::future::join_all((0..8).map(|_| site.logged_in(EINO))).await;
        let mut mailboxes = Vec::new();
        for browser in &together {
            mailboxes.push(whoami(&site, browser).await["mailbox"].clone());
        }
        mailboxes.dedup();
        assert_eq!(mailboxes.len(), 1);
        assert_ne!(
            whoami(&site, &site.logged_in(HELMI).await).await["mailbox"],
            mailboxes[0]
        );
    }
}

#[tokio::test]
async fn a_login_is_finished_once_and_in_the_browser_that_began_it() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.browser();
        let callback = callback_for(&site, &browser, EINO).await;
        assert_eq!(browser.get(callback.clone()).await.status(), 303);
        assert_eq!(browser.get(callback).await.status(), 400, "replayed");

        let callback = callback_for(&site, &browser, EINO).await;
        let other = site.browser();
        assert_eq!(other.get(callback.clone()).await.status(), 400, "no binding");
        assert!(!is_logged_in(&site, &other).await);
        let callback = callback_for(&site, &browser, EINO).await;
        callback_for(&site, &other, HELMI).await;
        assert_eq!(other.get(callback).await.status(), 400, "the binding of another login");

        // Two pages of one browser may log in side by side.
        let browser = site.browser();
        let (one, two) = (
            callback_for(&site, &browser, EINO).await,
            callback_for(&site, &browser, EINO).await,
        );
        assert_eq!(browser.get(one).await.status(), 303);
        assert_eq!(browser.get(two).await.status(), 303);

        let browser = site.browser();
        let late = callback_for(&site, &browser, EINO).await;
        site.advance(SignedDuration::from_mins(10));
        assert_eq!(browser.get(late).await.status(), 400, "too late");
        assert_eq!(
            browser.get(site.at("/auth/callback?state=x&code=y")).await.status(),
            400,
            "never begun"
        );
        assert_eq!(browser.get(site.at("/auth/callback")).await.status(), 400, "empty");
    }
}

#[tokio::test]
async fn an_id_token_that_fails_a_check_logs_nobody_in() {
    let level = "assurance level";
    let wrong = [
        ("nonce", json!("tampered"), 502, "nonce"),
        ("nonce", Value::Null, 502, "nonce"),
        ("iss", json!("https://other.example"), 502, "issuer"),
        ("aud", json!("another client"), 502, "audiences"),
        ("aud", json!(["hub", "another client"]), 502, "audience"),
        ("azp", json!("another client"), 502, "another party"),
        ("exp", json!(1_772_445_000), 502, "expired"),
        ("iat", json!(1_772_440_000), 502, "issued too long ago"),
        ("iat", json!(1_772_450_000), 502, "issued too long ago or in the future"),
        ("auth_time", json!(1_772_450_000), 502, "in the future"),
        (HETU_CLAIM, json!("020594X903X"), 502, "check character"),
        (HETU_CLAIM, json!(7), 502, "not a text"),
        ("acr", json!("urn:password"), 401, level),
        ("acr", json!("http://ftn.ficora.fi/2017/loatest2"), 401, level),
        ("acr", Value::Null, 401, level),
    ];
    for database in databases() {
        for (claim, value, status, reason) in &wrong {
            let errs = person_with(ODD, json!({ *claim: value }));
            let site = Site::start(&database, vec![errs], Settings::default()).await;
            let found = reason_of_refusal(&site).await;
            assert!(found.contains(reason), "{claim}: {value}: {found}");
            assert!(!found.contains("Onni") && !found.contains("0205"), "{found}");

            let browser = site.browser();
            let answer = browser.follow(site.at(&format!("/auth/login?login_hint={ODD}"))).await;
            assert_eq!(answer.status(), *status, "{claim}: {value}");
            let text = answer.text().await.unwrap();
            assert!(!text.contains("Onni") && !text.contains("0205"), "{text}");
            assert!(!is_logged_in(&site, &browser).await, "{claim}: {value}");
        }
    }
}

/// What the hub would log when the odd person logs in: the error and everything behind it.
async fn reason_of_refusal(site: &Site) -> String {
    let begin = BeginLogin {
        return_to: None,
        login_hint: Some(ODD),
        language: "fi",
        fresh: false,
        binding: None,
    };
    let begun = site.hub.begin_login(begin).await.unwrap();
    let back = location(&site.browser().get(begun.redirect).await).unwrap();
    let mut callback = Callback::default();
    for (name, value) in back.query_pairs() {
        match &*name {
            "code" => callback.code = Some(value.into()),
            "state" => callback.state = Some(value.into()),
            _ => {}
        }
    }
    let shown = Shown {
        binding: Some(&begun.binding),
        ..Shown::default()
    };
    let error = site.hub.finish_login(callback, shown).await.unwrap_err();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn a_test_level_logs_in_where_configured() {
    for database in databases() {
        let odd = person_with(ODD, json!({ "acr": "http://ftn.ficora.fi/2017/loatest2" }));
        let settings = Settings {
            accept_test_levels: true,
            ..Settings::default()
        };
        let site = Site::start(&database, vec![odd], settings).await;
        let me = whoami(&site, &site.logged_in(ODD).await).await;
        assert_eq!(me["acr"], "http://ftn.ficora.fi/2017/loatest2");
    }
}

#[tokio::test]
async fn a_person_without_an_identity_code_has_a_mailbox_by_issuer_and_subject() {
    for database in databases() {
        let foreign = json!({ HETU_CLAIM: null, "acr": "http://eidas.europa.eu/LoA/high" });
        let site = Site::start(&database, vec![person_with(ODD, foreign)], Settings::default()).await;
        let first = whoami(&site, &site.logged_in(ODD).await).await;
        let second = whoami(&site, &site.logged_in(ODD).await).await;
        assert_eq!(first["mailbox"], second["mailbox"]);
    }
}

#[tokio::test]
async fn turning_back_at_the_provider_is_answered_kindly() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.browser();
        let asked = location(&browser.get(site.at("/auth/login")).await).unwrap();
        let fields: Vec<(String, String)> = asked
            .query_pairs()
            .into_owned()
            .chain([("cancel".into(), "1".into())])
            .collect();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let back = location(&browser.post(asked.clone(), &fields).await).unwrap();
        assert!(
            back.query_pairs()
                .any(|(name, value)| name == "error" && value == "access_denied")
        );
        let answer = browser.get(back).await;
        assert_eq!(answer.status(), 401);
        assert!(answer.text().await.unwrap().contains("Tunnistautuminen keskeytettiin"));
    }
}

#[tokio::test]
async fn sessions_end_by_disuse_and_by_age() {
    let minutes = SignedDuration::from_mins;
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.logged_in(EINO).await;
        site.advance(minutes(30));
        assert!(!is_logged_in(&site, &browser).await, "unused for half an hour");

        let browser = site.logged_in(EINO).await;
        for _ in 0..(8 * 60 / 20 - 1) {
            site.advance(minutes(20));
            assert!(is_logged_in(&site, &browser).await, "in use");
        }
        site.advance(minutes(20));
        assert!(!is_logged_in(&site, &browser).await, "eight hours old");

        assert_eq!(site.hub.sweep_sessions().await.unwrap(), 2 + 2, "with their logins");
        assert_eq!(site.hub.sweep_sessions().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_form_counts_only_from_its_own_session_and_site() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.logged_in(EINO).await;
        let csrf = whoami(&site, &browser).await["csrf"].as_str().unwrap().to_owned();
        let other = whoami(&site, &site.logged_in(EINO).await).await["csrf"]
            .as_str()
            .unwrap()
            .to_owned();
        let url = site.at("/probe/number");

        let good = browser.post(url.clone(), &[("csrf", &csrf), ("number", "17")]).await;
        assert_eq!(
            (good.status().as_u16(), good.text().await.unwrap().as_str()),
            (200, "17")
        );
        for fields in [
            vec![("number", "17")],
            vec![("csrf", ""), ("number", "17")],
            vec![("csrf", &other), ("number", "17")],
        ] {
            assert_eq!(browser.post(url.clone(), &fields).await.status(), 403);
        }
        let bad = browser.post(url.clone(), &[("csrf", &csrf), ("number", "x")]).await;
        assert_eq!(bad.status(), 422);
        let cross = browser.client.post(url.clone()).header("sec-fetch-site", "cross-site");
        let cross = cross
            .form(&[("csrf", csrf.as_str()), ("number", "17")])
            .send()
            .await
            .unwrap();
        assert_eq!(cross.status(), 403);
        let nobody = site.browser().post(url, &[("csrf", &csrf), ("number", "17")]).await;
        assert_eq!(nobody.status(), 401);
    }
}

#[tokio::test]
async fn the_provider_may_be_down_and_may_change_its_keys() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        site.stop_idp();
        let begin = site.at(&format!("/auth/login?login_hint={EINO}"));
        assert_eq!(site.browser().get(begin.clone()).await.status(), 502);
        site.restart_idp();
        site.advance(SignedDuration::from_secs(5));
        site.logged_in(EINO).await;

        // New keys: known to us at the latest a minute after the last fetch.
        site.restart_idp();
        site.advance(SignedDuration::from_secs(60));
        site.logged_in(EINO).await;

        // Down again: metadata is kept, but nobody can log in; those who are in stay in, and can log out.
        let browser = site.logged_in(EINO).await;
        let callback = callback_for(&site, &browser, HELMI).await;
        site.stop_idp();
        site.advance(SignedDuration::from_secs(1));
        assert_eq!(browser.get(callback).await.status(), 502);
        let me = whoami(&site, &browser).await;
        assert_eq!(me["name"], "Eino Olavi Koivuranta");
        let out = browser
            .post(site.at("/auth/logout"), &[("csrf", me["csrf"].as_str().unwrap())])
            .await;
        assert_eq!(out.status(), 303);
        assert!(!is_logged_in(&site, &browser).await);
    }
}

#[tokio::test]
async fn a_second_login_in_a_browser_ends_its_first_session() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.logged_in(EINO).await;
        let first = browser.get(site.at("/probe/session")).await.text().await.unwrap();
        let elsewhere = site.logged_in(EINO).await;
        browser
            .follow(site.at(&format!("/auth/login?return_to=/probe/whoami&login_hint={HELMI}")))
            .await;
        assert_eq!(whoami(&site, &browser).await["name"], "Helmi Östersund-Mäkelä");
        assert!(
            site.hub.citizen(&first).await.is_err(),
            "the old cookie is worth nothing"
        );
        assert!(
            is_logged_in(&site, &elsewhere).await,
            "another browser's session goes on"
        );
        assert_eq!(site.count("SELECT count(*) FROM session").await, 2);
    }
}

#[tokio::test]
async fn a_login_that_must_be_new_is_new() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let browser = site.browser();
        let asked = location(&browser.get(site.at("/auth/login?fresh=1")).await).unwrap();
        let query: std::collections::HashMap<_, _> = asked.query_pairs().into_owned().collect();
        assert_eq!((&*query["prompt"], &*query["max_age"]), ("login", "0"));
        let fresh = format!("/auth/login?fresh=1&return_to=/probe/whoami&login_hint={EINO}");
        assert_eq!(browser.follow(site.at(&fresh)).await.status(), 200);
        assert!(is_logged_in(&site, &browser).await);

        // A provider that answers from a session it still has, or does not say, is not believed; a clock a little off is.
        let begun = 1_772_445_600;
        for (auth_time, status) in [(json!(begun - 61), 502), (Value::Null, 502), (json!(begun - 60), 200)] {
            let errs = person_with(ODD, json!({ "auth_time": auth_time }));
            let site = Site::start(&database, vec![errs], Settings::default()).await;
            let fresh = format!("/auth/login?fresh=1&return_to=/probe/whoami&login_hint={ODD}");
            assert_eq!(
                site.browser().follow(site.at(&fresh)).await.status(),
                status,
                "{auth_time}"
            );
            let any = format!("/auth/login?return_to=/probe/whoami&login_hint={ODD}");
            assert_eq!(site.browser().follow(site.at(&any)).await.status(), 200, "{auth_time}");
        }
    }
}

#[tokio::test]
async fn a_login_of_unknown_age_confirms_nothing() {
    for database in databases() {
        let silent = person_with(ODD, json!({ "auth_time": null }));
        let settings = Settings {
            confirm_login: std::time::Duration::from_secs(20 * 60),
            ..Settings::default()
        };
        let site = Site::start(&database, vec![silent], settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        site.hub.activate(&site.citizen(ODD).await).await.unwrap();
        let id = sender.sent(&sender.message("A-1", ODD, "Verifiable")).await;
        let browser = site.logged_in(ODD).await;
        let me = whoami(&site, &browser).await;
        assert!(me["auth_time"].is_null(), "{me}");
        let page = site.at(&format!("/messages/{id}"));
        let gate = browser.get(page.clone()).await.text().await.unwrap();
        assert!(gate.contains("fresh=1") && !gate.contains("/confirm"), "{gate}");
        let fields = [("csrf", me["csrf"].as_str().unwrap())];
        let refused = browser.post(site.at(&format!("/messages/{id}/confirm")), &fields).await;
        assert_eq!(location(&refused).unwrap(), page);
        let confirmed = "SELECT count(*) FROM event WHERE kind = 'ConsignmentAcceptance'";
        assert_eq!(site.count(confirmed).await, 0);
    }
}

#[tokio::test]
async fn receipt_is_confirmed_with_a_login_that_is_not_old() {
    for database in databases() {
        let settings = Settings {
            confirm_login: std::time::Duration::from_secs(20 * 60),
            ..Settings::default()
        };
        let site = Site::start(&database, persons(), settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        site.hub.activate(&site.citizen(HELMI).await).await.unwrap();
        let id = sender.sent(&sender.message("A-1", HELMI, "Verifiable")).await;
        let (page, confirm) = (
            site.at(&format!("/messages/{id}")),
            site.at(&format!("/messages/{id}/confirm")),
        );
        let browser = site.logged_in(HELMI).await;
        let csrf = async || whoami(&site, &browser).await["csrf"].as_str().unwrap().to_owned();

        site.advance(SignedDuration::from_mins(20));
        let gate = browser.get(page.clone()).await.text().await.unwrap();
        let again = format!("/auth/login?return_to=/messages/{id}&amp;fresh=1");
        assert!(gate.contains(&again) && !gate.contains("/confirm"), "{gate}");
        let refused = browser.post(confirm.clone(), &[("csrf", &csrf().await)]).await;
        assert_eq!(
            location(&refused).unwrap(),
            page,
            "a form that was shown in time leads to the gate again"
        );
        assert_eq!(
            site.count("SELECT count(*) FROM message WHERE confirmed_at IS NOT NULL")
                .await,
            0
        );

        let begin = site.at(&format!(
            "/auth/login?return_to=/messages/{id}&fresh=1&login_hint={HELMI}"
        ));
        let gate = browser.follow(begin).await;
        assert_eq!(gate.url(), &page);
        assert!(gate.text().await.unwrap().contains("/confirm"));
        assert_eq!(
            browser.post(confirm.clone(), &[("csrf", &csrf().await)]).await.status(),
            303
        );
        assert_eq!(
            site.count("SELECT count(*) FROM message WHERE confirmed_at IS NOT NULL")
                .await,
            1
        );
        // What was confirmed needs no new login to be seen, nor to be confirmed once more.
        site.advance(SignedDuration::from_mins(25));
        let repeat = browser.post(confirm, &[("csrf", &csrf().await)]).await;
        assert_eq!(location(&repeat).unwrap(), page);
        assert_eq!(browser.get(page).await.status(), 200);
    }
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_where_there_is_tls() {
    for database in databases() {
        let settings = Settings {
            secure_cookies: true,
            ..Settings::default()
        };
        let site = Site::start(&database, persons(), settings).await;
        let answer = site.browser().get(site.at("/auth/login")).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("__Host-tiedoksi-login="), "{cookie}");
        assert!(
            cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600"),
            "{cookie}"
        );
    }
}

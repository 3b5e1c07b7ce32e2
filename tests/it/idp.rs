//! The demo's identity provider keeps the protocol: what a real one refuses, it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ring::digest::{SHA256, digest};

use crate::harness::{Browser, CLIENT_SECRET, Database, Settings, Site, location, person};

const EINO: &str = "010594Y9032";
const VERIFIER: &str = "koe-koe-koe-koe-koe-koe-koe-koe-koe-koe-koe-koe";

async fn site() -> Site {
    // The provider keeps nothing in the database.
    let persons = vec![person(EINO, "Eino", "<Koivuranta>")];
    Site::start(&Database::Sqlite, persons, Settings::default()).await
}

fn asked(site: &Site, change: impl Fn(&mut Vec<(&'static str, String)>)) -> url::Url {
    let mut fields = vec![
        ("response_type", "code".to_owned()),
        ("client_id", "hub".to_owned()),
        ("redirect_uri", site.at("/auth/callback").into()),
        ("scope", "openid".to_owned()),
        ("state", "tila".to_owned()),
        (
            "code_challenge",
            URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes())),
        ),
        ("code_challenge_method", "S256".to_owned()),
        ("login_hint", EINO.to_owned()),
    ];
    change(&mut fields);
    let mut url = site.at("/demo-idp/authorize");
    url.query_pairs_mut().extend_pairs(fields);
    url
}

async fn answer(
    site: &Site,
    browser: &Browser,
    name: &str,
    change: impl Fn(&mut Vec<(&'static str, String)>),
) -> String {
    let back = location(&browser.get(asked(site, change)).await).unwrap();
    assert!(
        back.query_pairs()
            .any(|(name, value)| name == "state" && value == "tila")
    );
    back.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

async fn redeem(site: &Site, browser: &Browser, code: &str, verifier: &str, secret: &str) -> (u16, serde_json::Value) {
    let callback = site.at("/auth/callback");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", callback.as_str()),
        ("code_verifier", verifier),
        ("client_id", "hub"),
        ("client_secret", secret),
    ];
    let answer = browser.post(site.at("/demo-idp/token"), &fields).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_code_works_once_for_a_minute_for_its_client_and_verifier() {
    let site = site().await;
    let browser = site.browser();
    let unchanged = |_: &mut Vec<_>| {};
    let refused = (400, serde_json::json!({ "error": "invalid_grant" }));

    let code = answer(&site, &browser, "code", unchanged).await;
    let (status, first) = redeem(&site, &browser, &code, VERIFIER, CLIENT_SECRET).await;
    assert_eq!((status, first["token_type"].as_str()), (200, Some("Bearer")));
    assert_eq!(redeem(&site, &browser, &code, VERIFIER, CLIENT_SECRET).await, refused);

    let code = answer(&site, &browser, "code", unchanged).await;
    assert_eq!(redeem(&site, &browser, &code, "x", CLIENT_SECRET).await, refused);
    assert_eq!(
        redeem(&site, &browser, &code, VERIFIER, CLIENT_SECRET).await,
        refused,
        "spent by the wrong verifier"
    );

    let code = answer(&site, &browser, "code", unchanged).await;
    assert_eq!(redeem(&site, &browser, &code, VERIFIER, "x").await.0, 401);
    site.advance(SignedDuration::from_secs(60));
    assert_eq!(redeem(&site, &browser, &code, VERIFIER, CLIENT_SECRET).await, refused);
}

#[tokio::test]
async fn requests_that_break_the_protocol_are_refused() {
    let site = site().await;
    let browser = site.browser();
    let without = |name: &'static str| move |fields: &mut Vec<(&'static str, String)>| fields.retain(|it| it.0 != name);
    let with = |name: &'static str, value: &'static str| {
        move |fields: &mut Vec<(&'static str, String)>| {
            fields.retain(|it| it.0 != name);
            fields.push((name, value.to_owned()));
        }
    };
    assert_eq!(
        answer(&site, &browser, "error", without("code_challenge")).await,
        "invalid_request"
    );
    assert_eq!(
        answer(&site, &browser, "error", with("code_challenge_method", "plain")).await,
        "invalid_request"
    );
    assert_eq!(
        answer(&site, &browser, "error", with("response_type", "token")).await,
        "unsupported_response_type"
    );
    assert_eq!(
        answer(&site, &browser, "error", with("scope", "profile")).await,
        "invalid_scope"
    );
    for (name, value) in [("client_id", "other"), ("redirect_uri", "https://evil.example/")] {
        let refused = browser.get(asked(&site, with(name, value))).await;
        assert_eq!(refused.status(), 400);
        assert!(location(&refused).is_none());
    }

    // An unknown person is asked; nothing on the page is markup that someone else wrote.
    let asked = asked(&site, |fields| {
        with("login_hint", "nobody")(fields);
        with("state", "\"><script>")(fields);
    });
    let page = browser.get(asked).await.text().await.unwrap();
    assert!(!page.contains("<script") && !page.contains("<Koivuranta>"), "{page}");

    let out = site.at("/demo-idp/logout?post_logout_redirect_uri=https://evil.example/");
    assert!(location(&browser.get(out).await).is_none());
}

#[tokio::test]
async fn a_citizens_own_program_is_a_public_client_on_this_machine() {
    let site = site().await;
    let browser = site.browser();
    let here = "http://127.0.0.1:7/callback";
    let program = |to: &'static str| {
        move |fields: &mut Vec<(&'static str, String)>| {
            fields.retain(|it| !["client_id", "redirect_uri"].contains(&it.0));
            fields.extend([
                ("client_id", "demo-program".to_owned()),
                ("redirect_uri", to.to_owned()),
            ]);
        }
    };
    for elsewhere in [
        "https://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost/",
        "https://127.0.0.1/",
        "x",
    ] {
        assert_eq!(
            browser.get(asked(&site, program(elsewhere))).await.status(),
            400,
            "{elsewhere}"
        );
    }
    let redeemed = |code: String, client: &'static str, secret: &'static str| {
        let (browser, url) = (&browser, site.at("/demo-idp/token"));
        async move {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", here),
                ("code_verifier", VERIFIER),
                ("client_id", client),
                ("client_secret", secret),
            ];
            browser.post(url, &fields).await.status().as_u16()
        }
    };
    let code = || answer(&site, &browser, "code", program(here));
    assert_eq!(redeemed(code().await, "demo-program", "").await, 200);
    assert_eq!(redeemed(code().await, "demo-program", "x").await, 401);
    assert_eq!(
        redeemed(code().await, "hub", CLIENT_SECRET).await,
        400,
        "a code is its client's"
    );
    assert_eq!(redeemed("x".to_owned(), "demo-program", "").await, 400);
}

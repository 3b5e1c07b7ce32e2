//! A citizen's program with an access token of the identity provider's (RFC 9068), and everything that is none.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tiedoksi::hub::view::Opened;

use crate::harness::{API_AUDIENCE, Database, Settings, Site, databases, person, person_with};
use crate::sender::sender;

const EINO: &str = "010594Y9032";
const HELMI: &str = "010594Y9021";
const ODD: &str = "020594X903P";
const HETU_CLAIM: &str = "urn:oid:1.2.246.21";

async fn site(database: &Database) -> Site {
    let persons = vec![person(EINO, "Eino", "Koivuranta"), person(HELMI, "Helmi", "Mäkelä")];
    Site::start(database, persons, Settings::default()).await
}

async fn proof(site: &Site, id: impl std::fmt::Display, authorization: &str) -> Response {
    let request = site
        .browser()
        .client
        .get(site.at(&format!("/api/v1/mailbox/messages/{id}/proof")));
    request.header("Authorization", authorization).send().await.unwrap()
}

/// Asks with a token, and answers what the refusal says: status, code, challenge and detail.
async fn refusal(site: &Site, token: &str) -> (u16, String, String, String) {
    let answer = proof(site, 1, &format!("Bearer {token}")).await;
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let challenge = answer.headers().get("www-authenticate");
    let challenge = challenge.map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let body: Value = answer.json().await.unwrap();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    assert!(
        !body.to_string().contains("Onni") && !body.to_string().contains("0205"),
        "{body}"
    );
    (status, text("code"), challenge, text("detail"))
}

#[tokio::test]
async fn a_program_reaches_the_mailbox_of_the_person_who_logged_in() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = site.citizen(HELMI).await;
        site.hub.activate(&helmi).await.unwrap();
        let id = sender.sent(&sender.message("A-1", HELMI, "Verifiable")).await;
        site.seal().await;

        let token = site.access_token(HELMI).await;
        let answer = proof(&site, &id, &format!("bearer {token}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let bytes = answer.bytes().await.unwrap();
        let pages = site.logged_in(HELMI).await;
        let same = pages.get(site.at(&format!("/messages/{id}/proof"))).await;
        assert_eq!(bytes, same.bytes().await.unwrap(), "the same proof as on the pages");

        // The same person has the same mailbox, and is named alike.
        let by_token = site.hub.citizen_by_token(&token).await.unwrap();
        assert_eq!(
            (by_token.mailbox, &by_token.identifier),
            (helmi.mailbox, &helmi.identifier)
        );
        assert!(by_token.session().is_none() && by_token.csrf().is_none());
        let Opened::Waiting(_) = site.hub.open(&by_token, id.to_string().parse().unwrap()).await.unwrap() else {
            panic!("the gate stands before a program too")
        };

        // Another person's program, nobody's, and an absent message are told the same.
        let eino = format!("Bearer {}", site.access_token(EINO).await);
        for absent in [
            proof(&site, &id, &eino).await,
            proof(&site, "9", &eino).await,
            proof(&site, "x", &eino).await,
        ] {
            assert_eq!(absent.status(), StatusCode::NOT_FOUND);
        }
        for none in ["", "Bearer", "Bearer ", "Basic eDp5", token.as_str()] {
            let answer = proof(&site, &id, none).await;
            assert_eq!((answer.status(), none), (StatusCode::UNAUTHORIZED, none));
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
            assert_eq!(answer.json::<Value>().await.unwrap()["code"], "token-missing");
        }
        // A cookie is no token, a system's token is no citizen's, and a citizen's token is no system's.
        let answer = pages
            .get(site.at(&format!("/api/v1/mailbox/messages/{id}/proof")))
            .await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(refusal(&site, &sender.token).await.1, "token-refused");
        let other_door = site
            .browser()
            .client
            .get(site.at(&format!("/api/v1/messages/{id}/proof")));
        let other_door = other_door.bearer_auth(&token).send().await.unwrap();
        assert_eq!(other_door.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_person_who_is_new_has_one_mailbox_however_many_programs_ask_at_once() {
    for database in databases() {
        let site = site(&database).await;
        let token = site.access_token(EINO).await;
        let together = futures::future::join_all((0..8).map(|_| site.hub.citizen_by_token(&token))).await;
        let mut mailboxes: Vec<_> = together.into_iter().map(|it| it.unwrap().mailbox).collect();
        mailboxes.push(site.citizen(EINO).await.mailbox);
        mailboxes.dedup();
        assert_eq!(mailboxes.len(), 1);
        assert_eq!(site.count("SELECT count(*) FROM mailbox").await, 1);
        assert_eq!(site.count("SELECT count(*) FROM session").await, 1, "the login's alone");
    }
}

#[tokio::test]
async fn a_token_that_fails_a_check_reaches_nothing() {
    let now = 1_772_445_600;
    let wrong = [
        ("iss", json!("https://other.example"), "token-refused", "iss"),
        ("iss", Value::Null, "token-refused", "iss"),
        ("aud", json!("urn:another:api"), "token-refused", "aud"),
        ("aud", json!("hub"), "token-refused", "aud"),
        ("aud", json!([]), "token-refused", "aud"),
        ("aud", Value::Null, "token-refused", "aud"),
        ("exp", json!(now - 60), "token-refused", "expired"),
        ("exp", Value::Null, "token-refused", "expired"),
        ("exp", json!("x"), "token-refused", "expired"),
        ("iat", json!(now + 61), "token-refused", "not valid yet"),
        ("iat", Value::Null, "token-refused", "not valid yet"),
        ("nbf", json!(now + 61), "token-refused", "not valid yet"),
        ("auth_time", json!(now + 61), "token-refused", "future"),
        ("auth_time", json!(now - 8 * 3_600), "token-refused", "too old"),
        ("auth_time", Value::Null, "token-lacks-claims", "auth_time"),
        ("sub", Value::Null, "token-lacks-claims", "sub"),
        ("acr", Value::Null, "token-lacks-claims", "acr"),
        ("acr", json!("urn:password"), "level-too-low", "acr"),
        (
            "acr",
            json!("http://ftn.ficora.fi/2017/loatest2"),
            "level-too-low",
            "acr",
        ),
        (HETU_CLAIM, json!("020594X903X"), "token-refused", "cannot be true"),
        (HETU_CLAIM, json!(7), "token-refused", "cannot be true"),
        (HETU_CLAIM, Value::Null, "token-lacks-claims", HETU_CLAIM),
    ];
    let database = &Database::Sqlite;
    for (claim, value, code, reason) in &wrong {
        let site = Site::start(
            database,
            vec![person_with(ODD, json!({ *claim: value }))],
            Settings::default(),
        )
        .await;
        let (status, found, challenge, detail) = refusal(&site, &site.access_token(ODD).await).await;
        assert_eq!((status, found.as_str()), (401, *code), "{claim}: {value}: {detail}");
        assert!(detail.contains(reason), "{claim}: {value}: {detail}");
        let error = if *code == "level-too-low" {
            "insufficient_user_authentication"
        } else {
            "invalid_token"
        };
        assert_eq!(challenge, format!("Bearer error=\"{error}\""));
        assert_eq!(site.count("SELECT count(*) FROM mailbox").await, 0, "{claim}: {value}");
    }
    let nameless =
        json!({ "urn:oid:2.16.840.1.113730.3.1.241": null, "urn:oid:2.5.4.4": "", "urn:oid:1.2.246.575.1.14": null });
    let site = Site::start(database, vec![person_with(ODD, nameless)], Settings::default()).await;
    assert_eq!(
        refusal(&site, &site.access_token(ODD).await).await.1,
        "token-lacks-claims"
    );
    let several = json!({ "aud": ["urn:another:api", API_AUDIENCE], "nbf": now });
    let site = Site::start(database, vec![person_with(ODD, several)], Settings::default()).await;
    assert!(site.hub.citizen_by_token(&site.access_token(ODD).await).await.is_ok());
}

#[tokio::test]
async fn a_program_needs_the_scope_that_the_hub_asks_for() {
    const SCOPE: &str = "tiedoksi.mailbox";
    for (scope, may) in [
        (json!("openid tiedoksi.mailbox"), true),
        (json!(SCOPE), true),
        (json!("openid"), false),
        (json!("openid tiedoksi.mailbox.read"), false),
        (json!([SCOPE]), false),
        (Value::Null, false),
    ] {
        let settings = Settings {
            api_scope: Some(SCOPE.to_owned()),
            ..Settings::default()
        };
        let persons = vec![person_with(ODD, json!({ "scope": scope }))];
        let site = Site::start(&Database::Sqlite, persons, settings).await;
        let token = site.access_token(ODD).await;
        if may {
            assert!(site.hub.citizen_by_token(&token).await.is_ok(), "{scope}");
            continue;
        }
        let (status, code, challenge, detail) = refusal(&site, &token).await;
        assert_eq!((status, code.as_str()), (403, "scope-missing"), "{scope}");
        assert_eq!(
            challenge,
            format!("Bearer error=\"insufficient_scope\", scope=\"{SCOPE}\"")
        );
        assert!(detail.contains(SCOPE), "{detail}");
        assert_eq!(site.count("SELECT count(*) FROM mailbox").await, 0, "{scope}");
    }
}

#[tokio::test]
async fn what_is_no_access_token_is_refused() {
    for database in databases() {
        let site = site(&database).await;
        let tokens = site.tokens(EINO).await;
        let token = tokens["access_token"].as_str().unwrap();
        let (status, code, _, detail) = refusal(&site, tokens["id_token"].as_str().unwrap()).await;
        assert_eq!((status, code.as_str()), (401, "token-refused"));
        assert!(detail.contains("at+jwt"), "an ID token: {detail}");

        let [header, claims, signature] = <[&str; 3]>::try_from(token.split('.').collect::<Vec<_>>()).unwrap();
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let decode = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let mut of_helmi = decode(claims);
        of_helmi[HETU_CLAIM] = json!(HELMI);
        let of_helmi = encode(of_helmi);
        let with_header = |change: &dyn Fn(&mut Value)| {
            let mut changed = decode(header);
            change(&mut changed);
            encode(changed)
        };
        let none = with_header(&|it| it["alg"] = json!("none"));
        let critical = with_header(&|it| it["crit"] = json!(["exp"]));
        let elsewhere = with_header(&|it| it["kid"] = json!("unknown"));
        let bare = with_header(&|it| drop(it.as_object_mut().unwrap().remove("typ")));
        // A key that comes along, and the public key as a shared secret.
        let mut symmetric = Header::new(Algorithm::HS256);
        symmetric.typ = Some("at+jwt".to_owned());
        symmetric.kid = decode(header)["kid"].as_str().map(str::to_owned);
        let jwks = site
            .browser()
            .get(site.at("/demo-idp/jwks"))
            .await
            .text()
            .await
            .unwrap();
        let symmetric = jsonwebtoken::encode(&symmetric, &decode(claims), &EncodingKey::from_secret(jwks.as_bytes()));
        for (what, bad) in [
            ("changed", format!("{header}.{of_helmi}.{signature}")),
            ("unsigned", format!("{none}.{claims}.")),
            ("unsigned, with a signature", format!("{none}.{claims}.{signature}")),
            ("no signature", format!("{header}.{claims}.")),
            ("crit", format!("{critical}.{claims}.{signature}")),
            ("unknown key", format!("{elsewhere}.{claims}.{signature}")),
            ("without type", format!("{bare}.{claims}.{signature}")),
            ("symmetric", symmetric.unwrap()),
            ("not a token", "x".to_owned()),
            ("dots", ".....".to_owned()),
            ("huge", format!("{header}.{claims}.{}", "A".repeat(9_000))),
        ] {
            let (status, code, ..) = refusal(&site, &bad).await;
            assert_eq!((status, code.as_str()), (401, "token-refused"), "{what}");
        }
        assert_eq!(site.count("SELECT count(*) FROM mailbox").await, 0);
        assert!(
            site.hub.citizen_by_token(token).await.is_ok(),
            "the token itself is good"
        );
    }
}

#[tokio::test]
async fn tokens_outlive_a_provider_that_is_down_and_not_its_keys() {
    for database in databases() {
        let site = site(&database).await;
        let old = site.access_token(EINO).await;
        site.stop_idp();
        let (status, code, ..) = refusal(&site, &old).await;
        assert_eq!(
            (status, code.as_str()),
            (503, "provider-unreachable"),
            "its keys were never seen"
        );
        site.restart_idp();
        site.advance(SignedDuration::from_secs(5));
        let token = site.access_token(EINO).await;
        assert!(site.hub.citizen_by_token(&token).await.is_ok());
        assert_eq!(refusal(&site, &old).await.1, "token-refused", "a key from before");
        site.stop_idp();
        assert!(site.hub.citizen_by_token(&token).await.is_ok(), "known keys are kept");
        // New keys are known a minute after the last fetch at the latest.
        site.restart_idp();
        site.advance(SignedDuration::from_secs(60));
        let token = site.access_token(EINO).await;
        assert!(site.hub.citizen_by_token(&token).await.is_ok());
        site.advance(SignedDuration::from_secs(361));
        assert_eq!(refusal(&site, &token).await.1, "token-refused", "expired");
    }
}

#[tokio::test]
async fn a_person_without_an_identity_code_is_known_from_an_earlier_login() {
    for database in databases() {
        let foreign = json!({ HETU_CLAIM: null, "acr": "http://eidas.europa.eu/LoA/substantial" });
        let site = Site::start(&database, vec![person_with(ODD, foreign)], Settings::default()).await;
        let token = site.access_token(ODD).await;
        assert_eq!(refusal(&site, &token).await.1, "token-lacks-claims");
        let person = site.citizen(ODD).await;
        assert_eq!(site.hub.citizen_by_token(&token).await.unwrap().mailbox, person.mailbox);
    }
}

//! OAuth 2.0 client credentials with a signed assertion, through the door: what is given, what is refused, what is used up.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use tiedoksi::auth::assertion::PublicKey;
use tiedoksi::domain::id::KeyId;
use tiedoksi::domain::identity::BusinessId;
use tiedoksi::hub::assertion::{GrantError, Proof};
use tiedoksi::hub::{ActError, Hub};

use crate::harness::{Database, HERE, Settings, Site, databases};
use crate::process::Installation;
use crate::sender::{Sender, sender};
use crate::wire::{Answer, Lines};

const TOKEN: &str = "/oauth2/token";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What an unknown client, an unknown key and a wrong signature are all told.
const NOT_PROVED: &str =
    "The assertion does not prove a known client: check iss, the kid of the header, and the signature.";

/// A client's key pair.
struct ClientKey {
    private: EncodingKey,
    algorithm: Algorithm,
    kid: String,
    public: Value,
}

impl ClientKey {
    fn new(algorithm: Algorithm, kid: &str) -> Self {
        let rng = SystemRandom::new();
        let private = match algorithm {
            Algorithm::RS256 | Algorithm::PS256 => {
                let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
                let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
                let body = STANDARD.encode(der.as_ref());
                let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
                EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
            }
            Algorithm::ES256 => {
                let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &rng).unwrap();
                EncodingKey::from_ec_der(pair.as_ref())
            }
            Algorithm::EdDSA => {
                let rng = aws_lc_rs::rand::SystemRandom::new();
                let pair = aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8v1(&rng).unwrap();
                EncodingKey::from_ed_der(pair.as_ref())
            }
            other => panic!("no key for {other:?}"),
        };
        let mut public = serde_json::to_value(Jwk::from_encoding_key(&private, algorithm).unwrap()).unwrap();
        public["kid"] = json!(kid);
        Self {
            private,
            algorithm,
            kid: kid.to_owned(),
            public,
        }
    }

    fn signs(&self, claims: &Value) -> String {
        self.signs_as(|_| {}, claims)
    }

    fn signs_as(&self, change: impl FnOnce(&mut Header), claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.kid.clone());
        change(&mut header);
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

async fn register(site: &Site, username: &str, key: &ClientKey) -> KeyId {
    let public = PublicKey::read(&key.public.to_string()).unwrap();
    site.hub.add_system_key(username, &public, None).await.unwrap()
}

/// A system with a key, beside its password.
async fn begin(database: &Database, algorithm: Algorithm) -> (Site, Sender, ClientKey) {
    let site = Site::start(database, Vec::new(), Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let key = ClientKey::new(algorithm, "avain-1");
    register(&site, &sender.username, &key).await;
    (site, sender, key)
}

fn endpoint(site: &Site) -> String {
    site.at(TOKEN).to_string()
}

/// Claims that are good now.
fn claims(site: &Site, username: &str, jti: &str) -> Value {
    let now = site.hub.now().as_second();
    json!({ "iss": username, "sub": username, "aud": endpoint(site), "exp": now + 60, "iat": now, "jti": jti })
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

fn form(assertion: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ]
}

async fn post(site: &Site, fields: &[(&str, &str)]) -> Answer {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = Answer::of(client.post(site.at(TOKEN)).form(fields).send().await.unwrap()).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-type"], "application/json");
    answer
}

async fn ask(site: &Site, assertion: &str) -> Answer {
    post(site, &form(assertion)).await
}

/// Asserts a refusal in the form of RFC 6749 5.2; its description.
fn refused(answer: &Answer, status: u16, error: &str, what: &str) -> String {
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["error"]),
        (status, &json!(error)),
        "{what}: {body}"
    );
    let text = body["error_description"].as_str().unwrap().to_owned();
    // RFC 6749 5.2: no quotes, no backslashes, nothing beyond ASCII.
    let fine = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
    assert!(!text.is_empty() && text.chars().all(fine), "{what}: {text}");
    assert_eq!(body.as_object().unwrap().len(), 2, "{what}: {body}");
    text
}

/// A token for a new assertion.
async fn token(site: &Site, username: &str, key: &ClientKey, jti: &str) -> String {
    let answer = ask(site, &key.signs(&claims(site, username, jti))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn used(site: &Site) -> i64 {
    site.count("SELECT count(*) FROM used_assertion").await
}

async fn refuses(hub: &Hub, token: &str) -> bool {
    matches!(hub.sender(token, HERE).await, Err(ActError::NotLoggedIn))
}

#[tokio::test]
async fn a_signed_assertion_gives_a_token_that_opens_the_sender_api() {
    for database in databases() {
        for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256, Algorithm::PS256] {
            let (site, mut sender, key) = begin(&database, algorithm).await;
            let metadata: Value = reqwest::get(site.at("/.well-known/oauth-authorization-server"))
                .await
                .unwrap()
                .json()
                .await
                .unwrap();
            let issuer = site.base.as_str().trim_end_matches('/');
            assert_eq!(
                metadata,
                json!({
                    "issuer": issuer,
                    "token_endpoint": endpoint(&site),
                    "response_types_supported": [],
                    "grant_types_supported": ["client_credentials"],
                    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                    "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
                })
            );
            // Addressed to the endpoint or to the issuer, alone or among others; with or without the client's id beside.
            let good = claims(&site, &sender.username, "a");
            let addressed = [
                json!(endpoint(&site)),
                json!(issuer),
                json!(format!("{issuer}/")),
                json!(["https://other.example", issuer]),
            ];
            for (number, aud) in addressed.into_iter().enumerate() {
                let one = with(with(good.clone(), "aud", aud), "jti", json!(format!("a{number}")));
                let assertion = key.signs(&one);
                let mut fields = form(&assertion);
                if number == 1 {
                    fields.extend([
                        ("client_id", sender.username.as_str()),
                        ("scope", ""),
                        ("resource", "x"),
                    ]);
                }
                let answer = post(&site, &fields).await;
                let body = answer.json();
                assert_eq!(answer.status, 200, "{algorithm:?}: {body}");
                assert_eq!(
                    (&body["token_type"], &body["expires_in"]),
                    (&json!("Bearer"), &json!(3600))
                );
                assert_eq!(body.as_object().unwrap().len(), 3);
                sender.token = body["access_token"].as_str().unwrap().to_owned();
            }
            // The token is good wherever one for a password is.
            for path in ["/v2/events", "/suomifi/v2/events"] {
                assert_eq!(sender.get(path).await.status(), 200, "{path}");
            }
            assert_eq!(sender.pdf("a.pdf").await.len(), 36);
            let refused = sender.send(&sender.message("A-1", "010594Y9032", "Normal")).await;
            assert_eq!(refused.status(), 400, "no mailbox, but a system that may send");
            // But it says nothing about a password, so it cannot change one.
            let change = json!({
                "accessToken": sender.token, "currentPassword": sender.password, "newPassword": "Uusi-salasana-1234567890-abcdefgh",
            });
            let answer = Answer::of(sender.post("/v1/change-password", &change).await).await;
            answer.refused(400, "a key's token at change-password");
            site.advance(SignedDuration::from_secs(3_600));
            assert_eq!(sender.get("/v2/events").await.status(), 401);
            // The addresses are at the root alone.
            for path in [
                "/suomifi/oauth2/token",
                "/suomifi/.well-known/oauth-authorization-server",
            ] {
                assert_eq!(reqwest::get(site.at(path)).await.unwrap().status(), 404, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn every_clause_of_an_assertion_is_checked() {
    for database in databases() {
        let (site, sender, key) = begin(&database, Algorithm::ES256).await;
        let now = site.hub.now().as_second();
        let good = claims(&site, &sender.username, "only");
        let cases = [
            ("aud", json!(null), "aud must"),
            ("aud", json!("https://other.example/oauth2/token"), "aud must"),
            ("aud", json!([]), "aud must"),
            ("aud", json!(7), "aud must"),
            ("aud", json!(format!("{}x", endpoint(&site))), "aud must"),
            ("aud", json!(site.at("/v1/token").as_str()), "aud must"),
            ("sub", json!(null), "sub must"),
            ("sub", json!("someone-else"), "sub must"),
            ("exp", json!(null), "exp is missing"),
            ("exp", json!(now), "has expired"),
            ("exp", json!(now - 1), "has expired"),
            ("exp", json!(-1e300), "has expired"),
            ("exp", json!(now + 301), "more than five minutes"),
            ("exp", json!(1e300), "more than five minutes"),
            ("exp", json!("soon"), "wrong type"),
            ("nbf", json!(now + 31), "lies ahead"),
            ("iat", json!(now + 31), "lies ahead"),
            ("iat", json!("x"), "wrong type"),
            ("jti", json!(null), "jti is missing"),
            ("jti", json!(""), "jti is missing"),
            ("jti", json!("j".repeat(257)), "jti is missing"),
            ("jti", json!(7), "wrong type"),
            ("iss", json!(null), "with iss"),
            ("iss", json!(7), "with iss"),
        ];
        for (name, value, expected) in cases {
            let what = format!("{name} {value}");
            let answer = ask(&site, &key.signs(&with(good.clone(), name, value))).await;
            let text = refused(&answer, 401, "invalid_client", &what);
            assert!(text.contains(expected), "{what}: {text}");
        }
        // Refused ones used nothing up.
        assert_eq!(used(&site).await, 0);
        // At the edges: five minutes, half a minute, fractions.
        let edges = [
            ("exp", json!(now + 300)),
            ("exp", json!(now as f64 + 0.5)),
            ("nbf", json!(now + 30)),
            ("iat", json!(now + 30)),
            ("iat", json!(null)),
            ("jti", json!("j".repeat(256))),
        ];
        for (number, (name, value)) in edges.into_iter().enumerate() {
            let fresh = with(good.clone(), "jti", json!(format!("edge-{number}")));
            let answer = ask(&site, &key.signs(&with(fresh, name, value))).await;
            assert_eq!(answer.status, 200, "{number} {name}: {}", answer.text());
        }
        let other = [("client_id", "someone-else")];
        let assertion = key.signs(&good);
        let answer = post(&site, &[form(&assertion).as_slice(), &other].concat()).await;
        refused(&answer, 401, "invalid_client", "another client_id");
        assert_eq!(ask(&site, &assertion).await.status, 200);
    }
}

/// A JWS put together by hand.
fn by_hand(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        URL_SAFE_NO_PAD.encode(signature)
    )
}

fn hmac(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let unsigned = by_hand(header, claims, b"");
    let message = unsigned.trim_end_matches('.');
    let tag = ring::hmac::sign(
        &ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret),
        message.as_bytes(),
    );
    by_hand(header, claims, tag.as_ref())
}

#[tokio::test]
async fn forged_assertions_prove_nothing() {
    for database in databases() {
        let (site, sender, key) = begin(&database, Algorithm::RS256).await;
        let stranger = ClientKey::new(Algorithm::ES256, "avain-1");
        let stranger_rsa = ClientKey::new(Algorithm::RS256, "avain-1");
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        let others = ClientKey::new(Algorithm::ES256, "avain-2");
        register(&site, &other.username, &others).await;

        let good = claims(&site, &sender.username, "forged");
        let header = |alg: &str| json!({ "typ": "JWT", "alg": alg, "kid": key.kid });
        let n = key.public["n"].as_str().unwrap();
        let signed = key.signs(&good);
        let parts: Vec<&str> = signed.split('.').collect();
        let altered = with(good.clone(), "exp", json!(site.hub.now().as_second() + 299));
        let altered = URL_SAFE_NO_PAD.encode(altered.to_string());
        let mut with_own_key = Header::new(Algorithm::ES256);
        with_own_key.kid = Some(key.kid.clone());
        with_own_key.jwk = Some(serde_json::from_value(stranger.public.clone()).unwrap());
        let brought = jsonwebtoken::encode(&with_own_key, &good, &stranger.private).unwrap();
        let from_outside = |it: &mut Header| it.jku = Some("https://evil.example/keys".into());
        let as_other = claims(&site, &other.username, "forged");

        let not_a_jwt = "The assertion is not a JWT";
        let cases = [
            ("none", by_hand(&header("none"), &good, b""), not_a_jwt),
            ("NONE", by_hand(&header("NONE"), &good, b"x"), not_a_jwt),
            (
                "alg missing",
                by_hand(&json!({ "kid": key.kid }), &good, b"x"),
                not_a_jwt,
            ),
            ("RS256 unsigned", by_hand(&header("RS256"), &good, b""), NOT_PROVED),
            (
                "HS256 by the JWK",
                hmac(&header("HS256"), &good, key.public.to_string().as_bytes()),
                NOT_PROVED,
            ),
            (
                "HS256 by the modulus",
                hmac(&header("HS256"), &good, &URL_SAFE_NO_PAD.decode(n).unwrap()),
                NOT_PROVED,
            ),
            ("HS256 by nothing", hmac(&header("HS256"), &good, b""), NOT_PROVED),
            ("another kind of key", stranger.signs(&good), NOT_PROVED),
            ("another key", stranger_rsa.signs(&good), NOT_PROVED),
            ("its own key brought along", brought, NOT_PROVED),
            (
                "its own keys elsewhere",
                stranger_rsa.signs_as(from_outside, &good),
                NOT_PROVED,
            ),
            (
                "a longer hash",
                key.signs_as(|it| it.alg = Algorithm::RS512, &good),
                NOT_PROVED,
            ),
            ("altered", format!("{}.{altered}.{}", parts[0], parts[2]), NOT_PROVED),
            ("cut", signed[..signed.len() - 8].to_owned(), NOT_PROVED),
            (
                "unknown kid",
                key.signs_as(|it| it.kid = Some("avain-9".into()), &good),
                NOT_PROVED,
            ),
            ("kid of another system", others.signs(&good), NOT_PROVED),
            ("as another system", key.signs(&as_other), NOT_PROVED),
            (
                "with its kid",
                key.signs_as(|it| it.kid = Some("avain-2".into()), &as_other),
                NOT_PROVED,
            ),
            (
                "unknown client",
                key.signs(&claims(&site, "nobody", "forged")),
                NOT_PROVED,
            ),
            (
                "client with NUL",
                key.signs(&claims(&site, "a\0b", "forged")),
                NOT_PROVED,
            ),
            ("no client", key.signs(&claims(&site, "", "forged")), NOT_PROVED),
            (
                "long client",
                key.signs(&claims(&site, &"u".repeat(257), "forged")),
                NOT_PROVED,
            ),
            (
                "kid with NUL",
                key.signs_as(|it| it.kid = Some("a\0".into()), &good),
                NOT_PROVED,
            ),
            ("no kid", key.signs_as(|it| it.kid = None, &good), "lacks kid"),
            (
                "crit",
                key.signs_as(|it| it.crit = Some(vec!["b64".into()]), &good),
                "crit",
            ),
            ("encrypted", "a.b.c.d.e".to_owned(), not_a_jwt),
            ("two parts", format!("{}.{}", parts[0], parts[1]), not_a_jwt),
            ("garbage", "päivää".to_owned(), not_a_jwt),
            ("an access token", sender.token.clone(), "with iss"),
        ];
        for (what, assertion, expected) in cases {
            let text = refused(&ask(&site, &assertion).await, 401, "invalid_client", what);
            assert!(text.contains(expected), "{what}: {text}");
        }
        // Claims that stand there twice are refused, though signed.
        let doubled = good
            .to_string()
            .replacen('{', &format!("{{\"sub\":\"{}\",", other.username), 1);
        let message = format!("{}.{}", parts[0], URL_SAFE_NO_PAD.encode(doubled));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.private, Algorithm::RS256).unwrap();
        let answer = ask(&site, &format!("{message}.{signature}")).await;
        refused(&answer, 401, "invalid_client", "a claim twice");
        assert_eq!(used(&site).await, 0);
        assert_eq!(ask(&site, &signed).await.status, 200);
    }
}

#[tokio::test]
async fn an_assertion_is_good_for_one_token_whoever_takes_it() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, key) = begin(&database, Algorithm::ES256).await;
        let other = site.another_hub().await;
        let end = endpoint(&site);
        let audiences = [end.as_str()];
        let assertion = key.signs(&claims(&site, &sender.username, "same-time"));
        // Twenty at the same time, in two processes: one wins.
        let tries = (0..20).map(|number| {
            let hub = if number % 2 == 0 { &site.hub } else { &other };
            let proof = Proof {
                assertion: &assertion,
                client_id: None,
                audiences: &audiences,
                from: HERE,
            };
            hub.issue_token_for_assertion(proof)
        });
        let results = futures::future::join_all(tries).await;
        let won = results.iter().filter(|result| result.is_ok()).count();
        let lost = results
            .iter()
            .filter(|result| matches!(result, Err(GrantError::Client(_))))
            .count();
        assert_eq!((won, lost), (1, 19));
        let again = ask(&site, &assertion).await;
        assert!(refused(&again, 401, "invalid_client", "again").contains("used before"));
        // The same jti counts as used whatever else changes, and per client.
        let longer = with(
            claims(&site, &sender.username, "same-time"),
            "exp",
            json!(site.hub.now().as_second() + 90),
        );
        refused(
            &ask(&site, &key.signs(&longer)).await,
            401,
            "invalid_client",
            "the same jti",
        );
        let neighbour = crate::sender::sender(&site, "9900001-8", false).await;
        let theirs = ClientKey::new(Algorithm::ES256, "avain-1");
        register(&site, &neighbour.username, &theirs).await;
        token(&site, &neighbour.username, &theirs, "same-time").await;
        // The sweep forgets what has expired, and that stays refused.
        tiedoksi::worker::turn(&site.hub).await;
        assert_eq!(used(&site).await, 2);
        site.advance(SignedDuration::from_secs(59));
        assert!(refused(&ask(&site, &assertion).await, 401, "invalid_client", "late").contains("used before"));
        site.advance(SignedDuration::from_mins(6));
        tiedoksi::worker::turn(&site.hub).await;
        assert_eq!(used(&site).await, 0);
        assert!(refused(&ask(&site, &assertion).await, 401, "invalid_client", "swept").contains("expired"));
        let token = token(&site, &sender.username, &key, "last").await;
        lines.assert_clean(&[&assertion, &token, "same-time"]);
    }
}

#[tokio::test]
async fn a_key_that_ends_takes_its_tokens_along() {
    for database in databases() {
        let (site, sender, old) = begin(&database, Algorithm::ES256).await;
        let other = site.another_hub().await;
        let new = ClientKey::new(Algorithm::EdDSA, "avain-2");
        register(&site, &sender.username, &new).await;
        // While one replaces the other both work.
        let by_old = token(&site, &sender.username, &old, "1").await;
        let by_new = token(&site, &sender.username, &new, "2").await;
        for hub in [&site.hub, &other] {
            assert!(!refuses(hub, &by_old).await && !refuses(hub, &by_new).await);
        }
        let listed = site.hub.list_system_keys(&sender.username).await.unwrap();
        let first = listed.iter().find(|key| key.details.contains("kid avain-1")).unwrap();
        assert!(first.active && first.details.contains("EC P-256"));
        let id: KeyId = first.name.parse().unwrap();
        site.hub.revoke_system_key(id).await.unwrap();
        assert!(matches!(site.hub.revoke_system_key(id).await, Err(ActError::NotFound)));
        // No new token from then on; the old ones end within five seconds, by the hubs' clock, in both processes.
        let late = ask(&site, &old.signs(&claims(&site, &sender.username, "3"))).await;
        assert_eq!(refused(&late, 401, "invalid_client", "revoked"), NOT_PROVED);
        site.advance(SignedDuration::from_secs(5));
        for hub in [&site.hub, &other] {
            assert!(refuses(hub, &by_old).await && !refuses(hub, &by_new).await);
            assert!(!refuses(hub, &sender.token).await);
        }
        // Its name stays its own: neither it nor another key comes back under it.
        for key in [&old, &ClientKey::new(Algorithm::ES256, "avain-1")] {
            let public = PublicKey::read(&key.public.to_string()).unwrap();
            let again = site.hub.add_system_key(&sender.username, &public, None).await;
            assert!(matches!(again, Err(ActError::Forbidden(_))));
        }
        // A key with an end date ends by itself, to the second.
        let short = ClientKey::new(Algorithm::ES256, "avain-3");
        let public = PublicKey::read(&short.public.to_string()).unwrap();
        let end = site.hub.now() + SignedDuration::from_mins(10);
        site.hub
            .add_system_key(&sender.username, &public, Some(end))
            .await
            .unwrap();
        let by_short = token(&site, &sender.username, &short, "4").await;
        site.advance(SignedDuration::from_secs(599));
        token(&site, &sender.username, &short, "5").await;
        assert!(!refuses(&other, &by_short).await);
        site.advance(SignedDuration::from_secs(5));
        assert!(refuses(&site.hub, &by_short).await && refuses(&other, &by_short).await);
        let late = ask(&site, &short.signs(&claims(&site, &sender.username, "6"))).await;
        assert_eq!(refused(&late, 401, "invalid_client", "ended"), NOT_PROVED);
    }
}

#[tokio::test]
async fn a_disabled_system_gets_nothing_done_by_a_key() {
    for database in databases() {
        let (site, mut sender, key) = begin(&database, Algorithm::ES256).await;
        site.hub.set_system_active(&sender.username, false).await.unwrap();
        // As at /v1/token: the token is what lets a send say SYSTEM_NOT_ACTIVE. It opens nothing.
        sender.token = token(&site, &sender.username, &key, "1").await;
        assert_eq!(sender.get("/v2/events").await.status(), 403);
        assert_eq!(sender.upload("a.pdf", crate::sender::pdf("a")).await.status(), 403);
        let answer = sender.send(&sender.message("A-1", "010594Y9032", "Normal")).await;
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["validationErrors"][0]["errorCode"], "SYSTEM_NOT_ACTIVE");
        // So with its organisation.
        site.hub.set_system_active(&sender.username, true).await.unwrap();
        let organisation = BusinessId::parse("0208573-0").unwrap();
        site.hub.set_organisation_active(&organisation, false).await.unwrap();
        site.advance(SignedDuration::from_secs(5));
        assert_eq!(sender.get("/v2/events").await.status(), 403);
    }
}

#[tokio::test]
async fn a_key_counts_only_from_where_the_system_may_call() {
    for database in databases() {
        let (site, sender, key) = begin(&database, Algorithm::ES256).await;
        let allow = async |networks: &str| {
            let networks = networks.parse().unwrap();
            site.hub.set_system_networks(&sender.username, &networks).await.unwrap();
        };
        allow("192.0.2.0/24").await;
        let assertion = key.signs(&claims(&site, &sender.username, "1"));
        let text = refused(&ask(&site, &assertion).await, 403, "access_denied", "elsewhere");
        assert!(text.contains("operator") && !text.contains("192.0.2"), "{text}");
        // Who did not prove the client learns nothing of the list.
        let forged = ClientKey::new(Algorithm::ES256, "avain-1").signs(&claims(&site, &sender.username, "1"));
        assert_eq!(
            refused(&ask(&site, &forged).await, 401, "invalid_client", "forged"),
            NOT_PROVED
        );
        // The refusal used nothing up.
        allow("192.0.2.0/24 127.0.0.0/8").await;
        assert_eq!(ask(&site, &assertion).await.status, 200);
    }
}

#[tokio::test]
async fn malformed_requests_are_told_what_is_wrong() {
    for database in databases() {
        let (site, sender, key) = begin(&database, Algorithm::ES256).await;
        let assertion = key.signs(&claims(&site, &sender.username, "1"));
        let good = form(&assertion);
        let without = |name: &str| -> Vec<_> { good.iter().copied().filter(|(it, _)| *it != name).collect() };
        let instead = |name, value| [without(name).as_slice(), &[(name, value)]].concat();
        let beside = |name, value| [good.as_slice(), &[(name, value)]].concat();
        let cases = [
            (Vec::new(), 400, "invalid_request", "grant_type is missing"),
            (without("grant_type"), 400, "invalid_request", "grant_type is missing"),
            (
                instead("grant_type", ""),
                400,
                "invalid_request",
                "grant_type is missing",
            ),
            (
                instead("grant_type", "password"),
                400,
                "unsupported_grant_type",
                "client_credentials",
            ),
            (without("client_assertion"), 401, "invalid_client", "client_assertion"),
            (
                instead("client_assertion", ""),
                401,
                "invalid_client",
                "client_assertion",
            ),
            (
                without("client_assertion_type"),
                400,
                "invalid_request",
                "client_assertion_type",
            ),
            (
                instead("client_assertion_type", "urn:x"),
                401,
                "invalid_client",
                "client_assertion_type",
            ),
            (beside("client_secret", "x"), 400, "invalid_request", "one way"),
            (beside("scope", "messages"), 400, "invalid_scope", "scope"),
            (
                beside("grant_type", "client_credentials"),
                400,
                "invalid_request",
                "twice",
            ),
            (
                beside("client_assertion", assertion.as_str()),
                400,
                "invalid_request",
                "twice",
            ),
            (beside("client_assertion", ""), 400, "invalid_request", "twice"),
        ];
        for (fields, status, error, expected) in cases {
            let what = format!("{error} {expected}");
            let text = refused(&post(&site, &fields).await, status, error, &what);
            assert!(text.contains(expected), "{what}: {text}");
        }
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let raw = async |kind: Option<&str>, body: Vec<u8>, authorization: Option<&str>| {
            let mut request = client.post(site.at(TOKEN)).body(body);
            for (name, value) in [("Content-Type", kind), ("Authorization", authorization)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            Answer::of(request.send().await.unwrap()).await
        };
        let kind = Some("application/x-www-form-urlencoded; charset=UTF-8");
        let text = form_urlencoded(&good);
        for other in [
            None,
            Some("application/json"),
            Some("multipart/form-data; boundary=x"),
            Some(""),
        ] {
            refused(
                &raw(other, text.clone(), None).await,
                400,
                "invalid_request",
                "content type",
            );
        }
        refused(
            &raw(kind, b"%ff%00&&&==&a".to_vec(), None).await,
            400,
            "invalid_request",
            "bytes",
        );
        // 64 KiB are read, and one byte more is not.
        let padded = |length: usize| [text.as_slice(), b"&pad=", &vec![b'x'; length - text.len() - 5]].concat();
        refused(
            &raw(kind, padded(65_537), None).await,
            413,
            "invalid_request",
            "too large",
        );
        // A secret in the header is another way of proving the client, and answered by its own challenge.
        refused(
            &raw(kind, text.clone(), Some("Basic YTpi")).await,
            400,
            "invalid_request",
            "two ways",
        );
        let none = raw(kind, form_urlencoded(&without("client_assertion")), Some("basic YTpi")).await;
        refused(&none, 401, "invalid_client", "Basic");
        assert_eq!(none.headers["www-authenticate"], "Basic realm=\"tiedoksi\"");
        assert_eq!(used(&site).await, 0);
        // Any other garbage in the header counts for nothing; of two requests with one assertion the first one wins.
        let garbage = raw(kind, padded(65_536), Some("Bearer stale.token.x")).await;
        assert_eq!(garbage.status, 200, "{}", garbage.text());
        let wrong_method = client.get(site.at(TOKEN)).send().await.unwrap();
        assert_eq!(
            (wrong_method.status().as_u16(), &wrong_method.headers()["allow"]),
            (405, &"POST".parse().unwrap())
        );
    }
}

fn form_urlencoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields).finish().into_bytes()
}

#[tokio::test]
async fn the_operator_registers_keys_and_networks() {
    for database in databases() {
        let installation = Installation::new(&database, 1, Vec::new()).await;
        let key = ClientKey::new(Algorithm::ES256, "avain-1");
        let file = installation.folder.path().join("public.jwk");
        let path = file.to_str().unwrap();
        let admin = |arguments: &[&str]| installation.run(&[&["admin"], arguments].concat());
        let refused = |arguments: &[&str]| {
            let done = installation
                .command(&[&["admin"], arguments].concat())
                .output()
                .unwrap();
            assert!(!done.status.success(), "{arguments:?}");
            String::from_utf8(done.stderr).unwrap()
        };
        std::fs::write(&file, with(key.public.clone(), "d", json!("AQAB")).to_string()).unwrap();
        assert!(refused(&["system-key", "add", "asianhallinta", "--jwk", path]).contains("private"));
        std::fs::write(&file, key.public.to_string()).unwrap();
        assert!(refused(&["system-key", "add", "nobody", "--jwk", path]).contains("none of that name"));
        let told = admin(&[
            "system-key",
            "add",
            "asianhallinta",
            "--jwk",
            path,
            "--expires",
            "2126-01-01",
        ]);
        assert!(told.contains("kid avain-1"), "{told}");
        assert!(refused(&["system-key", "add", "asianhallinta", "--jwk", path]).contains("kid"));
        for late in [
            [
                "system-key",
                "add",
                "asianhallinta",
                "--jwk",
                path,
                "--expires",
                "2020-01-01",
            ]
            .as_slice(),
            &["secret", "add", "--system", "asianhallinta", "--expires", "2020-01-01"],
        ] {
            assert!(refused(late).contains("in the past"));
        }
        let listed: Value = serde_json::from_str(&admin(&["system-key", "list", "asianhallinta", "--json"])).unwrap();
        let id = listed[0]["name"].as_str().unwrap();
        assert!(listed[0]["active"] == true && listed[0]["details"].as_str().unwrap().contains("ends 2126-01-01"));
        admin(&["system-key", "disable", id]);
        assert!(admin(&["system-key", "list", "asianhallinta"]).contains("\tdisabled\t"));

        assert!(admin(&["system", "list"]).contains("from anywhere"));
        admin(&["system", "allow", "asianhallinta", "192.0.2.0/24", "2001:db8::7"]);
        assert!(admin(&["system", "list"]).contains("from 192.0.2.0/24 2001:db8::7/128"));
        assert!(refused(&["system", "allow", "asianhallinta", "192.0.2.1/24"]).contains("bits beyond the prefix"));
        admin(&["system", "allow", "asianhallinta"]);
        assert!(admin(&["system", "list"]).contains("from anywhere"));
    }
}

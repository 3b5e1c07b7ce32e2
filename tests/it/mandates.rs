//! Mandates: granted and revoked by the owner, registered by the operator, told by a register outside that may be down, slow or lying.

mod register;
mod renouncing;

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::json;
use tiedoksi::auth::mandates::{MandateRegister, RegisterOptions};
use tiedoksi::domain::identity::RecipientId;
use tiedoksi::domain::mandate::{AgentRole, Scope};
use tiedoksi::hub::ActError;

use self::register::{API_KEY, Answers, Register};
use crate::agent::{COMPANY, EINO, HELMI, LIISA, MINOR, Session, grant, persons, register};
use crate::harness::{Database, Settings, Site, databases, location};

const GRANTED: &str = "SELECT count(*) FROM event WHERE kind = 'mandate-granted'";
const REVOKED: &str = "SELECT count(*) FROM event WHERE kind = 'mandate-revoked'";
const USED: &str = "SELECT count(*) FROM event WHERE kind = 'mandate-used'";

#[tokio::test]
async fn an_owner_grants_and_revokes_in_the_page() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let helmi = Session::begin(&site, HELMI).await;
        let csrf = helmi.citizen(&site).await.unwrap().csrf().unwrap().to_owned();
        let send = |agent: &'static str, rest: &'static [(&'static str, &'static str)]| {
            let (browser, url, csrf) = (&helmi.browser, site.at("/mandates/grant"), csrf.clone());
            async move {
                let mut fields = vec![("csrf", csrf.as_str()), ("agent", agent), ("name", "Nimi <script>")];
                fields.extend(rest);
                browser.post(url, &fields).await
            }
        };
        let page = helmi.browser.get(site.at("/mandates/grant")).await;
        assert_eq!(page.status(), StatusCode::OK);

        // Everything that is wrong comes back beside its field, with what was written.
        for (agent, rest) in [
            ("", &[("scope", "everything")][..]),
            ("010594Y9031", &[("scope", "everything")]),
            (HELMI, &[("scope", "everything")]),
            (EINO, &[]),
            (EINO, &[("scope", "some")]),
            (
                EINO,
                &[
                    ("scope", "some"),
                    ("organisation", "01890a5d-ac96-774b-bcce-b302099a8057"),
                ],
            ),
            (EINO, &[("scope", "some"), ("topic", "nothing")]),
            (EINO, &[("scope", "everything"), ("until", "2026-03-01")]),
            (EINO, &[("scope", "everything"), ("begins", "31.2.2026")]),
        ] {
            let answer = send(agent, rest).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{agent} {rest:?}");
            let text = answer.text().await.unwrap();
            assert!(
                text.contains("aria-invalid") || text.contains("scope-problem"),
                "{agent} {rest:?}"
            );
            assert!(text.contains("Nimi &#60;script&#62;") && !text.contains("<script"));
        }
        assert_eq!(site.count(GRANTED).await, 0);

        // The same answer for an agent whom the hub knows and one whom it does not; the same grant twice is one.
        site.citizen(EINO).await;
        for agent in [EINO, LIISA, LIISA] {
            let answer = send(agent, &[("scope", "everything")]).await;
            assert_eq!(location(&answer).unwrap(), site.at("/mandates?done=granted"));
        }
        assert_eq!(site.count(GRANTED).await, 2);
        let page = helmi.browser.get(site.at("/mandates")).await.text().await.unwrap();
        assert_eq!(page.matches("data-testid=\"mandate\"").count(), 2);
        assert!(!page.contains(EINO), "an identity code on the page");

        let owner = helmi.citizen(&site).await.unwrap();
        let id = site.hub.granted_mandates(&owner).await.unwrap().in_force[0].id;
        let eino = site.citizen(EINO).await;
        assert!(
            matches!(site.hub.revoke_mandate(&eino, id).await, Err(ActError::NotFound)),
            "another's"
        );
        let (one, two) = tokio::join!(site.hub.revoke_mandate(&owner, id), site.hub.revoke_mandate(&owner, id));
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(site.count(REVOKED).await, 1);
        let fields = [("csrf", csrf.as_str()), ("mandate", &id.to_string())];
        let again = helmi.browser.post(site.at("/mandates/revoke"), &fields).await;
        assert_eq!(location(&again).unwrap(), site.at("/mandates?done=revoked"));
        assert_eq!(site.count(REVOKED).await, 1);
        let page = helmi.browser.get(site.at("/mandates")).await.text().await.unwrap();
        assert_eq!(page.matches("data-testid=\"ended-mandate\"").count(), 1);
    }
}

#[tokio::test]
async fn the_operator_registers_signatories_and_guardians() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let company = (COMPANY, Some("Laineen Puu Oy"));
        for (owner, role, until) in [
            ((COMPANY, None), AgentRole::Signatory, None),
            (company, AgentRole::Guardian, None),
            ((HELMI, Some("Helmi")), AgentRole::Guardian, None),
            ((MINOR, Some("Väinö")), AgentRole::Signatory, None),
            (company, AgentRole::Signatory, Some("2026-03-01")),
        ] {
            let refused = register(&site, owner, LIISA, role, until).await;
            assert!(matches!(refused, Err(ActError::Invalid(_))), "{owner:?} {role:?}");
        }
        let (id, mailbox) = register(&site, company, LIISA, AgentRole::Signatory, None)
            .await
            .unwrap();
        assert_eq!(
            register(&site, company, LIISA, AgentRole::Signatory, None)
                .await
                .unwrap(),
            (id, mailbox)
        );
        assert_eq!(site.count(GRANTED).await, 1);
        let owner = RecipientId::parse(COMPANY, true).unwrap().0;
        let listed = site.hub.list_mandates(&owner).await.unwrap();
        assert_eq!((listed.len(), listed[0].active), (1, true));
        assert!(!listed[0].details.contains(LIISA));

        let liisa = Session::begin(&site, LIISA).await;
        let acting = liisa.act_for(&site, "Laineen Puu Oy").await;
        assert_eq!(acting.mailbox, mailbox);
        // The owner's page does not end what the operator registered, nor the operator what an owner granted.
        assert!(matches!(
            site.hub.revoke_mandate(&acting, id).await,
            Err(ActError::NotFound)
        ));
        let own = site
            .hub
            .grant_mandate(&acting, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        assert!(matches!(
            site.hub.revoke_registered_mandate(own).await,
            Err(ActError::NotFound)
        ));
        site.hub.revoke_registered_mandate(id).await.unwrap();
        site.hub.revoke_registered_mandate(id).await.unwrap();
        assert_eq!(site.count(REVOKED).await, 1);
        assert!(matches!(liisa.citizen(&site).await, Err(ActError::MandateEnded)));
        assert!(
            !site
                .hub
                .list_mandates(&owner)
                .await
                .unwrap()
                .iter()
                .any(|it| it.name == id.to_string() && it.active)
        );
    }
}

/// A site with a register outside, and what that answers.
async fn with_register(database: &Database) -> (Site, Register) {
    let register = Register::start().await;
    let names = |name: &str| vec![name.to_owned()];
    let options = RegisterOptions {
        url: register.url(),
        client_id: "hub-1".into(),
        api_key: API_KEY.into(),
        timeout: Duration::from_secs(2),
        hold: Duration::from_secs(15 * 60),
        signatory_roles: names("NIMKO"),
        guardian_roles: names("HUOLTAJA"),
        mandate_roles: names("VIESTIT"),
        allow_artificial: true,
    };
    let settings = Settings {
        mandates: Some(MandateRegister::new(options).unwrap()),
        ..Settings::default()
    };
    (Site::start(database, persons(), settings).await, register)
}

async fn held(site: &Site, session: &Session) -> Vec<(String, AgentRole)> {
    let choices = site.hub.mandate_choices(&session.person(site).await).await.unwrap();
    assert!(!choices.incomplete);
    choices.held.into_iter().map(|it| (it.owner_name, it.role)).collect()
}

#[tokio::test]
async fn a_register_outside_tells_for_whom_a_person_acts() {
    for database in databases() {
        let (site, register) = with_register(&database).await;
        register.says(
            json!([
                { "identifier": COMPANY, "name": "Laineen Puu Oy", "roles": ["TJ", "NIMKO"] },
                { "identifier": "9900003-4", "name": "Toinen Oy", "roles": ["VIESTIT"] },
                { "identifier": "9900004-2", "name": "Kolmas Oy", "roles": ["TJ"] },
            ]),
            json!([
                { "personId": MINOR, "name": "Väinö Salo", "roles": ["HUOLTAJA"] },
                { "personId": HELMI, "name": "Helmi Östersund", "roles": ["HUOLTAJA"] },
                { "personId": EINO, "name": "Eino Koivuranta", "roles": ["VIESTIT"] },
            ]),
        );
        let liisa = Session::begin(&site, LIISA).await;
        let expected = [
            ("Laineen Puu Oy", AgentRole::Signatory),
            ("Toinen Oy", AgentRole::Mandate),
            ("Väinö Salo", AgentRole::Guardian),
            ("Eino Koivuranta", AgentRole::Mandate),
        ];
        let expected: Vec<_> = expected.map(|(name, role)| (name.to_owned(), role)).into();
        assert_eq!(held(&site, &liisa).await, expected);

        let company = liisa.act_for(&site, "Laineen Puu Oy").await;
        assert!(company.decides());
        assert!(company.agency.as_ref().unwrap().mandate.starts_with("127.0.0.1:"));
        site.hub.activate(&company).await.unwrap();
        assert_eq!(site.count(USED).await, 1);
        // The answer holds for its time, and is asked for anew then.
        let asked = register.asked();
        register.says(json!([]), json!([]));
        site.advance(SignedDuration::from_mins(14));
        assert_eq!(liisa.citizen(&site).await.unwrap().mailbox, company.mailbox);
        assert_eq!(register.asked(), asked);
        site.advance(SignedDuration::from_mins(1));
        assert!(matches!(liisa.citizen(&site).await, Err(ActError::MandateEnded)));
        assert!(liisa.citizen(&site).await.unwrap().agency.is_none());
        assert!(register.complaints().is_empty(), "{:?}", register.complaints());
    }
}

#[tokio::test]
async fn an_answer_that_still_says_so_is_believed_for_another_while() {
    let (site, register) = with_register(&Database::Sqlite).await;
    register.says(
        json!([{ "identifier": COMPANY, "name": "Laineen Puu Oy", "roles": ["NIMKO"] }]),
        json!([]),
    );
    let liisa = Session::begin(&site, LIISA).await;
    liisa.act_for(&site, "Laineen Puu Oy").await;
    for _ in 0..3 {
        site.advance(SignedDuration::from_mins(15));
        assert!(liisa.citizen(&site).await.unwrap().agency.is_some());
    }
    let asked = register.asked();
    assert!(liisa.citizen(&site).await.is_ok());
    assert_eq!(register.asked(), asked);
}

#[tokio::test]
async fn a_long_export_asks_the_register_anew() {
    for database in databases() {
        let (site, register) = with_register(&database).await;
        let company = json!([{ "identifier": COMPANY, "name": "Laineen Puu Oy", "roles": ["NIMKO"] }]);
        register.says(company, json!([]));
        let liisa = Session::begin(&site, LIISA).await;
        let acting = liisa.act_for(&site, "Laineen Puu Oy").await;
        let mut export = site.hub.export(&acting).await.unwrap();
        let asked = register.asked();
        site.advance(SignedDuration::from_mins(14));
        assert!(export.summaries(None).await.is_ok());
        assert_eq!(register.asked(), asked, "believed");
        site.advance(SignedDuration::from_mins(1));
        assert!(export.summaries(None).await.is_ok());
        assert!(register.asked() > asked, "and asked anew");
        site.advance(SignedDuration::from_mins(15));
        register.answers(Answers::bad().remove(0));
        assert!(matches!(export.summaries(None).await, Err(ActError::Mandates(_))));
        register.says(json!([]), json!([]));
        assert!(matches!(export.summaries(None).await, Err(ActError::MandateEnded)));
    }
}

#[tokio::test]
async fn a_program_acts_by_a_register_outside_for_as_long_as_it_is_believed() {
    for database in databases() {
        let (site, register) = with_register(&database).await;
        let company = json!([{ "identifier": COMPANY, "name": "Laineen Puu Oy", "roles": ["NIMKO"] }]);
        register.says(company, json!([]));
        let session = Session::begin(&site, LIISA).await;
        let choices = site.hub.mandate_choices(&session.person(&site).await).await.unwrap();
        let key = choices.held[0].key.clone();
        let own = site
            .hub
            .citizen_by_token(&site.access_token(LIISA).await)
            .await
            .unwrap();
        let acting = || site.hub.act_by_token(own.clone(), &key);
        let first = acting().await.unwrap();
        assert!(first.decides() && first.mailbox != own.mailbox && first.own == own.mailbox);
        let asked = register.asked();
        site.advance(SignedDuration::from_mins(14));
        assert_eq!(acting().await.unwrap().mailbox, first.mailbox);
        assert_eq!(register.asked(), asked, "believed");
        site.advance(SignedDuration::from_mins(1));
        assert_eq!(acting().await.unwrap().mailbox, first.mailbox);
        assert!(register.asked() > asked, "and asked anew");
        assert_eq!(site.count(USED).await, 1, "taken up once");
        // Revoked there, it ends here; and nobody acts while that cannot be found out.
        site.advance(SignedDuration::from_mins(15));
        register.answers(Answers::bad().remove(0));
        assert!(matches!(acting().await, Err(ActError::Mandates(_))));
        register.says(json!([]), json!([]));
        assert!(matches!(acting().await, Err(ActError::MandateEnded)));
    }
}

#[tokio::test]
async fn a_register_that_does_not_answer_well_keeps_nobody_from_their_own_mailbox() {
    for database in databases() {
        let (site, register) = with_register(&database).await;
        let company = json!([{ "identifier": COMPANY, "name": "Laineen Puu Oy", "roles": ["NIMKO"] }]);
        for bad in Answers::bad() {
            register.says(company.clone(), json!([]));
            let liisa = Session::begin(&site, LIISA).await;
            let csrf = liisa.act_for(&site, "Laineen Puu Oy").await.csrf().unwrap().to_owned();
            site.advance(SignedDuration::from_mins(15));
            register.answers(bad.clone());
            // Acting for another: nothing is shown or done, and why is told.
            let inbox = liisa.browser.get(site.at("/inbox")).await;
            assert_eq!(inbox.status(), StatusCode::BAD_GATEWAY, "{bad:?}");
            assert!(inbox.text().await.unwrap().contains("data-testid=\"choose-mailbox\""));
            let form = liisa
                .browser
                .post(site.at("/activate"), &[("csrf", &csrf), ("consent", "yes")])
                .await;
            assert_eq!(form.status(), StatusCode::BAD_GATEWAY, "{bad:?}");
            // The way back is open, and the own mailbox works.
            let choice = liisa.browser.get(site.at("/acting")).await.text().await.unwrap();
            assert!(choice.contains("data-testid=\"mandates-incomplete\""), "{bad:?}");
            let back = liisa
                .browser
                .post(site.at("/acting"), &[("csrf", &csrf), ("mandate", "own")])
                .await;
            assert_eq!(back.status(), StatusCode::SEE_OTHER);
            assert_eq!(liisa.browser.get(site.at("/inbox")).await.status(), StatusCode::OK);
            assert_eq!(
                Session::begin(&site, EINO)
                    .await
                    .browser
                    .get(site.at("/inbox"))
                    .await
                    .status(),
                StatusCode::OK
            );
            site.advance(SignedDuration::from_mins(16));
        }
    }
}

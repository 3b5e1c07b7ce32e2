//! Choices: consent to one authority, refusal, going back to paper; what a mailbox out of use still does; the history and its proof.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::identity::BusinessId;
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::event_type::EventType;
use tiedoksi::evidence::verify::{Trust, verify_proof};
use tiedoksi::hub::ActError;
use tiedoksi::hub::registry::NewOrganisation;
use tiedoksi::hub::view::{Opened, SenderChoice};

use crate::harness::{Browser, Database, Settings, Site, databases, location, person};
use crate::sender::{names, sender};

const EINO: &str = "010594Y9032";
const HELMI: &str = "010594Y9021";

async fn site(database: &Database, regime: Regime) -> Site {
    let persons = vec![
        person(EINO, "Eino Olavi", "Koivuranta"),
        person(HELMI, "Helmi", "Östersund-Mäkelä"),
    ];
    let settings = Settings {
        regime,
        ..Settings::default()
    };
    Site::start(database, persons, settings).await
}

async fn csrf(site: &Site, browser: &Browser) -> String {
    let me: Value = browser.get(site.at("/probe/whoami")).await.json().await.unwrap();
    me["csrf"].as_str().unwrap().to_owned()
}

async fn told(site: &Site, citizen: &Citizen) -> Vec<EventType> {
    let page = site.hub.history(citizen, None).await.unwrap();
    page.rows.iter().map(|row| row.event).collect()
}

#[tokio::test]
async fn out_of_use_old_mail_is_read_and_nothing_is_sent_or_received() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let sender = sender(&site, "0208573-0", false).await;
        let eino = site.citizen(EINO).await;
        let browser = site.logged_in(EINO).await;
        site.hub.activate(&eino).await.unwrap();
        let id = sender.sent(&sender.message("A-1", EINO, "Normal")).await;
        let id: MessageId = id.to_string().parse().unwrap();
        site.hub.withdraw(&eino).await.unwrap();

        let refused = sender.send(&sender.message("A-2", EINO, "Normal")).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let Opened::Message(view) = site.hub.open(&eino, id).await.unwrap() else {
            panic!("it is an ordinary message")
        };
        assert!(view.body.contains("myönnetty") && !view.reply_allowed && view.reply_needs_use);
        let page = browser
            .get(site.at(&format!("/messages/{id}")))
            .await
            .text()
            .await
            .unwrap();
        assert!(
            page.contains("reply-needs-use") && !page.contains("data-testid=\"reply\""),
            "{page}"
        );
        assert!(page.contains("href=\"/activate\""));
        assert!(matches!(
            crate::citizen::reply(&site.hub, &eino, id).await,
            Err(ActError::NotInUse)
        ));

        site.hub.activate(&eino).await.unwrap();
        crate::citizen::reply(&site.hub, &eino, id).await.unwrap();
    }
}

#[tokio::test]
async fn consent_to_one_authority_is_given_and_taken_back_on_its_page() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let sender = sender(&site, "0208573-0", true).await;
        let firm = NewOrganisation {
            business_id: BusinessId::parse("9900001-8").unwrap(),
            names: names("Verottaja"),
            requires_consent: false,
            refusable: false,
        };
        let firm = site.hub.add_organisation(firm).await.unwrap();
        let eino = site.citizen(EINO).await;
        site.hub.activate(&eino).await.unwrap();
        let browser = site.logged_in(EINO).await;
        let csrf = csrf(&site, &browser).await;
        let settings = browser.get(site.at("/settings")).await.text().await.unwrap();
        let town = site.hub.mailbox_status(&eino).await.unwrap().senders;
        let town = town.iter().find(|it| it.requires_consent).unwrap().id;
        assert!(settings.contains(&format!("href=\"/senders/{town}\" data-testid=\"choice-give\"")));

        let at = site.at(&format!("/senders/{town}"));
        let page = browser.get(at.clone()).await.text().await.unwrap();
        for text in [
            "0208573-0",
            "Rakennusvalvonta",
            "Mitä suostumus tarkoittaa",
            "choice-give",
            "choice-refuse",
        ] {
            assert!(page.contains(text), "{text}");
        }
        let mut number = 0;
        for (choice, sent) in [
            ("give", StatusCode::OK),
            ("withdraw", StatusCode::BAD_REQUEST),
            ("give", StatusCode::OK),
            ("refuse", StatusCode::BAD_REQUEST),
            ("allow", StatusCode::BAD_REQUEST),
        ] {
            let form = [("csrf", csrf.as_str()), ("choice", choice)];
            let done = browser.post(at.clone(), &form).await;
            assert_eq!(location(&done).unwrap().path(), at.path());
            assert!(
                browser
                    .get(location(&done).unwrap())
                    .await
                    .text()
                    .await
                    .unwrap()
                    .contains("Valintasi on tallennettu")
            );
            number += 1;
            let message = sender.message(&format!("A-{number}"), EINO, "Normal");
            assert_eq!(sender.send(&message).await.status(), sent, "{choice}");
        }

        let refuse = [("csrf", csrf.as_str()), ("choice", "refuse")];
        let firm_page = site.at(&format!("/senders/{firm}"));
        assert!(
            !browser
                .get(firm_page.clone())
                .await
                .text()
                .await
                .unwrap()
                .contains("choice-refuse")
        );
        assert_eq!(browser.post(firm_page, &refuse).await.status(), 403);
        for (path, fields, status) in [
            ("/senders/x", &refuse[..], 404),
            ("/senders/01890a5d-ac96-774b-bcce-b302099a8057", &refuse, 404),
            (at.path(), &[("csrf", csrf.as_str()), ("choice", "adore")], 400),
            (at.path(), &[("choice", "give")], 403),
        ] {
            assert_eq!(
                browser.post(site.at(path), fields).await.status(),
                status,
                "{path} {fields:?}"
            );
        }
        assert_eq!(
            browser
                .get(site.at("/senders/01890a5d-ac96-774b-bcce-b302099a8057"))
                .await
                .status(),
            404
        );
        assert_eq!(site.browser().get(at).await.status(), 303);
    }
}

#[tokio::test]
async fn a_choice_of_paper_shows_its_date_and_ends_in_being_told() {
    for database in databases() {
        let site = site(&database, Regime::Statutory).await;
        let sender = sender(&site, "0208573-0", false).await;
        let browser = site.logged_in(EINO).await;
        let eino = site.citizen(EINO).await;
        site.hub.withdraw(&eino).await.unwrap();
        let page = browser.get(site.at("/settings")).await.text().await.unwrap();
        assert!(
            page.contains("data-testid=\"paper-until\"") && page.contains("2.9.2026"),
            "{page}"
        );
        let page = browser.get(site.at("/activate")).await.text().await.unwrap();
        assert!(page.contains("2.9.2026 klo"), "the date of the choice that stands");
        let page = browser.get(site.at("/settings/history")).await.text().await.unwrap();
        assert!(page.contains("2.9.2026"), "{page}");
        assert_eq!(
            told(&site, &eino).await,
            [
                EventType::MailboxDeactivated,
                EventType::OptOut,
                EventType::MailboxActivated
            ]
        );

        // Logging in meanwhile changes nothing; after the six months it opens the mailbox again, with a notice.
        site.advance(SignedDuration::from_hours(24 * 30));
        assert!(!site.hub.mailbox_status(&site.citizen(EINO).await).await.unwrap().active);
        site.advance(SignedDuration::from_hours(24 * 160));
        let again = site.browser();
        let page = again.follow(site.at(&format!("/auth/login?login_hint={EINO}"))).await;
        assert_eq!(page.url().path(), "/opened");
        let mut sender = sender;
        sender.log_in().await;
        sender.sent(&sender.message("A-1", EINO, "Normal")).await;
    }
}

#[tokio::test]
async fn the_history_shows_every_choice_newest_first_and_who_made_it() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        sender(&site, "0208573-0", true).await;
        let (eino, helmi) = (site.citizen(EINO).await, site.citizen(HELMI).await);
        assert!(site.hub.history(&eino, None).await.unwrap().rows.is_empty());
        assert!(matches!(site.hub.history_proof(&eino).await, Err(ActError::NotFound)));
        site.hub.activate(&eino).await.unwrap();
        let town = site.hub.mailbox_status(&eino).await.unwrap().senders[0].id;
        site.advance(SignedDuration::from_mins(1));
        let guardian = Citizen {
            mailbox: eino.mailbox,
            agency: Some(Agency {
                mandate: "17".into(),
                role: AgentRole::Guardian,
                scope: Scope::Everything,
                owner_name: eino.name.clone(),
            }),
            ..helmi.clone()
        };
        for choice in [
            SenderChoice::Give,
            SenderChoice::Withdraw,
            SenderChoice::Refuse,
            SenderChoice::Allow,
        ] {
            site.hub.choose(&guardian, town, choice).await.unwrap();
        }
        site.hub.withdraw(&eino).await.unwrap();
        let page = site.hub.history(&eino, None).await.unwrap();
        use EventType::{
            ConsentGiven, ConsentWithdrawn, MailboxActivated, MailboxDeactivated, SenderAllowed, SenderRefused,
        };
        let events: Vec<_> = page.rows.iter().map(|row| row.event).collect();
        assert_eq!(
            events,
            [
                MailboxDeactivated,
                ConsentWithdrawn,
                SenderAllowed,
                SenderRefused,
                ConsentWithdrawn,
                ConsentGiven,
                MailboxActivated,
                ConsentGiven
            ]
        );
        for row in &page.rows[2..6] {
            assert_eq!(row.organisation.as_ref().unwrap().fi, "Koekunta");
            let agent = row.agent.as_ref().unwrap();
            assert_eq!(agent.name.as_deref(), Some("Helmi Östersund-Mäkelä"));
            assert_eq!(agent.role.as_deref(), Some("guardian"));
        }
        for row in [&page.rows[0], &page.rows[1], &page.rows[6], &page.rows[7]] {
            assert!(row.agent.is_none() && row.organisation.is_none());
        }
        assert!(
            told(&site, &helmi).await.is_empty(),
            "what she did for him stands in his"
        );
        let browser = site.logged_in(EINO).await;
        let text = browser.get(site.at("/settings/history")).await.text().await.unwrap();
        assert!(text.contains("Tekijä: Helmi Östersund-Mäkelä") && text.contains("Annoit suostumuksen: Koekunta"));
    }
}

#[tokio::test]
async fn the_history_is_paged_and_a_cursor_that_is_none_is_refused() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        sender(&site, "0208573-0", true).await;
        let eino = site.citizen(EINO).await;
        let town = site.hub.mailbox_status(&eino).await.unwrap().senders[0].id;
        for _ in 0..22 {
            site.hub.choose(&eino, town, SenderChoice::Give).await.unwrap();
            site.hub.choose(&eino, town, SenderChoice::Withdraw).await.unwrap();
        }
        let (mut cursor, mut seen) = (None, Vec::new());
        loop {
            let page = site.hub.history(&eino, cursor.as_deref()).await.unwrap();
            seen.push(page.rows.len());
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [20, 20, 4]);
        let bad = site.hub.history(&eino, Some("nonsense")).await;
        assert!(matches!(bad, Err(ActError::Invalid(_))));
        let browser = site.logged_in(EINO).await;
        let page = browser.get(site.at("/settings/history?cursor=%00")).await;
        assert_eq!(page.status(), 400);
        assert_eq!(
            site.browser().get(site.at("/settings/history/proof")).await.status(),
            303
        );
    }
}

#[tokio::test]
async fn the_proof_of_the_choices_holds_for_a_stranger_and_not_when_it_was_changed() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        sender(&site, "0208573-0", true).await;
        let (eino, helmi) = (site.citizen(EINO).await, site.citizen(HELMI).await);
        site.hub.activate(&eino).await.unwrap();
        site.hub.activate(&helmi).await.unwrap();
        let town = site.hub.mailbox_status(&eino).await.unwrap().senders[0].id;
        site.hub.choose(&eino, town, SenderChoice::Give).await.unwrap();
        // Before the log has them, the proof is not complete, and says so.
        let early = site.hub.history_proof(&eino).await.unwrap();
        let verdict = verify_proof(&early, &site.trust());
        assert_eq!(verdict.exit_code(), 1);
        assert!(
            verdict.to_string().contains("record 1 is not in the log yet"),
            "{verdict}"
        );

        site.seal().await;
        let browser = site.logged_in(EINO).await;
        let answer = browser.get(site.at("/settings/history/proof")).await;
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(
            answer.headers()["content-disposition"],
            "attachment; filename=\"tiedoksi-proof-history.json\""
        );
        let proof = answer.bytes().await.unwrap().to_vec();
        let verdict = verify_proof(&proof, &site.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(verdict.to_string().contains("a proof of 3 records"), "{verdict}");
        assert_eq!(verify_proof(&proof, &Trust::none()).exit_code(), 3);
        assert_eq!(
            site.hub.history_proof(&eino).await.unwrap(),
            proof,
            "the seals are kept"
        );
        let json: Value = serde_json::from_slice(&proof).unwrap();
        let events = json["events"].as_array().unwrap();
        let disclosed = |event: &Value| event["disclosures"].as_array().unwrap().len();
        assert_eq!(events.iter().map(disclosed).collect::<Vec<_>>(), [2, 2, 3]);

        let others = site.hub.history_proof(&helmi).await.unwrap();
        assert_eq!(verify_proof(&others, &site.trust()).exit_code(), 0);
        // One changed character anywhere.
        let text = String::from_utf8(proof).unwrap();
        for at in (0..text.len()).step_by(97) {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(verify_proof(&changed, &site.trust()).exit_code(), 1, "at {at}");
        }
        // Another hub's keys.
        let stranger = self::site(&database, Regime::Consent).await;
        assert_eq!(verify_proof(text.as_bytes(), &stranger.trust()).exit_code(), 1);
    }
}

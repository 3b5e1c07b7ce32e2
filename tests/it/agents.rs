//! Acting for another: what an agent may see and do, by whose hand evidence says it was done, and that it ends when the mandate does.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tiedoksi::domain::folder::Filing;
use tiedoksi::domain::id::{AttachmentId, MessageId, OrganisationId};
use tiedoksi::domain::mandate::{AgentRole, Scope};
use tiedoksi::domain::name::Language;
use tiedoksi::domain::principal::{CameBy, Citizen};
use tiedoksi::evidence::proof::DeliveryProof;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;
use tiedoksi::hub::access_log::Accessor;
use tiedoksi::hub::draft::DraftText;
use tiedoksi::hub::view::{Folder, Opened, SenderChoice};

use crate::agent::{COMPANY, EINO, HELMI, LIISA, MINOR, Session, grant, persons, register};
use crate::harness::{Database, Settings, Site, databases, location};
use crate::outsider::with_decoded;
use crate::sender::{Sender, sender};

const USED: &str = "SELECT count(*) FROM event WHERE kind = 'mandate-used'";

async fn site(database: &Database) -> Site {
    Site::start(database, persons(), Settings::default()).await
}

async fn helmi_in_use(site: &Site) -> Citizen {
    let helmi = site.citizen(HELMI).await;
    site.hub.activate(&helmi).await.unwrap();
    helmi
}

async fn sent(sender: &Sender, external_id: &str, to: &str, kind: &str) -> MessageId {
    let id = sender.sent(&sender.message(external_id, to, kind)).await;
    id.to_string().parse().unwrap()
}

fn written(title: &str) -> DraftText {
    crate::citizen::text(title, "Kiitos.")
}

async fn titles(site: &Site, citizen: &Citizen, folder: Folder) -> Vec<MessageId> {
    let page = site.hub.list_folder(citizen, folder, None).await.unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

/// An event of a proof by its public name: what it says, and who stands behind its references.
fn event(proof: &[u8], name: &str) -> (Value, Vec<(String, String)>) {
    let proof: DeliveryProof = serde_json::from_slice(proof).unwrap();
    let read = |event: &tiedoksi::evidence::proof::ProofEvent| -> Value {
        serde_json::from_slice(event.event.as_ref().unwrap()).unwrap()
    };
    let found = proof
        .events
        .iter()
        .find(|it| read(it)["type"].as_str().unwrap().ends_with(name));
    let found = found.unwrap();
    let disclosed = found.disclosures.iter().map(|it| (it.field.clone(), it.value.clone()));
    (read(found), disclosed.collect())
}

#[tokio::test]
async fn an_agent_confirms_and_answers_and_evidence_names_the_agent() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = helmi_in_use(&site).await;
        let id = sent(&sender, "A-1", HELMI, "Verifiable").await;
        let mandate = grant(&site, EINO, Scope::Everything, None);
        let mandate = site.hub.grant_mandate(&helmi, mandate).await.unwrap();

        let eino = Session::begin(&site, EINO).await;
        let own = eino.citizen(&site).await.unwrap();
        assert!(
            matches!(site.hub.open(&own, id).await, Err(ActError::NotFound)),
            "not yet acting"
        );
        let agent = eino.act_for(&site, "Helmi Östersund").await;
        assert_eq!((agent.mailbox, agent.own), (helmi.mailbox, own.mailbox));
        let shown = async || {
            let page = site.at(&format!("/messages/{id}"));
            eino.browser.get(page).await.text().await.unwrap()
        };
        assert!(shown().await.contains("Helmi Östersund on saanut asiakirjan tiedoksi"));
        eino.act_for(&site, "Helmi Östersund").await;
        assert_eq!(site.count(USED).await, 1, "choosing the same again changes nothing");

        assert!(matches!(site.hub.open(&agent, id).await.unwrap(), Opened::Waiting(_)));
        assert!(site.hub.confirm(&agent, id).await.unwrap().served);
        assert!(shown().await.contains("Helmi Östersund sai asiakirjan tiedoksi"));
        let confirmed_by = async |who: &Citizen| match site.hub.open(who, id).await.unwrap() {
            Opened::Message(message) => message.confirmed_by.and_then(Accessor::into_name),
            Opened::Waiting(_) | Opened::Erased(_) => panic!("receipt is confirmed"),
        };
        for told in [&agent, &helmi] {
            assert_eq!(confirmed_by(told).await.as_deref(), Some("Eino Koivuranta"));
        }
        let lent = grant(&site, LIISA, Scope::Everything, None);
        site.hub.grant_mandate(&helmi, lent).await.unwrap();
        let another = Session::begin(&site, LIISA)
            .await
            .act_for(&site, "Helmi Östersund")
            .await;
        assert_eq!(
            confirmed_by(&another).await,
            None,
            "what agents do is the owner's to know"
        );
        let answer = crate::citizen::reply_with(&site.hub, &agent, id, written("Vastaus"), &[])
            .await
            .unwrap();
        let owners = crate::citizen::reply_with(&site.hub, &helmi, id, written("Toinen"), &[])
            .await
            .unwrap();
        site.seal().await;

        let proof = site.hub.proof_as_citizen(&helmi, id).await.unwrap();
        assert_eq!(verify_proof(&proof, &site.trust()).exit_code(), 0);
        for name in ["ConsignmentAcceptance", "ContentHandover"] {
            let (said, disclosed) = event(&proof, name);
            assert_eq!(said["recipient"]["role"], "mandate");
            assert_eq!(said["recipient"]["mandate"], mandate.to_string());
            let who = |field: &str| disclosed.iter().find(|it| it.0 == field).unwrap().1.as_str();
            assert_eq!((who("recipient"), who("actor")), (HELMI, EINO));
            assert!(
                !said.to_string().contains(EINO),
                "an identity code outside the disclosures"
            );
        }
        let (said, _) = event(
            &site.hub.proof_as_citizen(&helmi, answer.id).await.unwrap(),
            "SubmissionAcceptance",
        );
        assert_eq!(said["sender"]["role"], "mandate");

        let (events, _) = sender.feed(None).await;
        let confirmed = events.iter().find(|it| it["type"] == "Receipt confirmed").unwrap();
        assert_eq!(confirmed["metadata"]["receiptConfirmedBy"], "Eino Koivuranta");
        for version in ["v2", "v1"] {
            let told = |id: MessageId| {
                let path = format!("/{version}/messages/{id}");
                let sender = &sender;
                async move { sender.get(&path).await.json::<Value>().await.unwrap()["sender"].clone() }
            };
            let owner = json!({ "id": HELMI, "name": "Helmi Östersund" });
            let agent = json!({ "id": EINO, "name": "Eino Koivuranta" });
            let both = json!({ "mailboxOwner": owner, "personSendingMessageOnBehalfOfMailboxOwner": agent });
            assert_eq!(told(answer.id).await, both, "{version}");
            assert_eq!(told(owners.id).await, json!({ "mailboxOwner": owner }), "{version}");
        }
    }
}

/// Every way to a message, by the acts and by the pages.
async fn finds_nothing(site: &Site, agent: &Session, id: MessageId, file: AttachmentId) {
    let citizen = agent.citizen(site).await.unwrap();
    let hub = &site.hub;
    assert!(matches!(hub.open(&citizen, id).await, Err(ActError::NotFound)));
    assert!(matches!(
        hub.download(&citizen, id, file).await,
        Err(ActError::NotFound)
    ));
    assert!(matches!(hub.confirm(&citizen, id).await, Err(ActError::NotFound)));
    assert!(matches!(hub.reply_target(&citizen, id).await, Err(ActError::NotFound)));
    assert!(matches!(
        crate::citizen::reply_with(hub, &citizen, id, written("a"), &[]).await,
        Err(ActError::NotFound)
    ));
    assert!(matches!(
        hub.proof_as_citizen(&citizen, id).await,
        Err(ActError::NotFound)
    ));
    for path in [
        "",
        "/thread",
        "/attachments.zip",
        "/proof",
        &format!("/attachments/{file}"),
    ] {
        let answer = agent.browser.get(site.at(&format!("/messages/{id}{path}"))).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn scopes_and_recipient_only_hold_on_every_way() {
    for database in databases() {
        let site = site(&database).await;
        let (one, other) = (
            sender(&site, "0208573-0", false).await,
            sender(&site, "9900001-8", false).await,
        );
        let helmi = helmi_in_use(&site).await;
        let with_file = |sender: &Sender, id: &str, visibility: &str, file: &str| {
            let mut message = sender.message(id, HELMI, "Normal");
            message["electronic"]["visibility"] = json!(visibility);
            message["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
            message
        };
        let mut ids = Vec::new();
        for (sender, name, visibility) in [
            (&one, "A-1", "Normal"),
            (&one, "A-2", "Recipient only"),
            (&other, "B-1", "Normal"),
        ] {
            let file = sender.pdf("a.pdf").await;
            let id = sender.sent(&with_file(sender, name, visibility, &file)).await;
            ids.push((
                id.to_string().parse::<MessageId>().unwrap(),
                file.parse::<AttachmentId>().unwrap(),
            ));
        }
        let answer = crate::citizen::reply_with(&site.hub, &helmi, ids[1].0, written("Vain minun"), &[])
            .await
            .unwrap();
        site.execute(
            "INSERT INTO topic (code, name_fi, name_sv, name_en) VALUES ('housing', 'Asuminen', 'Boende', 'Housing')",
        )
        .await;
        site.execute(
            "INSERT INTO service_topic (service_id, topic_code) SELECT id, 'housing' FROM service WHERE code = 'palvelu-9900001-8'",
        )
        .await;
        let choices = site.hub.scope_choices().await.unwrap();
        let first: OrganisationId = choices.organisations[0].0;

        // One authority alone; nothing that its sender meant for the recipient only, nor the answer to it.
        let scope = Scope::Some {
            organisations: [first].into(),
            topics: [].into(),
        };
        site.hub
            .grant_mandate(&helmi, grant(&site, EINO, scope, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let agent = eino.act_for(&site, "Helmi Östersund").await;
        assert_eq!(titles(&site, &agent, Folder::Inbox).await, [ids[0].0]);
        assert!(titles(&site, &agent, Folder::Sent).await.is_empty());
        finds_nothing(&site, &eino, ids[1].0, ids[1].1).await;
        finds_nothing(&site, &eino, ids[2].0, ids[2].1).await;
        assert!(matches!(
            site.hub.open(&agent, answer.id).await,
            Err(ActError::NotFound)
        ));
        assert!(matches!(
            site.hub.open(&agent, ids[0].0).await.unwrap(),
            Opened::Message(_)
        ));

        // The proof tells the agent who the authority is and who the agent is, and no other person.
        site.seal().await;
        let tells = |proof: &[u8], value: &str| String::from_utf8_lossy(&with_decoded(proof)).contains(value);
        for (who, told) in [(&agent, [false, true, true]), (&helmi, [true, true, true])] {
            let proof = site.hub.proof_as_citizen(who, ids[0].0).await.unwrap();
            assert_eq!([HELMI, EINO, "0208573-0"].map(|value| tells(&proof, value)), told);
            let verdict = verify_proof(&proof, &site.trust());
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
            let says = verdict.to_string().contains("identities are left out");
            assert_eq!(says, who.agency.is_some(), "{verdict}");
        }

        // One topic alone.
        let scope = Scope::Some {
            organisations: [].into(),
            topics: ["housing".to_owned()].into(),
        };
        site.hub
            .grant_mandate(&helmi, grant(&site, LIISA, scope, None))
            .await
            .unwrap();
        let liisa = Session::begin(&site, LIISA).await;
        let agent = liisa.act_for(&site, "Helmi Östersund").await;
        assert_eq!(titles(&site, &agent, Folder::Inbox).await, [ids[2].0]);
        finds_nothing(&site, &liisa, ids[0].0, ids[0].1).await;
    }
}

/// An answer that the agent may see, in a thread whose beginning they may not.
#[tokio::test]
async fn a_receipt_tells_an_agent_nothing_of_a_thread_that_is_kept_from_them() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = helmi_in_use(&site).await;
        let mut root = sender.message("CASE-77", HELMI, "Normal");
        root["electronic"]["visibility"] = json!("Recipient only");
        let root: MessageId = sender.sent(&root).await.to_string().parse().unwrap();
        let own = crate::citizen::reply_with(&site.hub, &helmi, root, written("Vain minun"), &[])
            .await
            .unwrap()
            .id;
        let mut next = sender.message("A-2", HELMI, "Normal");
        next["electronic"]["inReplyToMessageId"] = own.get().into();
        let next: MessageId = sender.sent(&next).await.to_string().parse().unwrap();
        site.hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let agent = eino.act_for(&site, "Helmi Östersund").await;
        let answer = crate::citizen::reply_with(&site.hub, &agent, next, written("Vastaus"), &[])
            .await
            .unwrap()
            .id;
        let opened = async |who: &Citizen, id| match site.hub.open(who, id).await.unwrap() {
            Opened::Message(view) => *view,
            Opened::Waiting(_) | Opened::Erased(_) => panic!("it is an ordinary message"),
        };
        for (who, reference, thread, before) in
            [(&helmi, Some("CASE-77"), root, Some(own)), (&agent, None, answer, None)]
        {
            assert_eq!(opened(who, next).await.reply_to, before);
            let receipt = opened(who, answer).await.receipt.unwrap();
            assert_eq!(
                (receipt.reference.as_deref(), receipt.thread),
                (reference, thread.get())
            );
        }
        let page = site.at(&format!("/messages/{answer}"));
        let page = eino.browser.get(page).await.text().await.unwrap();
        assert!(
            !page.contains("CASE-77") && !page.contains(&format!("/messages/{own}")),
            "{page}"
        );
    }
}

/// What is kept from an agent lies between what is shown, more of it than is read at once: the pages are as full as the owner's.
#[tokio::test]
async fn an_agents_pages_are_full_whatever_is_kept_from_them() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = helmi_in_use(&site).await;
        let mut seen = Vec::new();
        for number in 0..5 {
            for hidden in 0..[1, 0, 103, 2, 1][number] {
                let mut message = sender.message(&format!("H-{number}-{hidden}"), HELMI, "Normal");
                message["electronic"]["visibility"] = json!("Recipient only");
                sender.sent(&message).await;
            }
            site.advance(jiff::SignedDuration::from_secs(1));
            seen.push(sent(&sender, &format!("A-{number}"), HELMI, "Normal").await);
        }
        seen.reverse();
        site.hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let agent = Session::begin(&site, EINO)
            .await
            .act_for(&site, "Helmi Östersund")
            .await;
        let page = async |cursor: Option<String>| {
            let page = site
                .hub
                .list_folder_by(&agent, Folder::Inbox, cursor.as_deref(), 2)
                .await
                .unwrap();
            let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
            (ids, page.previous, page.next)
        };
        let (first, none, next) = page(None).await;
        let (second, _, next) = page(next).await;
        let (third, previous, last) = page(next).await;
        assert_eq!([first.clone(), second.clone(), third].concat(), seen);
        assert!(none.is_none() && last.is_none());
        let (again, previous, _) = page(previous).await;
        assert_eq!(again, second);
        assert_eq!(page(previous).await.0, first);
    }
}

#[tokio::test]
async fn a_companys_signatory_is_its_own_hand() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let owner = (COMPANY, Some("Laineen Puu Oy"));
        register(&site, owner, LIISA, AgentRole::Signatory, None).await.unwrap();
        let liisa = Session::begin(&site, LIISA).await;
        let company = liisa.act_for(&site, "Laineen Puu Oy").await;
        site.hub.activate(&company).await.unwrap();
        let mut message = sender.message("A-1", COMPANY, "Normal");
        message["electronic"]["visibility"] = json!("Recipient only");
        let id: MessageId = sender.sent(&message).await.to_string().parse().unwrap();
        assert!(matches!(site.hub.open(&company, id).await.unwrap(), Opened::Message(_)));
        // A mandate that the signatory grants is the company's, not the signatory's own.
        site.hub
            .grant_mandate(&company, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let agent = eino.act_for(&site, "Laineen Puu Oy").await;
        assert!(matches!(site.hub.open(&agent, id).await, Err(ActError::NotFound)));
    }
}

#[tokio::test]
async fn what_the_owner_decides_an_agent_does_not() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = helmi_in_use(&site).await;
        let mandate = site
            .hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let agent = eino.act_for(&site, "Helmi Östersund").await;
        let organisation = site.hub.scope_choices().await.unwrap().organisations[0].0;
        let forbidden =
            |result: Result<(), ActError>| assert!(matches!(result, Err(ActError::OwnerDecides)), "{result:?}");
        forbidden(site.hub.activate(&agent).await);
        forbidden(site.hub.withdraw(&agent).await);
        forbidden(site.hub.choose(&agent, organisation, SenderChoice::Refuse).await);
        forbidden(
            site.hub
                .grant_mandate(&agent, grant(&site, LIISA, Scope::Everything, None))
                .await
                .map(drop),
        );
        forbidden(site.hub.revoke_mandate(&agent, mandate).await);
        forbidden(site.hub.granted_mandates(&agent).await.map(drop));
        forbidden(site.hub.mailbox_status(&agent).await.map(drop));
        forbidden(site.hub.sender_view(&agent, organisation).await.map(drop));
        let of_sender = format!("/senders/{organisation}");
        for path in ["/settings", "/activate", "/mandates", "/mandates/grant", &of_sender] {
            assert_eq!(
                eino.browser.get(site.at(path)).await.status(),
                StatusCode::FORBIDDEN,
                "{path}"
            );
        }
        let inbox = eino.browser.get(site.at("/inbox")).await.text().await.unwrap();
        assert!(inbox.contains("data-testid=\"acting-for\"") && inbox.contains("Helmi Östersund"));
        assert!(!inbox.contains("href=\"/settings\""));
        // Still reachable: nothing of it was done.
        sent(&sender, "A-1", HELMI, "Normal").await;
    }
}

#[tokio::test]
async fn a_guardian_acts_for_a_minor_until_the_eighteenth_birthday() {
    for database in databases() {
        let site = site(&database).await;
        site.clock.set("2034-04-30T20:50:00Z".parse().unwrap());
        register(&site, (MINOR, Some("Väinö Salo")), EINO, AgentRole::Guardian, None)
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let minor = eino.act_for(&site, "Väinö Salo").await;
        site.hub.activate(&minor).await.unwrap();
        site.advance(SignedDuration::from_mins(10));
        assert!(matches!(eino.citizen(&site).await, Err(ActError::MandateEnded)));
        let again = register(&site, (MINOR, None), EINO, AgentRole::Guardian, None).await;
        assert!(
            matches!(again, Err(ActError::Invalid(_))),
            "an adult has no guardian here"
        );
    }
}

#[tokio::test]
async fn what_a_guardian_grants_ends_with_the_guardianship() {
    for database in databases() {
        let site = site(&database).await;
        let (guardianship, _) = register(&site, (MINOR, Some("Väinö Salo")), EINO, AgentRole::Guardian, None)
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let minor = eino.act_for(&site, "Väinö Salo").await;
        site.hub.activate(&minor).await.unwrap();
        let granted = grant(&site, LIISA, Scope::Everything, None);
        site.hub.grant_mandate(&minor, granted.clone()).await.unwrap();
        let late = tiedoksi::domain::mandate::Grant {
            term: tiedoksi::domain::mandate::Term::of_days("2034-05-01".parse().unwrap(), None),
            ..granted
        };
        assert!(matches!(
            site.hub.grant_mandate(&minor, late).await,
            Err(ActError::Invalid(_))
        ));
        let in_force = site.hub.granted_mandates(&minor).await.unwrap().in_force;
        let of_liisa = in_force.iter().find(|it| it.role == AgentRole::Mandate).unwrap();
        assert_eq!(of_liisa.term.ends.unwrap().to_string(), "2034-04-30T21:00:00Z");

        let liisa = Session::begin(&site, LIISA).await;
        liisa.act_for(&site, "Väinö Salo").await;
        site.hub.revoke_registered_mandate(guardianship).await.unwrap();
        for agent in [&eino, &liisa] {
            assert!(matches!(agent.citizen(&site).await, Err(ActError::MandateEnded)));
        }
        let revoked = "SELECT count(*) FROM event WHERE kind = 'mandate-revoked'";
        assert_eq!(site.count(revoked).await, 2);

        // One that has a last day of its own lends no more than that.
        register(&site, (MINOR, None), EINO, AgentRole::Guardian, Some("2026-06-30"))
            .await
            .unwrap();
        let minor = eino.act_for(&site, "Väinö Salo").await;
        site.hub
            .grant_mandate(&minor, grant(&site, LIISA, Scope::Everything, None))
            .await
            .unwrap();
        let in_force = site.hub.granted_mandates(&minor).await.unwrap().in_force;
        let of_liisa = in_force.iter().find(|it| it.role == AgentRole::Mandate).unwrap();
        assert_eq!(of_liisa.term.ends.unwrap().to_string(), "2026-06-30T21:00:00Z");
    }
}

#[tokio::test]
async fn a_mandate_ends_at_midnight() {
    for database in databases() {
        let site = site(&database).await;
        let helmi = helmi_in_use(&site).await;
        let until_today = grant(&site, EINO, Scope::Everything, Some("2026-03-02"));
        site.hub.grant_mandate(&helmi, until_today).await.unwrap();
        site.clock.set("2026-03-02T21:50:00Z".parse().unwrap());
        let eino = Session::begin(&site, EINO).await;
        eino.act_for(&site, "Helmi Östersund").await;
        site.clock.set("2026-03-02T21:59:59Z".parse().unwrap());
        assert!(eino.citizen(&site).await.unwrap().agency.is_some());
        site.clock.set("2026-03-02T22:00:00Z".parse().unwrap());
        assert!(matches!(eino.citizen(&site).await, Err(ActError::MandateEnded)));
        assert!(
            eino.citizen(&site).await.unwrap().agency.is_none(),
            "told once, then in the own mailbox"
        );
        let choices = site.hub.mandate_choices(&eino.person(&site).await).await.unwrap();
        assert!(choices.held.is_empty());
    }
}

#[tokio::test]
async fn revoked_while_the_page_is_open_nothing_more_is_shown_or_done() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = helmi_in_use(&site).await;
        let id = sent(&sender, "A-1", HELMI, "Verifiable").await;
        let mandate = site
            .hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let csrf = eino.act_for(&site, "Helmi Östersund").await.csrf().unwrap().to_owned();
        assert_eq!(
            eino.browser.get(site.at(&format!("/messages/{id}"))).await.status(),
            StatusCode::OK
        );

        site.hub.revoke_mandate(&helmi, mandate).await.unwrap();
        let confirm = site.at(&format!("/messages/{id}/confirm"));
        let refused = eino.browser.post(confirm.clone(), &[("csrf", &csrf)]).await;
        assert_eq!(location(&refused).unwrap(), site.at("/acting?ended=yes"));
        let page = eino
            .browser
            .get(location(&refused).unwrap())
            .await
            .text()
            .await
            .unwrap();
        assert!(page.contains("data-testid=\"acting-ended\"") && !page.contains("Helmi"));
        // The session is back in the own mailbox, where the old page's form counts for nothing.
        assert_eq!(
            eino.browser.post(confirm, &[("csrf", &csrf)]).await.status(),
            StatusCode::FORBIDDEN
        );
        let gone = eino.browser.get(site.at(&format!("/messages/{id}"))).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
        assert!(matches!(site.hub.open(&helmi, id).await.unwrap(), Opened::Waiting(_)));
    }
}

/// A request's head came in time, and its body after the end: the act asks again.
#[tokio::test]
async fn an_act_whose_authority_has_ended_since_changes_nothing() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let owner = Session::begin(&site, HELMI).await;
        let helmi = owner.citizen(&site).await.unwrap();
        site.hub.activate(&helmi).await.unwrap();
        let waiting = sent(&sender, "A-1", HELMI, "Verifiable").await;
        let ordinary = sent(&sender, "A-2", HELMI, "Normal").await;
        let granted = grant(&site, EINO, Scope::Everything, None);
        let mandate = site.hub.grant_mandate(&helmi, granted.clone()).await.unwrap();
        let agent = Session::begin(&site, EINO)
            .await
            .act_for(&site, "Helmi Östersund")
            .await;
        let draft = site.hub.begin_reply(&agent, ordinary, String::new()).await.unwrap();
        let of_helmi = site.hub.begin_reply(&helmi, ordinary, String::new()).await.unwrap();

        site.hub.revoke_mandate(&helmi, mandate).await.unwrap();
        let before = site.count("SELECT count(*) FROM event").await;
        let hub = &site.hub;
        let refused = [
            hub.open(&agent, ordinary).await.map(drop),
            hub.confirm(&agent, waiting).await.map(drop),
            hub.save_draft(&agent, draft, written("Myöhässä")).await.map(drop),
            hub.send_draft(&agent, draft, written("Myöhässä")).await.map(drop),
            hub.delete_draft(&agent, draft).await,
            hub.file(&agent, Filing::Delete, &[ordinary]).await.map(drop),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(ActError::MandateEnded)), "{refused:?}");
        }
        hub.end_session(&helmi).await.unwrap();
        let refused = [
            hub.confirm(&helmi, waiting).await.map(drop),
            hub.send_draft(&helmi, of_helmi, written("Myöhässä")).await.map(drop),
            hub.file(&helmi, Filing::Archive, &[ordinary]).await.map(drop),
            hub.grant_mandate(&helmi, granted).await.map(drop),
            hub.withdraw(&helmi).await,
            hub.set_contact(&helmi, "helmi@example.fi", Language::Fi)
                .await
                .map(drop),
            hub.export(&helmi).await.map(drop),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(ActError::NotLoggedIn)), "{refused:?}");
        }
        assert_eq!(site.count("SELECT count(*) FROM event").await, before);

        // A token that expired since its request came.
        let mut helmi = Session::begin(&site, HELMI).await.citizen(&site).await.unwrap();
        helmi.came_by = CameBy::Token {
            until: site.hub.now() + SignedDuration::from_secs(1),
        };
        hub.open(&helmi, ordinary).await.unwrap();
        site.advance(SignedDuration::from_secs(1));
        assert!(matches!(hub.confirm(&helmi, waiting).await, Err(ActError::NotLoggedIn)));
    }
}

#[tokio::test]
async fn a_form_counts_in_the_mailbox_that_its_page_showed() {
    for database in databases() {
        let site = site(&database).await;
        register(
            &site,
            (COMPANY, Some("Laineen Puu Oy")),
            LIISA,
            AgentRole::Signatory,
            None,
        )
        .await
        .unwrap();
        let liisa = Session::begin(&site, LIISA).await;
        let own = liisa.citizen(&site).await.unwrap();
        let company = liisa.act_for(&site, "Laineen Puu Oy").await;
        assert_ne!(own.csrf(), company.csrf());
        let activate = |csrf: String| {
            let browser = &liisa.browser;
            let url = site.at("/activate");
            async move {
                browser
                    .post(url, &[("csrf", csrf.as_str()), ("consent", "yes")])
                    .await
                    .status()
            }
        };
        assert_eq!(activate(own.csrf().unwrap().to_owned()).await, StatusCode::FORBIDDEN);
        assert_eq!(
            activate(company.csrf().unwrap().to_owned()).await,
            StatusCode::SEE_OTHER
        );
        // What concerns the person and the session takes a token of either; switching back is such a thing, and so is logging out.
        let fields = [
            ("csrf", company.csrf().unwrap()),
            ("mandate", "own"),
            ("return_to", "/sent"),
        ];
        let back = liisa.browser.post(site.at("/acting"), &fields).await;
        assert_eq!(location(&back).unwrap(), site.at("/sent"));
        assert_eq!(
            activate(company.csrf().unwrap().to_owned()).await,
            StatusCode::FORBIDDEN
        );
        let elsewhere = [
            ("csrf", own.csrf().unwrap()),
            ("mandate", "own"),
            ("return_to", "https://evil.example/"),
        ];
        let back = liisa.browser.post(site.at("/acting"), &elsewhere).await;
        assert_eq!(location(&back).unwrap(), site.at("/inbox"));
        liisa.act_for(&site, "Laineen Puu Oy").await;
        let out = liisa
            .browser
            .post(site.at("/auth/logout"), &[("csrf", company.csrf().unwrap())])
            .await;
        assert_eq!(out.status(), StatusCode::SEE_OTHER);
        assert!(matches!(liisa.citizen(&site).await, Err(ActError::NotLoggedIn)));
    }
}

#[tokio::test]
async fn there_is_no_agent_of_an_agent_and_no_use_of_anothers_mandate() {
    for database in databases() {
        let site = site(&database).await;
        let helmi = helmi_in_use(&site).await;
        let eino_own = site.citizen(EINO).await;
        let helmis = site
            .hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        site.hub
            .grant_mandate(&eino_own, grant(&site, LIISA, Scope::Everything, None))
            .await
            .unwrap();
        let liisa = Session::begin(&site, LIISA).await;
        liisa.act_for(&site, "Eino Koivuranta").await;
        let person = liisa.person(&site).await;
        let choices = site.hub.mandate_choices(&person).await.unwrap();
        let names: Vec<_> = choices.held.iter().map(|it| it.owner_name.as_str()).collect();
        assert_eq!(names, ["Eino Koivuranta"]);
        for key in [
            helmis.to_string(),
            "x".into(),
            String::new(),
            "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        ] {
            assert!(
                matches!(site.hub.act_for(&person, &key).await, Err(ActError::NotFound)),
                "{key}"
            );
        }
        assert_eq!(liisa.citizen(&site).await.unwrap().mailbox, eino_own.mailbox);
    }
}

#[tokio::test]
async fn who_may_act_for_another_chooses_after_login() {
    for database in databases() {
        let site = site(&database).await;
        let helmi = helmi_in_use(&site).await;
        site.hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        for (id, path) in [(EINO, "/acting"), (LIISA, "/sent")] {
            let browser = site.browser();
            let login = site.at(&format!("/auth/login?return_to=/sent&login_hint={id}"));
            assert_eq!(browser.follow(login).await.url().path(), path);
        }
    }
}

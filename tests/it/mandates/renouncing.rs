//! Mandates that nobody asked for: their holder gives them up, and there is a limit to what an owner can heap upon one person.

use jiff::SignedDuration;
use reqwest::StatusCode;
use tiedoksi::domain::mandate::{AgentRole, Grant, MOST_GRANTED, MOST_TO_ONE, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::HistoryEntry;

use super::{GRANTED, REVOKED};
use crate::agent::{COMPANY, EINO, HELMI, LIISA, MINOR, Session, grant, persons, register, signatory};
use crate::harness::{Settings, Site, databases, location};

/// A grant of everything to Eino or another, which differs from the others of the same person by its last day.
fn for_days(site: &Site, agent: &str, days: usize) -> Grant {
    let mut grant = grant(site, agent, Scope::Everything, None);
    grant.term.ends = Some(site.hub.now() + SignedDuration::from_hours(24 * i64::try_from(days).unwrap()));
    grant
}

/// An artificial identity code.
fn artificial(number: usize) -> String {
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(10_594_000 + number) % 31];
    format!("010594Y{number}{}", char::from(check))
}

async fn newest_choice(site: &Site, owner: &Citizen) -> HistoryEntry {
    site.seal().await;
    site.hub.history(owner, None).await.unwrap().rows.swap_remove(0)
}

#[tokio::test]
async fn who_holds_a_mandate_gives_it_up_in_the_page() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let helmi = site.citizen(HELMI).await;
        let id = site
            .hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let elsewhere = Session::begin(&site, EINO).await;
        for session in [&eino, &elsewhere] {
            session.act_for(&site, "Helmi Östersund").await;
        }
        let ask = site.at(&format!("/mandates/renounce?mandate={id}"));
        let page = eino.browser.get(site.at("/acting")).await.text().await.unwrap();
        assert_eq!(page.matches("data-testid=\"renounce\"").count(), 1);
        assert!(page.contains(&format!("href=\"/mandates/renounce?mandate={id}\"")));
        let page = eino.browser.get(ask.clone()).await.text().await.unwrap();
        assert!(page.contains("Helmi Östersund") && page.contains("data-testid=\"confirm-renounce\""));

        // Nobody else's, no form of another site, and nothing by looking at the page.
        let liisa = Session::begin(&site, LIISA).await;
        let own = async |session: &Session| session.citizen(&site).await;
        let csrf = own(&liisa).await.unwrap().csrf().unwrap().to_owned();
        let send = async |session: &Session, csrf: &str, mandate: &str| {
            let fields = [("csrf", csrf), ("mandate", mandate)];
            session.browser.post(site.at("/mandates/renounce"), &fields).await
        };
        let id = id.to_string();
        assert_eq!(send(&liisa, &csrf, &id).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(liisa.browser.get(ask.clone()).await.status(), StatusCode::NOT_FOUND);
        let csrf = own(&eino).await.unwrap().csrf().unwrap().to_owned();
        assert_eq!(send(&eino, "x", &id).await.status(), StatusCode::FORBIDDEN);
        for wrong in ["", "x", "018f3b2e-0000-7000-8000-000000000001", "own"] {
            assert_eq!(
                send(&eino, &csrf, wrong).await.status(),
                StatusCode::NOT_FOUND,
                "{wrong}"
            );
        }
        let own_page = Session::begin(&site, HELMI).await;
        let owners = own(&own_page).await.unwrap().csrf().unwrap().to_owned();
        assert_eq!(
            send(&own_page, &owners, &id).await.status(),
            StatusCode::NOT_FOUND,
            "the owner revokes"
        );
        assert_eq!(site.count(REVOKED).await, 0);

        // At once and everywhere; the session that acted by it is in its own mailbox again. Twice is once.
        let done = send(&eino, &csrf, &id).await;
        assert_eq!(location(&done).unwrap(), site.at("/acting?renounced=yes"));
        let page = eino.browser.get(location(&done).unwrap()).await.text().await.unwrap();
        assert!(page.contains("role=\"status\"") && !page.contains("data-testid=\"acting-choice\""));
        assert!(own(&eino).await.unwrap().agency.is_none());
        assert!(matches!(own(&elsewhere).await, Err(ActError::MandateEnded)));
        let csrf = own(&eino).await.unwrap().csrf().unwrap().to_owned();
        assert_eq!(send(&eino, &csrf, &id).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(eino.browser.get(ask).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(site.count(REVOKED).await, 1);

        // The owner reads who did it, in evidence.
        let choice = newest_choice(&site, &helmi).await;
        assert!(choice.renounced && choice.index.is_some());
        assert_eq!(choice.agent.unwrap().name.unwrap(), "Eino Koivuranta");
        let history = own_page.browser.get(site.at("/settings/history?lang=fi")).await;
        assert!(history.text().await.unwrap().contains("luopui valtuudesta"));
        let proof = site.hub.history_proof(&helmi).await.unwrap();
        assert!(
            String::from_utf8(proof).unwrap().contains(EINO),
            "the actor is disclosed to the owner"
        );

        // What the owner revokes is told as before, and a new grant holds.
        let again = site
            .hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        site.hub.revoke_mandate(&helmi, again).await.unwrap();
        assert!(!newest_choice(&site, &helmi).await.renounced);
    }
}

#[tokio::test]
async fn giving_up_and_revoking_at_once_is_one_end() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let helmi = site.citizen(HELMI).await;
        let id = site
            .hub
            .grant_mandate(&helmi, grant(&site, EINO, Scope::Everything, None))
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await.person(&site).await;
        let key = id.to_string();
        let (one, two, three) = tokio::join!(
            site.hub.renounce_mandate(&eino, &key),
            site.hub.revoke_mandate(&helmi, id),
            site.hub.renounce_mandate(&eino, &key),
        );
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(site.count(REVOKED).await, 1);
    }
}

#[tokio::test]
async fn what_the_operator_registered_is_not_given_up() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let (of_company, _) = signatory(&site, EINO).await;
        let (of_minor, _) = register(&site, (MINOR, Some("Väinö Salo")), EINO, AgentRole::Guardian, None)
            .await
            .unwrap();
        let eino = Session::begin(&site, EINO).await;
        let person = eino.person(&site).await;
        for id in [of_company, of_minor] {
            let refused = site.hub.renounce_mandate(&person, &id.to_string()).await;
            assert!(matches!(refused, Err(ActError::NotFound)));
        }
        let page = eino.browser.get(site.at("/acting")).await.text().await.unwrap();
        assert_eq!(page.matches("data-testid=\"acting-choice\"").count(), 2);
        assert!(!page.contains("data-testid=\"renounce\""));
        assert_eq!(site.count(REVOKED).await, 0);
    }
}

#[tokio::test]
async fn one_person_gets_few_mandates_from_one_owner_also_two_at_once() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let helmi = Session::begin(&site, HELMI).await;
        let owner = helmi.citizen(&site).await.unwrap();
        let grants = (1..=2 * MOST_TO_ONE).map(|days| site.hub.grant_mandate(&owner, for_days(&site, EINO, days)));
        let granted = futures::future::join_all(grants).await;
        let (granted, refused): (Vec<_>, Vec<_>) = granted.into_iter().partition(Result::is_ok);
        assert_eq!(granted.len(), MOST_TO_ONE);
        for refused in refused {
            let Err(ActError::Invalid(found)) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!((found[0].pointer.as_str(), found[0].code), ("/agent", "too-many"));
        }
        assert_eq!(site.count(GRANTED).await, i64::try_from(MOST_TO_ONE).unwrap());

        // The page says so beside the field, whether the hub knows the person or not; another one finds room.
        let fields = [
            ("csrf", owner.csrf().unwrap()),
            ("agent", EINO),
            ("name", "Eino"),
            ("scope", "everything"),
        ];
        let refused = helmi.browser.post(site.at("/mandates/grant?lang=fi"), &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.unwrap();
        assert!(page.contains("enintään 5 voimassa olevaa valtuutta"), "{page}");
        site.hub
            .grant_mandate(&owner, grant(&site, LIISA, Scope::Everything, None))
            .await
            .unwrap();
        // Ended ones do not count.
        let first = *granted[0].as_ref().unwrap();
        let eino = Session::begin(&site, EINO).await;
        site.hub
            .renounce_mandate(&eino.person(&site).await, &first.to_string())
            .await
            .unwrap();
        site.hub
            .grant_mandate(&owner, for_days(&site, EINO, 100))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn there_is_a_limit_to_an_owners_grants_and_the_operator_finds_room_beside_them() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let (_, mailbox) = signatory(&site, EINO).await;
        let company = Session::begin(&site, EINO).await.act_for(&site, "Laineen Puu Oy").await;
        assert_eq!(company.mailbox, mailbox);
        let agents: Vec<_> = (910..910 + MOST_GRANTED / MOST_TO_ONE).map(artificial).collect();
        let wanted = agents
            .iter()
            .flat_map(|agent| (1..=MOST_TO_ONE).map(move |days| (agent, days)));
        // Two more than there may be, all at once.
        let last = artificial(990);
        let wanted = wanted.chain([(&last, 1), (&last, 2)]);
        let grants = wanted.map(|(agent, days)| site.hub.grant_mandate(&company, for_days(&site, agent, days)));
        let granted = futures::future::join_all(grants).await;
        let (granted, refused): (Vec<_>, Vec<_>) = granted.into_iter().partition(Result::is_ok);
        assert_eq!((granted.len(), refused.len()), (MOST_GRANTED, 2));
        for refused in refused {
            assert!(matches!(refused, Err(ActError::Invalid(found)) if found[0].code == "too-many"));
        }
        register(&site, (COMPANY, None), LIISA, AgentRole::Signatory, None)
            .await
            .unwrap();
        let ended = *granted[0].as_ref().unwrap();
        site.hub.revoke_mandate(&company, ended).await.unwrap();
        site.hub
            .grant_mandate(&company, for_days(&site, &last, 3))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn grants_of_others_do_not_push_out_what_the_operator_registered() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        for owner in [HELMI, LIISA] {
            let owner = site.citizen(owner).await;
            for days in 1..=MOST_TO_ONE {
                site.hub
                    .grant_mandate(&owner, for_days(&site, EINO, days))
                    .await
                    .unwrap();
            }
        }
        signatory(&site, EINO).await;
        let eino = Session::begin(&site, EINO).await.person(&site).await;
        let choices = site.hub.mandate_choices(&eino).await.unwrap().held;
        assert_eq!(choices.len(), 1 + 2 * MOST_TO_ONE);
        assert_eq!(choices[0].owner_name, "Laineen Puu Oy");
    }
}

//! The owner's e-mail address: shown to be theirs by a code, changed, guessed at; and activation, which waits for it.

use jiff::SignedDuration;
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::name::Language;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::AddressSet;

use crate::harness::{Browser, Database, Settings, Site, databases, location, person};
use crate::postbox::{code_for, mails_to};

const EINO: &str = "010594Y9032";
const HELMI: &str = "010594Y9021";
const ADDRESS: &str = "eino@posti.example";
const OTHER: &str = "eino.koivuranta@posti.example";

async fn site(database: &Database, regime: Regime) -> Site {
    let persons = vec![
        person(EINO, "Eino Olavi", "Koivuranta"),
        person(HELMI, "Helmi", "Östersund-Mäkelä"),
    ];
    let settings = Settings {
        regime,
        require_email: true,
        ..Settings::default()
    };
    Site::start(database, persons, settings).await
}

/// The code of the one violation that an act names.
fn refusal(result: Result<(), ActError>) -> &'static str {
    match result {
        Err(ActError::Invalid(found)) => found[0].code,
        other => panic!("{other:?}"),
    }
}

async fn in_use(site: &Site, citizen: &Citizen) -> Option<String> {
    let contact = site.hub.contact(citizen).await.unwrap();
    contact.verified.map(|it| it.address.reveal().to_owned())
}

fn another(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn csrf(site: &Site, browser: &Browser) -> String {
    let me: serde_json::Value = browser.get(site.at("/probe/whoami")).await.json().await.unwrap();
    me["csrf"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn activation_goes_by_address_code_and_consent() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let browser = site.logged_in(EINO).await;
        let eino = site.citizen(EINO).await;
        assert!(matches!(site.hub.activate(&eino).await, Err(ActError::Forbidden(_))));
        let csrf = csrf(&site, &browser).await;
        let consent = [("csrf", csrf.as_str()), ("consent", "yes")];
        assert_eq!(browser.post(site.at("/activate"), &consent).await.status(), 403);

        let first = browser.get(site.at("/activate")).await;
        assert_eq!(location(&first).unwrap(), site.at("/contact?next=activate"));
        let page = browser.follow(site.at("/activate")).await.text().await.unwrap();
        assert!(
            page.contains("Vaihe 1/3") && page.contains("autocomplete=\"email\""),
            "{page}"
        );
        let wrong = [("csrf", csrf.as_str()), ("next", "activate"), ("address", "\"><b>eino")];
        let wrong = browser.post(site.at("/contact"), &wrong).await;
        assert_eq!(wrong.status(), 422);
        let wrong = wrong.text().await.unwrap();
        assert!(wrong.contains("Virhe:") && wrong.contains("href=\"#address\"") && !wrong.contains("\"><b>eino"));

        let given = [("csrf", csrf.as_str()), ("next", "activate"), ("address", ADDRESS)];
        let next = browser.post(site.at("/contact"), &given).await;
        assert_eq!(location(&next).unwrap(), site.at("/contact/verify?next=activate"));
        let page = browser.get(location(&next).unwrap()).await.text().await.unwrap();
        assert!(page.contains("Vaihe 2/3") && page.contains(ADDRESS));
        assert!(page.contains("autocomplete=\"one-time-code\"") && page.contains("inputmode=\"numeric\""));
        let code = code_for(&site, ADDRESS).await;
        let typed = another(&code);
        let wrong = [("csrf", csrf.as_str()), ("next", "activate"), ("code", typed.as_str())];
        let wrong = browser.post(site.at("/contact/verify"), &wrong).await;
        assert_eq!(wrong.status(), 422);
        assert!(wrong.text().await.unwrap().contains("Voit yrittää vielä 4 kertaa"));
        assert!(!site.hub.mailbox_status(&eino).await.unwrap().active);

        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        let right = [("csrf", csrf.as_str()), ("next", "activate"), ("code", spaced.as_str())];
        let next = browser.post(site.at("/contact/verify"), &right).await;
        assert_eq!(location(&next).unwrap(), site.at("/activate"));
        let page = browser.get(site.at("/activate")).await.text().await.unwrap();
        assert!(page.contains("Vaihe 3/3"), "{page}");
        let done = browser.post(site.at("/activate"), &consent).await;
        assert_eq!(location(&done).unwrap(), site.at("/inbox?done=activated"));
        let page = browser.get(location(&done).unwrap()).await.text().await.unwrap();
        assert!(!page.contains("needs-address"));
        // Withdrawn and activated again: the address is still verified, and only consent is asked.
        site.hub.withdraw(&eino).await.unwrap();
        assert_eq!(browser.get(site.at("/activate")).await.status(), 200);
        site.hub.activate(&eino).await.unwrap();
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'contact-verified'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn by_law_the_mailbox_opens_before_and_a_banner_asks_for_the_address() {
    for database in databases() {
        let site = site(&database, Regime::Statutory).await;
        let browser = site.logged_in(EINO).await;
        let inbox = || async { browser.get(site.at("/inbox")).await.text().await.unwrap() };
        let page = inbox().await;
        assert!(page.contains("needs-address") && !page.contains("data-testid=\"inactive\""));
        let eino = site.citizen(EINO).await;
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        assert!(inbox().await.contains("needs-address"), "until it is verified");
        let code = code_for(&site, ADDRESS).await;
        site.hub.verify_contact(&eino, &code).await.unwrap();
        assert!(!inbox().await.contains("needs-address"));
        // On paper nobody asks; back by one's own choice no address is needed.
        let helmi = site.citizen(HELMI).await;
        site.hub.withdraw(&helmi).await.unwrap();
        site.hub.activate(&helmi).await.unwrap();
        assert!(site.hub.mailbox_status(&helmi).await.unwrap().needs_address);
    }
}

#[tokio::test]
async fn a_code_ends_by_guesses_by_time_and_by_the_next_one() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let (eino, helmi) = (site.citizen(EINO).await, site.citizen(HELMI).await);
        let verify = |code: String| {
            let (hub, eino) = (&site.hub, &eino);
            async move { hub.verify_contact(eino, &code).await }
        };
        assert_eq!(refusal(verify("123456".into()).await), "no-code");
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        let code = code_for(&site, ADDRESS).await;
        // Somebody else's code, and what is no code at all.
        assert_eq!(refusal(site.hub.verify_contact(&helmi, &code).await), "no-code");
        for (typed, told, left) in [
            (another(&code), "wrong-code", 4),
            (String::new(), "not-a-code", 4),
            ("x".repeat(100_000), "not-a-code", 4),
            ("0".into(), "not-a-code", 4),
            ("١٢٣٤٥٦".into(), "not-a-code", 4),
            (another(&code), "wrong-code", 3),
            (another(&code), "wrong-code", 2),
            (another(&code), "wrong-code", 1),
        ] {
            assert_eq!(refusal(verify(typed).await), told);
            let pending = site.hub.contact(&eino).await.unwrap().pending.unwrap();
            assert_eq!(pending.attempts_left, left);
        }
        assert_eq!(refusal(verify(another(&code)).await), "code-over");
        assert_eq!(refusal(verify(code).await), "code-over", "also the right one");

        site.advance(SignedDuration::from_mins(1));
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        let old = code_for(&site, ADDRESS).await;
        site.advance(SignedDuration::from_mins(1));
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        let new = code_for(&site, ADDRESS).await;
        assert_eq!(mails_to(&site, ADDRESS).len(), 3);
        if old != new {
            assert_eq!(refusal(verify(old).await), "wrong-code");
        }
        site.advance(SignedDuration::from_mins(30));
        assert_eq!(refusal(verify(new).await), "code-over");
        assert_eq!(in_use(&site, &eino).await, None);
    }
}

#[tokio::test]
async fn three_codes_an_hour_and_no_more() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let eino = site.citizen(EINO).await;
        for address in ["a@posti.example", "b@posti.example", "c@posti.example"] {
            site.hub.set_contact(&eino, address, Language::Fi).await.unwrap();
            site.advance(SignedDuration::from_mins(10));
        }
        let fourth = || async { site.hub.set_contact(&eino, "d@posti.example", Language::Fi).await };
        assert_eq!(refusal(fourth().await.map(drop)), "too-many-codes");
        assert_eq!(site.count("SELECT count(*) FROM mail").await, 3);
        // The one that waits is still the third, and its code is still good.
        let pending = site.hub.contact(&eino).await.unwrap().pending.unwrap();
        assert_eq!(pending.address.reveal(), "c@posti.example");
        let code = code_for(&site, "c@posti.example").await;
        site.hub.verify_contact(&eino, &code).await.unwrap();
        site.advance(SignedDuration::from_mins(29));
        assert_eq!(refusal(fourth().await.map(drop)), "too-many-codes");
        site.advance(SignedDuration::from_mins(1));
        assert_eq!(fourth().await.unwrap(), AddressSet::CodeSent);
        // Ten at once are three as well.
        site.advance(SignedDuration::from_hours(2));
        let all = futures::future::join_all((0..10).map(|_| fourth())).await;
        assert_eq!(all.iter().filter(|it| it.is_ok()).count(), 3);
    }
}

#[tokio::test]
async fn the_old_address_stays_until_the_new_one_is_verified_and_is_told_then() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let eino = site.citizen(EINO).await;
        site.hub.set_contact(&eino, ADDRESS, Language::Sv).await.unwrap();
        let code = code_for(&site, ADDRESS).await;
        site.hub.verify_contact(&eino, &code).await.unwrap();
        // The same code again, as a double click sends it.
        site.hub.verify_contact(&eino, &code).await.unwrap();
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'contact-verified'")
                .await,
            1
        );

        site.hub.set_contact(&eino, OTHER, Language::En).await.unwrap();
        assert_eq!(in_use(&site, &eino).await.as_deref(), Some(ADDRESS));
        assert_eq!(refusal(site.hub.verify_contact(&eino, &code).await), "wrong-code");
        let code = code_for(&site, OTHER).await;
        let twice = tokio::join!(
            site.hub.verify_contact(&eino, &code),
            site.hub.verify_contact(&eino, &code)
        );
        assert!(twice.0.is_ok() && twice.1.is_ok());
        assert_eq!(in_use(&site, &eino).await.as_deref(), Some(OTHER));
        site.hub.send_mail().await.unwrap();
        let told = mails_to(&site, ADDRESS);
        assert_eq!(told.len(), 2, "the code, and one word of the change");
        assert!(told[1].contains("Content-Language: sv"), "{}", told[1]);
        assert!(!told[1].contains(OTHER) && !told[1].contains("://"));
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'contact-verified'")
                .await,
            2
        );

        // The address in use again is no change: no code, a new language, and what waited is forgotten.
        site.hub.set_contact(&eino, ADDRESS, Language::En).await.unwrap();
        let set = site
            .hub
            .set_contact(&eino, " eino.koivuranta@POSTI.example ", Language::Fi)
            .await;
        assert_eq!(set.unwrap(), AddressSet::InUse);
        let contact = site.hub.contact(&eino).await.unwrap();
        assert_eq!(contact.verified.unwrap().language, Language::Fi);
        assert!(contact.pending.is_none());

        // Evidence says that it was done, and not which address it was.
        site.seal().await;
        let proof = String::from_utf8(site.hub.history_proof(&eino).await.unwrap()).unwrap();
        assert!(!proof.contains("posti.example"));
    }
}

#[tokio::test]
async fn a_mandate_holder_neither_sees_nor_changes_the_address() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let (eino, helmi) = (site.citizen(EINO).await, site.citizen(HELMI).await);
        let acting = |role| Citizen {
            mailbox: helmi.mailbox,
            agency: Some(Agency {
                mandate: "1".into(),
                role,
                scope: Scope::Everything,
                owner_name: helmi.name.clone(),
            }),
            ..eino.clone()
        };
        let holder = acting(AgentRole::Mandate);
        let forbidden = |result: Result<(), ActError>| assert!(matches!(result, Err(ActError::OwnerDecides)));
        forbidden(site.hub.contact(&holder).await.map(drop));
        forbidden(site.hub.set_contact(&holder, ADDRESS, Language::Fi).await.map(drop));
        forbidden(site.hub.verify_contact(&holder, "123456").await);
        forbidden(site.hub.activate(&holder).await);
        forbidden(site.hub.withdraw(&holder).await);
        forbidden(site.hub.history(&holder, None).await.map(drop));
        forbidden(site.hub.history_proof(&holder).await.map(drop));
        assert_eq!(site.count("SELECT count(*) FROM mail").await, 0);
        // A guardian decides in the owner's place.
        let guardian = acting(AgentRole::Guardian);
        site.hub.set_contact(&guardian, ADDRESS, Language::Fi).await.unwrap();
        let code = code_for(&site, ADDRESS).await;
        site.hub.verify_contact(&guardian, &code).await.unwrap();
        assert_eq!(in_use(&site, &helmi).await.as_deref(), Some(ADDRESS));
        assert_eq!(in_use(&site, &eino).await, None);
    }
}

#[tokio::test]
async fn the_pages_of_the_address_need_their_own_session() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let browser = site.logged_in(EINO).await;
        for path in ["/contact", "/contact/verify"] {
            let nobody = site.browser();
            assert_eq!(nobody.get(site.at(path)).await.status(), 303);
            let fields = [("address", ADDRESS), ("code", "123456")];
            assert_eq!(nobody.post(site.at(path), &fields).await.status(), 401);
            assert_eq!(
                browser.post(site.at(path), &fields).await.status(),
                403,
                "without the token"
            );
        }
        // No code to type: the page of the address.
        let none = browser.get(site.at("/contact/verify")).await;
        assert_eq!(location(&none).unwrap(), site.at("/contact"));
        let csrf = csrf(&site, &browser).await;
        let many = [("csrf", csrf.as_str()), ("address", ADDRESS), ("again", "1")];
        let mut code = String::new();
        for _ in 0..3 {
            let sent = browser.post(site.at("/contact"), &many).await;
            assert_eq!(location(&sent).unwrap(), site.at("/contact/verify?done=again"));
            code = code_for(&site, ADDRESS).await;
        }
        let fourth = browser.post(site.at("/contact"), &many).await;
        assert_eq!(fourth.status(), 422);
        assert!(fourth.text().await.unwrap().contains("kolme vahvistuskoodia"));
        let right = [("csrf", csrf.as_str()), ("code", code.as_str())];
        let done = browser.post(site.at("/contact/verify"), &right).await;
        assert_eq!(location(&done).unwrap(), site.at("/contact?done=verified"));
        let page = browser.get(location(&done).unwrap()).await.text().await.unwrap();
        assert!(page.contains("address-in-use") && page.contains(ADDRESS));
        let again = [("csrf", csrf.as_str()), ("address", ADDRESS)];
        let same = browser.post(site.at("/contact?lang=en"), &again).await;
        assert_eq!(location(&same).unwrap(), site.at("/contact?done=in-use"));
    }
}

//! The outbox before a real mail server: one that takes mail, refuses it, breaks off, and is down.

use jiff::SignedDuration;
use tiedoksi::domain::contact::EmailAddress;
use tiedoksi::domain::name::Language;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::mailer::{Mail, MailError, Mailer, MailerAt, Privacy, SmtpServer};

use crate::harness::{Database, MAIL_FROM, START, Settings, Site, databases, person};
use crate::postbox::{MailServer, code_in};

const EINO: &str = "010594Y9032";
const HELMI: &str = "010594Y9021";
const ADDRESS: &str = "eino@posti.example";

async fn site(database: &Database, server: &MailServer) -> (Site, Citizen) {
    let persons = vec![
        person(EINO, "Eino Olavi", "Koivuranta"),
        person(HELMI, "Helmi", "Östersund-Mäkelä"),
    ];
    let settings = Settings {
        mail: Some(server.plain()),
        ..Settings::default()
    };
    let site = Site::start(database, persons, settings).await;
    let eino = site.citizen(EINO).await;
    (site, eino)
}

async fn waiting(site: &Site) -> i64 {
    site.count("SELECT count(*) FROM mail").await
}

#[tokio::test]
async fn a_mail_goes_to_the_server_and_out_of_the_outbox() {
    for database in databases() {
        let server = MailServer::start();
        let (site, eino) = site(&database, &server).await;
        assert_eq!(site.hub.send_mail().await.unwrap(), 0);
        site.hub.set_contact(&eino, ADDRESS, Language::En).await.unwrap();
        assert_eq!(waiting(&site).await, 1);
        // What waits is not to be read in the database.
        assert_eq!(
            site.count("SELECT count(*) FROM mail WHERE length(mail_sealed) > 300")
                .await,
            1
        );
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!(waiting(&site).await, 0);
        assert_eq!(site.hub.send_mail().await.unwrap(), 0);

        let taken = server.taken();
        assert_eq!((taken.len(), taken[0].to.as_str()), (1, ADDRESS));
        let mail = &taken[0].bytes;
        for line in [
            "From: \"Koekunnan viestit\" <viestit@koe.example>\r\n",
            "To: eino@posti.example\r\n",
            "Subject: Confirmation code\r\n",
            "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Language: en\r\n",
        ] {
            assert!(mail.contains(line), "{line}\n{mail}");
        }
        assert!(!mail.contains("://") && !mail.contains("Eino"), "{mail}");
        site.hub.verify_contact(&eino, &code_in(mail)).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_taken_now_is_tried_again_after_a_growing_wait() {
    for database in databases() {
        let mut server = MailServer::start();
        let (site, eino) = site(&database, &server).await;
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        let minutes = SignedDuration::from_mins;
        server.kill();
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!(site.hub.send_mail().await.unwrap(), 0, "it waits");
        server.run();
        server.behave("later");
        site.advance(minutes(5));
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        site.advance(minutes(5));
        assert_eq!(site.hub.send_mail().await.unwrap(), 0, "ten minutes now");
        site.advance(minutes(5));
        server.behave("break off");
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!((server.taken().len(), waiting(&site).await), (0, 1));
        // The code holds for half an hour: a last try then, and it is of no use any more.
        site.advance(minutes(14));
        assert_eq!(site.hub.send_mail().await.unwrap(), 0);
        site.advance(minutes(1));
        server.behave("well");
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!((server.taken().len(), waiting(&site).await), (0, 0));
    }
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_comes_twice_under_one_name() {
    for database in databases() {
        let server = MailServer::start();
        let (site, eino) = site(&database, &server).await;
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        server.behave("break off after");
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!(waiting(&site).await, 1);
        server.behave("well");
        site.advance(SignedDuration::from_mins(5));
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!(waiting(&site).await, 0);
        let ids: Vec<_> = server
            .taken()
            .iter()
            .map(|it| {
                it.bytes
                    .lines()
                    .find(|it| it.starts_with("Message-ID: "))
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up() {
    for database in databases() {
        let server = MailServer::start();
        let (site, eino) = site(&database, &server).await;
        server.behave("refuse");
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!((server.taken().len(), waiting(&site).await), (0, 0));
    }
}

#[tokio::test]
async fn two_processes_send_each_mail_once() {
    for database in databases() {
        let server = MailServer::start();
        let (site, eino) = site(&database, &server).await;
        let helmi = site.citizen(HELMI).await;
        let other = site.another_hub().await;
        for round in 0..3 {
            for citizen in [&eino, &helmi] {
                let address = format!("osoite{round}@posti.example");
                site.hub.set_contact(citizen, &address, Language::Fi).await.unwrap();
            }
        }
        let (one, two) = tokio::join!(site.hub.send_mail(), other.send_mail());
        assert_eq!(one.unwrap() + two.unwrap(), 6);
        assert_eq!((server.taken().len(), waiting(&site).await), (6, 0));
    }
}

#[tokio::test]
async fn a_process_that_ended_in_the_midst_of_sending_delays_a_mail_and_loses_nothing() {
    for database in databases() {
        let server = MailServer::start();
        let (site, eino) = site(&database, &server).await;
        site.hub.set_contact(&eino, ADDRESS, Language::Fi).await.unwrap();
        // Taken to be sent, and then nothing more was heard of that process.
        site.execute("UPDATE mail SET due_at = due_at + 300000000, attempts = 1")
            .await;
        assert_eq!(site.hub.send_mail().await.unwrap(), 0);
        site.advance(SignedDuration::from_mins(5));
        assert_eq!(site.hub.send_mail().await.unwrap(), 1);
        assert_eq!(server.taken().len(), 1);
    }
}

fn mail() -> Mail {
    Mail {
        id: uuid::Uuid::nil(),
        written: START.parse().unwrap(),
        to: EmailAddress::parse("eino@posti.example").unwrap(),
        subject: "Käyttöönotto".into(),
        text: "Hyvää päivää!\n".into(),
        language: "fi",
    }
}

async fn try_with(server: SmtpServer) -> Result<(), MailError> {
    let mailer = Mailer::new(MAIL_FROM, MailerAt::Smtp(server)).unwrap();
    let checked = mailer.check().await;
    let sent = mailer.send(&mail()).await;
    assert_eq!(checked.is_ok(), sent.is_ok(), "{checked:?} {sent:?}");
    sent
}

#[tokio::test]
async fn the_connection_is_private_or_nothing_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let files = [
        "--certificate",
        certificate.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    let authorities = Some(made.cert.pem().into_bytes());
    let login = |password: &str| Some(("hub".to_owned(), password.to_owned()));

    for (privacy, more) in [
        (Privacy::StartTls, &["--password", "sala"][..]),
        (Privacy::Tls, &["--password", "sala", "--tls-from-the-first-byte"]),
    ] {
        let server = MailServer::with(&[&files[..], more].concat());
        let known = |password: &str, authorities| SmtpServer {
            login: login(password),
            authorities,
            ..server.known(privacy)
        };
        try_with(known("sala", authorities.clone())).await.unwrap();
        let taken = server.taken();
        assert!(taken.len() == 1 && taken[0].tls);
        assert!(taken[0].bytes.contains("Subject: =?utf-8?"), "{}", taken[0].bytes);
        // A certificate of nobody we know; a wrong password, which is not the mail's fault; an observer who takes TLS away.
        let stranger = try_with(known("sala", None)).await.unwrap_err();
        assert!(matches!(stranger, MailError::Connection(_)), "{stranger:?}");
        let wrong = try_with(known("wrong", authorities.clone())).await.unwrap_err();
        assert!(matches!(wrong, MailError::NotNow(_)), "{wrong:?}");
        assert!(!format!("{:?}", known("sala", None)).contains("sala"));
        assert_eq!(server.taken().len(), 1);
    }
    let bare = MailServer::start();
    for privacy in [Privacy::StartTls, Privacy::Tls] {
        let refused = try_with(bare.known(privacy)).await.unwrap_err();
        assert!(!refused.is_permanent(), "{refused:?}");
    }
    assert!(bare.taken().is_empty());
}

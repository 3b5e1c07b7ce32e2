//! What ends an export before its end: the person may no longer act, or takes the archive too slowly.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::json;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::http::patience::Patience;
use tiedoksi::hub::ActError;
use tiedoksi::hub::export::{Export, Reached};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::{EINO, MATTI, Place};
use crate::agent::{COMPANY, Session, signatory};
use crate::harness::{Settings, Site, databases};
use crate::sender::{Sender, pdf};

/// More than a page of messages, of which the newest are larger than everything on the way to a reader holds.
async fn large_mailbox(place: &Place) {
    for number in 0..20 {
        place.send(&format!("A-{number}"), "Normal", |_| {}).await;
    }
    let answer = place.sender.upload("suuri.pdf", pdf(&"x".repeat(6_000_000))).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let file = answer.json::<serde_json::Value>().await.unwrap()["attachmentId"].clone();
    for number in 0..3 {
        place.site.advance(SignedDuration::from_secs(1));
        let attachments = json!([{ "attachmentId": file }]);
        place
            .send(&format!("B-{number}"), "Normal", |message| {
                message["attachments"] = attachments.clone();
            })
            .await;
    }
}

/// Three pages of messages to a company.
async fn letters(sender: &Sender, to: &str) {
    for number in 0..50 {
        sender
            .sent(&sender.message(&format!("{to}-{number}"), to, "Normal"))
            .await;
    }
}

/// An export, and how far its first page came.
async fn first_page(site: &Site, citizen: &Citizen) -> (Export, Reached) {
    let mut export = site.hub.export(citizen).await.unwrap();
    let (messages, next) = export.messages(None).await.unwrap();
    assert_eq!(messages.len(), 20);
    (export, next.unwrap())
}

#[tokio::test]
async fn who_signs_out_gets_no_further_page_and_the_archive_breaks_off() {
    for database in databases() {
        let place = Place::start(&database).await;
        large_mailbox(&place).await;
        let mut answer = place.export().await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.chunk().await.unwrap().is_some());
        let out = place
            .browser
            .post(place.site.at("/auth/logout"), &[("csrf", &place.csrf)])
            .await;
        assert_eq!(out.status(), StatusCode::SEE_OTHER);
        assert!(answer.bytes().await.is_err(), "it must not look whole");
        // What was not handed out was not opened either.
        let opened = "SELECT count(*) FROM event WHERE kind = 'ContentHandover'";
        assert_eq!(place.site.count(opened).await, 20);
        drop(place.site.hub.export(&place.matti).await.unwrap());
    }
}

#[tokio::test]
async fn every_step_asks_whether_the_person_may_still_act() {
    for database in databases() {
        let place = Place::start(&database).await;
        let site = &place.site;
        let (mandate, _) = signatory(site, EINO).await;
        let eino = Session::begin(site, EINO).await;
        let company = eino.act_for(site, "Laineen Puu Oy").await;
        site.hub.activate(&company).await.unwrap();
        letters(&place.sender, COMPANY).await;

        let (mut export, next) = first_page(site, &company).await;
        assert!(export.messages(Some(next)).await.is_ok());
        // The browser may show another mailbox meanwhile: what was begun was begun in this one.
        site.hub.act_for_oneself(&eino.person(site).await).await.unwrap();
        assert!(export.summaries(None).await.is_ok());
        site.hub.revoke_registered_mandate(mandate).await.unwrap();
        assert!(matches!(export.messages(Some(next)).await, Err(ActError::MandateEnded)));
        assert!(matches!(export.summaries(None).await, Err(ActError::MandateEnded)));
        drop(export);

        // A session that a long export uses does not end for want of other requests, but ends by its age and by signing out.
        letters(&place.sender, MATTI).await;
        let matti = Session::begin(site, MATTI).await;
        let (mut export, next) = first_page(site, &matti.citizen(site).await.unwrap()).await;
        for _ in 0..3 {
            site.advance(SignedDuration::from_mins(20));
            site.hub.sweep_sessions().await.unwrap();
            assert!(export.messages(Some(next)).await.is_ok());
        }
        let own = matti.citizen(site).await.unwrap();
        site.hub.end_session(&own).await.unwrap();
        assert!(matches!(export.messages(Some(next)).await, Err(ActError::NotLoggedIn)));
        drop(export);
        let again = Session::begin(site, MATTI).await;
        let (mut export, next) = first_page(site, &again.citizen(site).await.unwrap()).await;
        for _ in 0..23 {
            site.advance(SignedDuration::from_mins(20));
            assert!(export.messages(Some(next)).await.is_ok());
        }
        site.advance(SignedDuration::from_mins(20));
        assert!(matches!(export.messages(Some(next)).await, Err(ActError::NotLoggedIn)));
        drop(export);

        // A program's token ends it too.
        let token = site.access_token(MATTI).await;
        let program = site.hub.citizen_by_token(&token).await.unwrap();
        let (mut export, next) = first_page(site, &program).await;
        site.advance(SignedDuration::from_hours(24));
        assert!(matches!(export.messages(Some(next)).await, Err(ActError::NotLoggedIn)));
    }
}

/// A reader of its own, with little room before it, that has asked for the archive and read the head of the answer.
async fn reader(place: &Place) -> TcpStream {
    let cookie = place.site.cookie(&place.browser).await;
    let form = format!("csrf={}", place.csrf);
    let request = format!(
        "POST /export HTTP/1.1\r\nHost: x\r\nCookie: tiedoksi_session={cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len(),
    );
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let address = place.site.base.socket_addrs(|| None).unwrap()[0];
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    stream
}

/// The first person's turn is over: another export of theirs begins.
async fn until_free(place: &Place) {
    let free = async {
        while let Err(error) = place.site.hub.export(&place.matti).await {
            assert!(matches!(error, ActError::Busy), "{error}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), free).await.unwrap();
}

/// The rest of what was sent, which must break off before the end mark of a chunked body.
async fn breaks_off(mut stream: TcpStream) {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it must not look whole");
}

#[tokio::test]
async fn who_takes_nothing_loses_the_archive_and_the_turn() {
    for database in databases() {
        let patience = Patience {
            pause: Duration::from_secs(5),
            ..Patience::USUAL
        };
        let settings = Settings {
            patience,
            ..Settings::default()
        };
        let place = Place::start_with(&database, settings).await;
        large_mailbox(&place).await;
        let stream = reader(&place).await;
        assert!(matches!(place.site.hub.export(&place.matti).await, Err(ActError::Busy)));
        until_free(&place).await;
        breaks_off(stream).await;
        // One who takes it is given all of it.
        place.read().await;
    }
}

#[tokio::test]
async fn who_takes_a_little_at_a_time_loses_them_too() {
    for database in databases() {
        // Long enough for what the test itself sends, on a machine that does other things too.
        let patience = Patience {
            pause: Duration::from_secs(8),
            least: u32::MAX,
        };
        let settings = Settings {
            patience,
            ..Settings::default()
        };
        let place = Place::start_with(&database, settings).await;
        large_mailbox(&place).await;
        let mut stream = reader(&place).await;
        let trickle = async {
            let mut little = vec![0; 64 * 1024];
            while stream.read(&mut little).await.is_ok_and(|read| read > 0) {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::select! {
            () = trickle => panic!("it was taken to its end"),
            () = until_free(&place) => {}
        }
        breaks_off(stream).await;
    }
}

//! The gate before a verifiable message: what it tells, what it hides, and that nothing but a person's own act passes it.

use reqwest::{Method, StatusCode};
use tiedoksi::hub::change_service::ServiceChange;
use tiedoksi::hub::view::{Filing, Folder, LastDay, Opened};

use crate::harness::databases;
use crate::mailboxes::{MATTI, Town, browser};

const TITLE: &str = "Päätös lastensuojeluasiassa";

#[tokio::test]
async fn the_gate_says_what_confirming_means_and_offers_one_button() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (browser, csrf) = browser(&town.site, MATTI).await;
        let id = town.sent("A-1", MATTI, "Verifiable").await;
        let gate = town.page(&browser, &format!("/messages/{id}")).await;
        for told in [
            "Päätös rakennusluvasta",
            "Koekunta, Rakennusvalvonta",
            "2.3.2026 klo 12.00",
            "maanantaina 9.3.2026",
            "13/2003, 18\u{a0}§",
            "data-testid=\"confirm\"",
        ] {
            assert!(gate.contains(told), "{told}: {gate}");
        }
        assert!(!gate.contains("Salainen") && !gate.contains("name=\"do\""));
        assert_eq!(gate.matches("<form ").count(), 2, "log out, and confirm");

        let answer = browser
            .post(town.site.at(&format!("/messages/{id}/confirm")), &[("csrf", &csrf)])
            .await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let page = town.page(&browser, &format!("/messages/{id}")).await;
        for told in [
            "2.3.2026 klo 12.00.00",
            "data-testid=\"receipt\"",
            "Salainen",
            "data-testid=\"last-day\"",
            "30 päivää",
        ] {
            assert!(page.contains(told), "{told}");
        }
        // The day stands on the row while it is ahead, and not after it.
        let inbox = town.page(&browser, "/inbox").await;
        assert!(
            inbox.contains("data-testid=\"row-last-day\"") && inbox.contains("keskiviikkona 1.4.2026"),
            "{inbox}"
        );
        let mut town = town;
        town.days_later(30).await;
        let row = town.list(Folder::Inbox).await.remove(0);
        let last_day = LastDay {
            day: "2026-04-01".parse().unwrap(),
            stated: false,
        };
        assert_eq!(row.last_day, Some(last_day));
        town.days_later(1).await;
        assert_eq!(town.list(Folder::Inbox).await[0].last_day, None);
    }
}

#[tokio::test]
async fn a_service_hides_its_titles_until_receipt_is_confirmed() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (hub, matti) = (&town.site.hub, &town.matti);
        let (browser, csrf) = browser(&town.site, MATTI).await;
        let hides = |hides_title| ServiceChange {
            takes_messages: None,
            topics: None,
            hides_title: Some(hides_title),
            appeal: None,
        };
        let root = town.sent("A-0", MATTI, "Normal").await;
        let draft = crate::citizen::text("Vastaus", "Kiitos.");
        let reply = crate::citizen::reply_with(hub, matti, root, draft, &[])
            .await
            .unwrap()
            .id;
        let id = town
            .sent_with("A-1", MATTI, "Verifiable", |it| {
                it["title"] = TITLE.into();
                it["inReplyToMessageId"] = reply.get().into();
            })
            .await;
        assert!(town.page(&browser, "/inbox").await.contains(TITLE));
        // It is indexed with its title, and nobody may find it by that any more afterwards.
        let (by_title, by_name) = ("/search?q=lastensuojelu", "/search?q=koekunta");
        let found = format!("href=\"/messages/{id}\"");
        assert!(town.page(&browser, by_title).await.contains(&found));
        hub.change_service(&town.sender.service, hides(true)).await.unwrap();
        hub.change_service(&town.sender.service, ServiceChange::default())
            .await
            .unwrap();
        assert!(hub.change_service("nowhere", hides(true)).await.is_err());
        town.site.advance(jiff::SignedDuration::from_secs(5));

        let everywhere = |id| {
            [
                "/inbox".to_owned(),
                "/archive".to_owned(),
                format!("/messages/{id}"),
                format!("/messages/{id}/thread"),
                format!("/messages/{id}/reply"),
                format!("/messages/{id}/proof"),
                format!("/messages/{root}"),
                format!("/messages/{root}/thread"),
                format!("/inbox?filed=delete&kept={id}"),
            ]
        };
        for filing in [Filing::Archive, Filing::Unarchive] {
            hub.file(matti, filing, &[id]).await.unwrap();
            for path in everywhere(id) {
                let answer = browser.get(town.site.at(&path)).await;
                let headers = format!("{:?}", answer.headers());
                let text = answer.text().await.unwrap();
                assert!(
                    !text.contains(TITLE) && !headers.contains("lastensuojelu"),
                    "{path} tells the title"
                );
            }
        }
        let gate = town.page(&browser, &format!("/messages/{id}")).await;
        assert!(gate.contains("Todisteellisesti tiedoksi annettava asiakirja") && gate.contains("otsikon vasta"));
        assert!(!town.page(&browser, by_title).await.contains(&found));
        assert!(town.page(&browser, by_name).await.contains(&found));
        // An ordinary message of the same service shows its title: there is nothing to wait for.
        assert!(town.page(&browser, "/inbox").await.contains("Päätös rakennusluvasta"));

        let confirm = town.site.at(&format!("/messages/{id}/confirm"));
        browser.post(confirm, &[("csrf", &csrf)]).await;
        for path in [
            "/inbox".to_owned(),
            format!("/messages/{id}"),
            format!("/messages/{root}/thread"),
        ] {
            assert!(town.page(&browser, &path).await.contains(TITLE), "{path}");
        }
    }
}

#[tokio::test]
async fn nothing_but_an_act_opens_a_message_and_two_at_once_open_it_once() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (browser, csrf) = browser(&town.site, MATTI).await;
        let id = town.sent("A-1", MATTI, "Normal").await;
        let waiting = town.sent("A-2", MATTI, "Verifiable").await;
        let opened = "SELECT count(*) FROM event WHERE kind IN ('ContentHandover', 'ContentAccessTracking', 'ConsignmentAcceptance')";
        let url = town.site.at(&format!("/messages/{id}"));
        let head = browser.client.head(url.clone()).send().await.unwrap();
        assert_eq!(head.status(), StatusCode::METHOD_NOT_ALLOWED);
        let ahead = browser.client.get(url.clone()).header("Sec-Purpose", "prefetch");
        assert_eq!(ahead.send().await.unwrap().status(), StatusCode::NO_CONTENT);
        let confirm = town.site.at(&format!("/messages/{waiting}/confirm"));
        for method in [Method::GET, Method::HEAD] {
            let answer = browser.client.request(method, confirm.clone()).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        }
        for token in ["", "x"] {
            let answer = browser.post(confirm.clone(), &[("csrf", token)]).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        }
        let elsewhere = browser
            .client
            .post(confirm.clone())
            .header("Sec-Fetch-Site", "cross-site");
        let answer = elsewhere.form(&[("csrf", &csrf)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(town.site.count(opened).await, 0);

        let two = futures::future::join_all((0..2).map(|_| town.site.hub.open(&town.matti, id))).await;
        assert!(two.iter().all(|view| matches!(view, Ok(Opened::Message(_)))));
        assert_eq!(town.site.count(opened).await, 1);
        let handed = "SELECT count(*) FROM event WHERE kind = 'ContentHandover'";
        assert_eq!(town.site.count(handed).await, 1, "handed over once");
    }
}

/// A link on another site, or the way back from the identity provider: the person goes on by a link of ours, and only then is it evidence.
#[tokio::test]
async fn who_comes_from_another_site_opens_nothing_before_they_go_on() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (browser, _) = browser(&town.site, MATTI).await;
        let pdf = town.sender.pdf("päätös.pdf").await;
        let id = town
            .sent_with("A-1", MATTI, "Normal", |it| {
                it["attachments"] = serde_json::json!([{ "attachmentId": pdf }]);
            })
            .await;
        let waiting = town.sent("A-2", MATTI, "Verifiable").await;
        let opened = "SELECT count(*) FROM event WHERE kind IN ('ContentHandover', 'ContentAccessTracking', 'ConsignmentAcceptance')";
        let get = async |path: &str, site: &str| {
            let request = browser.client.get(town.site.at(path)).header("Sec-Fetch-Site", site);
            request.send().await.unwrap()
        };
        for path in [
            format!("/messages/{id}"),
            format!("/messages/{id}?file={pdf}&x=%22"),
            format!("/messages/{id}/attachments/{pdf}"),
            format!("/messages/{id}/attachments.zip"),
        ] {
            let answer = get(&path, "cross-site").await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert!(
                answer.headers()["content-type"]
                    .to_str()
                    .unwrap()
                    .starts_with("text/html")
            );
            let page = answer.text().await.unwrap();
            assert!(
                !page.contains("Päätös rakennusluvasta") && !page.contains("myönnetty"),
                "{page}"
            );
            assert!(
                page.contains(&format!("href=\"{}\"", path.replace('&', "&#38;"))),
                "{page}"
            );
        }
        assert_eq!(town.site.count(opened).await, 0);
        // The gate opens nothing, so it is shown at once: so ends a fresh login for confirming.
        let gate = get(&format!("/messages/{waiting}"), "cross-site")
            .await
            .text()
            .await
            .unwrap();
        assert!(gate.contains("data-testid=\"confirm\""), "{gate}");
        let stranger = town.site.browser();
        let asked = stranger.client.get(town.site.at(&format!("/messages/{id}")));
        let asked = asked.header("Sec-Fetch-Site", "cross-site").send().await.unwrap();
        assert_eq!(
            asked.status(),
            StatusCode::SEE_OTHER,
            "who is not logged in logs in first"
        );

        for site in ["same-origin", "none"] {
            let page = get(&format!("/messages/{id}"), site).await.text().await.unwrap();
            assert!(page.contains("myönnetty"), "{page}");
        }
        assert_eq!(town.site.count(opened).await, 1);
    }
}

#[tokio::test]
async fn a_pdf_is_shown_beside_its_message_and_nothing_else_is_framed() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (browser, _) = browser(&town.site, MATTI).await;
        let pdf = town.sender.pdf("päätös \u{202e}gpj.pdf").await;
        let id = town
            .sent_with("A-1", MATTI, "Normal", |it| {
                it["attachments"] = serde_json::json!([{ "attachmentId": pdf }]);
            })
            .await;
        let policy = async |path: &str| {
            let answer = browser.get(town.site.at(path)).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
            (policy, answer.text().await.unwrap())
        };
        let (alone, page) = policy(&format!("/messages/{id}")).await;
        assert!(!alone.contains("frame-src") && !page.contains("<iframe"));
        let (beside, page) = policy(&format!("/messages/{id}?file={pdf}")).await;
        assert_eq!(beside, format!("{alone}; frame-src 'self'"));
        assert!(page.contains(&format!("<iframe src=\"/messages/{id}/attachments/{pdf}\"")));
        assert!(page.contains("päätös _gpj.pdf") && !page.contains('\u{202e}'));
        for other in ["x", "018f3b2e-0000-7000-8000-000000000001", "%3Cscript%3E"] {
            let (none, page) = policy(&format!("/messages/{id}?file={other}")).await;
            assert_eq!(none, alone);
            assert!(!page.contains("<iframe"));
        }
        let file = browser
            .get(town.site.at(&format!("/messages/{id}/attachments/{pdf}")))
            .await;
        assert_eq!(file.headers()["x-content-type-options"], "nosniff");
        assert!(
            file.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'self'")
        );
        assert!(
            !file.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("sandbox")
        );
        assert!(
            file.headers()["content-disposition"]
                .to_str()
                .unwrap()
                .contains("_gpj.pdf")
        );
    }
}

//! The page of the search, as a browser without JavaScript sees it.

use reqwest::StatusCode;

use super::{MATTI, Mail};
use crate::harness::{databases, location};

#[tokio::test]
async fn the_page_searches_says_what_is_wrong_and_is_for_the_owner_alone() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        mail.send_many(MATTI, 21).await;
        mail.send("A-1", MATTI, "Äänekosken <b>kokous</b>", "x").await;
        let browser = mail.site.logged_in(MATTI).await;
        let get = async |path: &str| {
            let answer = browser.get(mail.site.at(path)).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(answer.headers()["cache-control"], "no-store");
            assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
            answer.text().await.unwrap()
        };
        let inbox = get("/inbox").await;
        assert!(
            inbox.contains(r#"<form role="search" method="get" action="/search""#)
                && get("/sent").await.contains("role=\"search\"")
        );
        let start = get("/search").await;
        assert!(!start.contains("no-words") && !start.contains("results"));
        let one = get("/search?q=aanekosken").await;
        assert_eq!(one.matches(r#"data-testid="found""#).count(), 1);
        assert!(
            one.contains(r#"value="aanekosken""#) && one.contains("&#60;b&#62;kokous") && one.contains("Saapuneissa")
        );
        let many = get("/search?q=viesti+yhteinen&lang=en").await;
        assert_eq!(many.matches(r#"data-testid="found""#).count(), 20);
        let next = many
            .split(r#"data-testid="next-page" href=""#)
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let next = get(&next.replace("&amp;", "&").replace("&#38;", "&")).await;
        assert_eq!(next.matches(r#"data-testid="found""#).count(), 1);
        assert!(get("/search?q=olematon").await.contains("nothing-found"));
        for nothing in ["", "%00", "%21%3F", "+++", "%FF%FE"] {
            assert!(
                get(&format!("/search?q={nothing}")).await.contains("no-words"),
                "{nothing}"
            );
        }
        let absurd: String = (0..10_000).map(|n| format!("w{n}+")).collect();
        assert!(
            get(&format!("/search?q={absurd}"))
                .await
                .contains(r#"data-testid="cut""#)
        );
        let hostile = get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
        assert!(!hostile.contains("<script"));
        let bad = browser.get(mail.site.at("/search?q=viesti&cursor=AAAA")).await;
        assert_eq!(bad.status(), StatusCode::BAD_REQUEST);

        let nobody = mail.site.browser().get(mail.site.at("/search?q=viesti")).await;
        assert!(location(&nobody).unwrap().path().starts_with("/auth/login"));
    }
}

//! The auditor's pages over HTTP: what they show, and that nothing of a content is on them without a grant.

use reqwest::StatusCode;

use super::{AINO, Hall, MATTI, SECRETS, TAUNO, YLVA};
use crate::harness::databases;

#[tokio::test]
async fn no_page_without_a_grant_holds_any_content() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let verifiable = hall.send(&hall.one, "A-1", "Verifiable").await;
        let opened = hall.send(&hall.one, "A-2", "Normal").await;
        hall.site.hub.open(&hall.matti, opened).await.unwrap();
        let reply = crate::citizen::reply(&hall.site.hub, &hall.matti, opened)
            .await
            .unwrap()
            .id;
        hall.settle().await;
        for id in [YLVA, TAUNO] {
            let browser = hall.site.logged_in(id).await;
            let mut paths = vec![
                "/auditor".to_owned(),
                "/auditor?outcome=opened".to_owned(),
                "/auditor?message=5x&first=1.1.2026".to_owned(),
                "/auditor/counts".to_owned(),
                "/auditor/counts?first=2026-12-01&last=2026-01-01".to_owned(),
                "/auditor/requests".to_owned(),
            ];
            for message in [verifiable, opened, reply] {
                paths.push(format!("/auditor?message={message}"));
                for more in ["", "/proof", "/bundle", "/content"] {
                    paths.push(format!("/auditor/deliveries/{message}{more}"));
                }
            }
            for path in paths {
                let answer = browser.get(hall.site.at(&path)).await;
                let status = answer.status();
                assert_eq!(
                    status == StatusCode::NOT_FOUND,
                    path.ends_with("/content"),
                    "{path}: {status}"
                );
                assert!(!status.is_server_error(), "{path}: {status}");
                let bytes = answer.bytes().await.unwrap();
                let seen = String::from_utf8_lossy(&bytes);
                for secret in SECRETS.iter().chain(&["Kiitos.", "Vastaus<"]) {
                    assert!(!seen.contains(secret), "{path} tells {secret}");
                }
                let page = !path.ends_with("/proof") && !path.ends_with("/bundle");
                assert!(
                    !(page || id == TAUNO) || !seen.contains(MATTI),
                    "{path} tells who it is"
                );
            }
        }
    }
}

#[tokio::test]
async fn two_persons_work_together_on_the_pages() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let id = hall.send(&hall.one, "A-1", "Verifiable").await;
        let (ylva, aino) = (hall.site.logged_in(YLVA).await, hall.site.logged_in(AINO).await);
        let csrf = |citizen: &tiedoksi::domain::principal::Citizen| citizen.csrf().unwrap().to_owned();
        let ylvas = csrf(&hall.site.citizen_of(&ylva).await);
        let ainos = csrf(&hall.site.citizen_of(&aino).await);
        let delivery = hall.site.at(&format!("/auditor/deliveries/{id}"));
        let page = ylva.get(delivery.clone()).await.text().await.unwrap();
        for mark in [
            "data-testid=\"line\"",
            "data-testid=\"ask\"",
            "<circle",
            "Odottaa vastaanottajan kuittausta",
            "Vastaanottaja saattoi lukea viestin",
        ] {
            assert!(page.contains(mark), "{mark}");
        }
        assert_eq!(page.matches("data-testid=\"step\"").count(), 2);
        // Another session's form changes nothing, an empty reason is told of.
        let foreign = ylva.post(delivery.clone(), &[("csrf", &ainos), ("reason", "x")]).await;
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let empty = ylva.post(delivery.clone(), &[("csrf", &ylvas), ("reason", " ")]).await;
        assert_eq!(empty.status(), StatusCode::BAD_REQUEST);
        assert!(
            empty
                .text()
                .await
                .unwrap()
                .contains("Kirjoita, miksi sisältö on nähtävä.")
        );
        let asked = ylva
            .post(delivery.clone(), &[("csrf", &ylvas), ("reason", "Kantelu <b>17</b>")])
            .await;
        assert_eq!(asked.status(), StatusCode::SEE_OTHER);

        let waiting = aino.get(hall.site.at("/auditor/requests")).await.text().await.unwrap();
        assert!(waiting.contains("Kantelu &#60;b&#62;17") && waiting.contains("Ylva Valvoja"));
        let path = waiting
            .split("action=\"/auditor/requests/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let decision = hall.site.at(&format!("/auditor/requests/{path}"));
        let own = ylva
            .post(decision.clone(), &[("csrf", &ylvas), ("decision", "grant")])
            .await;
        assert_eq!(own.status(), StatusCode::FORBIDDEN);
        let odd = aino
            .post(decision.clone(), &[("csrf", &ainos), ("decision", "perhaps")])
            .await;
        assert_eq!(odd.status(), StatusCode::BAD_REQUEST);
        let granted = aino
            .post(decision.clone(), &[("csrf", &ainos), ("decision", "grant")])
            .await;
        assert_eq!(granted.status(), StatusCode::SEE_OTHER);
        let again = aino.post(decision, &[("csrf", &ainos), ("decision", "refuse")]).await;
        assert_eq!(again.status(), StatusCode::CONFLICT);
        assert!(again.text().await.unwrap().contains("data-testid=\"too-late\""));

        // A link of another site, and a browser that fetches ahead, look at nothing.
        let content = hall.site.at(&format!("/auditor/deliveries/{id}/content"));
        let looks = "SELECT COUNT(*) FROM event WHERE kind = 'staff-access'";
        let sent = ylva
            .client
            .get(content.clone())
            .header("sec-fetch-site", "cross-site")
            .send()
            .await
            .unwrap();
        assert!(!sent.text().await.unwrap().contains("Salainen sisältö"));
        let ahead = ylva
            .client
            .get(content.clone())
            .header("sec-purpose", "prefetch")
            .send()
            .await
            .unwrap();
        assert_eq!(ahead.status(), StatusCode::NO_CONTENT);
        assert_eq!(hall.site.count(looks).await, 0);
        let page = ylva.get(content.clone()).await.text().await.unwrap();
        assert!(page.contains("Salainen sisältö") && page.contains("salainen-liite.pdf"));
        assert_eq!(hall.site.count(looks).await, 1);
        let file = page
            .split(&format!("/auditor/deliveries/{id}/files/"))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let file = ylva
            .get(hall.site.at(&format!("/auditor/deliveries/{id}/files/{file}")))
            .await;
        assert_eq!(file.headers()["content-type"], "application/pdf");
        assert!(file.bytes().await.unwrap().starts_with(b"%PDF"));
        assert_eq!(aino.get(content).await.status(), StatusCode::NOT_FOUND);
    }
}

//! The auditor's API: the same acts for a program, by an access token that states the role.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::{AINO, Hall, MATTI, OTTO, SECRETS, YLVA};
use crate::harness::databases;

struct Program<'a> {
    hall: &'a Hall,
    token: String,
}

impl<'a> Program<'a> {
    async fn of(hall: &'a Hall, id: &str) -> Self {
        let token = hall.site.access_token(id).await;
        Self { hall, token }
    }

    async fn get(&self, path: &str) -> Response {
        let url = self.hall.site.at(&format!("/api/v1/audit/{path}"));
        let client = self.hall.site.browser().client;
        client.get(url).bearer_auth(&self.token).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> StatusCode {
        let url = self.hall.site.at(&format!("/api/v1/audit/{path}"));
        let client = self.hall.site.browser().client;
        let sent = client.post(url).bearer_auth(&self.token).json(body).send().await;
        sent.unwrap().status()
    }
}

#[tokio::test]
async fn a_program_finds_looks_and_decides_as_the_pages_do() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let id = hall.send(&hall.one, "A-1", "Verifiable").await;
        hall.send(&hall.one, "A-2", "Normal").await;
        let foreign = hall.send(&hall.other, "B-1", "Normal").await;
        hall.settle().await;
        let (ylva, aino) = (Program::of(&hall, YLVA).await, Program::of(&hall, AINO).await);
        let page = ylva.json("deliveries?limit=1").await;
        let next = page["next"].as_str().unwrap();
        let rest = ylva.json(&format!("deliveries?limit=5&cursor={next}")).await;
        let ids = |page: &Value| -> Vec<i64> {
            let rows = page["deliveries"].as_array().unwrap();
            rows.iter().map(|row| row["messageId"].as_i64().unwrap()).collect()
        };
        let mut all = [ids(&page), ids(&rest)].concat();
        all.sort_unstable();
        assert_eq!((all.len(), all.contains(&foreign.get())), (2, false));
        let one = ylva
            .json("deliveries?externalId=A-1&outcome=accepted&organisation=0208573-0&first=2026-03-02")
            .await;
        assert_eq!(ids(&one), [id.get()]);
        assert_eq!(one["deliveries"][0]["messageServiceType"], "Verifiable");
        let wrong: Value = ylva.get("deliveries?message=x&outcome=y").await.json().await.unwrap();
        assert_eq!(wrong["violations"].as_array().unwrap().len(), 2);

        let delivery = ylva.json(&format!("deliveries/{id}")).await;
        let events: Vec<_> = delivery["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["event"])
            .collect();
        assert_eq!(events, ["SubmissionAcceptance", "NotificationForAcceptance"]);
        assert_eq!(ylva.json("counts?last=2026-03-02").await["total"]["accepted"], 2);
        let mut told = String::new();
        for path in [
            "deliveries".to_owned(),
            format!("deliveries/{id}"),
            format!("deliveries/{id}/proof"),
            format!("deliveries/{id}/bundle"),
            format!("deliveries/{id}/content"),
            "requests".to_owned(),
            "counts".to_owned(),
        ] {
            let bytes = ylva.get(&path).await.bytes().await.unwrap();
            told.push_str(&String::from_utf8_lossy(&bytes));
        }
        assert!(SECRETS.iter().all(|secret| !told.contains(secret)));

        // Asked, granted by a second person, looked at.
        let path = format!("deliveries/{id}/requests");
        assert_eq!(
            ylva.post(&path, &json!({ "reason": "" })).await,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            ylva.post(&path, &json!({ "reason": "Kantelu" })).await,
            StatusCode::NO_CONTENT
        );
        let waiting = aino.json("requests").await;
        assert_eq!(waiting["requests"][0]["mayDecide"], true);
        let decision = format!("requests/{}/decision", waiting["requests"][0]["id"].as_str().unwrap());
        assert_eq!(
            ylva.post(&decision, &json!({ "decision": "grant" })).await,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            aino.post(&decision, &json!({ "decision": "yes" })).await,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            aino.post(&decision, &json!({ "decision": "grant" })).await,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            aino.post(&decision, &json!({ "decision": "refuse" })).await,
            StatusCode::CONFLICT
        );
        let content = ylva.json(&format!("deliveries/{id}/content")).await;
        assert_eq!(content["title"], "Päätös rakennusluvasta");
        let file = content["attachments"][0]["attachmentId"].as_str().unwrap();
        let file = ylva.get(&format!("deliveries/{id}/files/{file}")).await;
        assert!(file.bytes().await.unwrap().starts_with(b"%PDF"));

        // Others, and those without the role, find nothing.
        for person in [OTTO, MATTI] {
            let stranger = Program::of(&hall, person).await;
            for path in ["", "/proof", "/bundle", "/content"] {
                let answer = stranger.get(&format!("deliveries/{id}{path}")).await;
                assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{person} {path}");
            }
            assert_eq!(
                stranger.post(&decision, &json!({ "decision": "grant" })).await,
                StatusCode::NOT_FOUND
            );
        }
        let nobody = Program::of(&hall, MATTI).await;
        for path in ["deliveries", "requests", "counts"] {
            assert_eq!(nobody.get(path).await.status(), StatusCode::NOT_FOUND);
        }
        let nobody = hall.site.browser().get(hall.site.at("/api/v1/audit/deliveries")).await;
        assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    }
}

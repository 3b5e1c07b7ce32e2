//! The real binary: an installation whose disk broke, as its operator sets it right.

use std::time::{Duration, Instant};

use super::{MATTI, REASON};
use crate::backup::Backup;
use crate::harness::{databases, person};
use crate::process::{Installation, Visitor, client, settled, verify_delivery};

#[tokio::test]
async fn the_operator_restarts_the_log_beside_a_halted_server() {
    for database in databases() {
        let hub = Installation::new(&database, 1, vec![person(MATTI, "Matti", "Meikäläinen")]).await;
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        Visitor::log_in(&server, MATTI).await;
        let first = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        let backup = Backup::of(&hub.database_url).await;
        sender.sent(&sender.message("A-2", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        let (trust, _) = hub.trust();
        let restart = ["admin", "log", "restart", "--reason", REASON];
        let refused = hub.command(&restart).output().unwrap();
        assert!(!refused.status.success());
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("the log needs no restart"), "{told}");
        server.kill();

        backup.restore(&hub.database_url);
        let server = hub.spawn(0, &[], &[]).await;
        let client = client();
        let ready = async || {
            let answer = client
                .get(server.base.join("/health/ready").unwrap())
                .send()
                .await
                .ok()?;
            answer.json::<serde_json::Value>().await.ok()
        };
        let since = Instant::now();
        while ready().await.is_none() {
            assert!(since.elapsed() < Duration::from_secs(30));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(ready().await.unwrap()["log"], false);
        assert!(hub.said(0).contains("tiedoksi admin log restart"));
        let told = hub.run(&restart);
        assert!(told.contains("The log goes on as koe.example/log/2"), "{told}");
        while !server.is_ready(&client).await {
            assert!(
                since.elapsed() < Duration::from_secs(60),
                "the server does not go on by itself"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let sender = hub.sender(&server).await;
        let third = sender.sent(&sender.message("A-3", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        for message in [first, third] {
            verify_delivery(&sender, message, &trust).await;
        }
        assert_eq!(hub.trust().0, trust, "who has the old keys needs no others");
    }
}

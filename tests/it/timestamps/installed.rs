//! The real binary with `[timestamp]`: doctor, the worker that has the log stamped, what verifiers are handed, and their command.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{databases, person};
use crate::process::{Installation, Visitor, settled};
use crate::tsa::{Authority, Kind, Manner, NAME, Server};

const MATTI: &str = "010594Y9032";

async fn doctor(hub: &Installation) -> String {
    let mut command = hub.command(&["doctor"]);
    // The identity provider and the authority run beside, and are asked too.
    let done = tokio::task::spawn_blocking(move || command.output().unwrap());
    let said = String::from_utf8(done.await.unwrap().stdout).unwrap();
    let line = said.lines().find(|line| line.contains("time stamps")).unwrap();
    line.to_owned()
}

#[tokio::test]
async fn the_log_of_an_installation_is_stamped_and_its_proofs_verify() {
    for database in databases() {
        let hub = Installation::new(&database, 1, vec![person(MATTI, "Matti", "Meikäläinen")]).await;
        assert!(doctor(&hub).await.starts_with("OK       time stamps: none"));
        let first = hub.serve(0).await;
        Visitor::log_in(&first, MATTI).await;
        let sender = hub.sender(&first).await;
        let id = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        first.kill();
        hub.let_the_lease_pass().await;

        let authority = Server::start(Authority::new(Kind::P256)).await;
        let (url, ca) = (authority.url(), authority.authority.path("ca.pem"));
        hub.configure(&format!("[timestamp]\nurl = \"{url}\"\nca_file = \"{ca}\"\n"));
        let line = doctor(&hub).await;
        assert_eq!(
            line,
            format!("OK       time stamps: {NAME} gives time stamps that hold")
        );
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        let since = Instant::now();
        let proof = loop {
            let answer = sender.get(&format!("/api/v1/messages/{id}/proof")).await;
            let bytes = answer.bytes().await.unwrap();
            let proof: Value = serde_json::from_slice(&bytes).unwrap();
            if proof["timestamps"].is_array() {
                break bytes;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "no stamp came");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let file = hub.folder.path().join("proof.json");
        std::fs::write(&file, &proof).unwrap();
        let trust = hub.folder.path().join("trust");
        let (file, trust) = (file.to_str().unwrap(), trust.to_str().unwrap());
        hub.run(&["trust", "--out", trust]);
        let report = hub.run(&["verify", file, "--trust", trust]);
        let told = format!("says the time-stamping authority {NAME}\n");
        assert!(
            report.contains("events 1 to 2: in the log no later than ") && report.contains(&told),
            "{report}"
        );
        // Without the authority's certificates it is consistent and no more.
        std::fs::remove_file(format!("{trust}/tsa_chain.pem")).unwrap();
        let code = hub
            .command(&["verify", file, "--trust", trust])
            .status()
            .unwrap()
            .code();
        assert_eq!(code, Some(3));

        authority.answers(Manner::Says(Vec::new()));
        let line = doctor(&hub).await;
        assert!(
            line.starts_with("PROBLEM  time stamps: ") && line.contains("timestamp.ca_file"),
            "{line}"
        );
        assert!(!hub.said(0).contains("ERROR"), "{}", hub.said(0));
        server.kill();
    }
}

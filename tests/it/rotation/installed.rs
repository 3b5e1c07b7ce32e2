//! The real binary: an operator replaces both keys, and starts the server anew.

use std::process::Output;
use std::time::Duration;

use rustix::process::Signal;
use tiedoksi::evidence::verify::Trust;

use super::{MATTI, REASON};
use crate::harness::{databases, person};
use crate::process::{Installation, Server, Visitor, settled, verify_delivery};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn the_operator_replaces_both_keys() {
    for database in databases() {
        let hub = Installation::new(&database, 1, vec![person(MATTI, "Matti", "Meikäläinen")]).await;
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        Visitor::log_in(&server, MATTI).await;
        let first = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        let (before, _) = hub.trust();
        let refused = hub.command(&["admin", "key", "replace", "log"]).output().unwrap();
        assert!(!refused.status.success() && said(&refused).contains("`key announce log` comes first"));
        let mut told = String::new();
        for kind in ["log", "seal"] {
            told += &hub.run(&["admin", "key", "announce", kind, "--reason", REASON]);
        }
        assert!(told.contains("Restart every process of the hub"), "{told}");
        settled(&hub, Duration::from_secs(30)).await;
        let server = started_anew(&hub, server).await;
        let second = sender_at(&hub, &server, "A-2").await;
        let refused = hub.command(&["admin", "key", "replace", "log"]).output().unwrap();
        assert!(
            !refused.status.success() && said(&refused).contains("--now"),
            "{}",
            said(&refused)
        );
        for kind in ["log", "seal"] {
            told += &hub.run(&["admin", "key", "replace", kind, "--now"]);
        }
        let server = started_anew(&hub, server).await;
        let third = sender_at(&hub, &server, "A-3").await;
        let sender = hub.sender(&server).await;
        for message in [first, second, third] {
            verify_delivery(&sender, message, &before).await;
        }
        let list = hub.run(&["admin", "key", "list"]);
        let states: Vec<_> = list
            .lines()
            .map(|line| line.split('\t').take(2).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            states,
            ["log replaced", "log in use", "seal replaced", "seal in use"],
            "{list}"
        );
        let out = hub.folder.path().join("handed-out");
        hub.run(&["trust", "--out", out.to_str().unwrap()]);
        let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
        let (vkeys, chain) = (read("log.vkey"), read("seal_chain.pem"));
        assert_eq!(vkeys.lines().count(), 2, "{vkeys}");
        let files = [("log.vkey", vkeys.as_bytes()), ("seal_chain.pem", chain.as_bytes())];
        verify_delivery(&sender, first, &Trust::from_files(files).unwrap()).await;
        told += &list;
        told += &hub.said(0);
        told += &said(&hub.command(&["doctor"]).output().unwrap());
        assert!(!told.contains("PRIVATE"), "a secret was told");
    }
}

/// Ends the server as an operator does, so that it gives its lease back, and starts it again.
async fn started_anew(hub: &Installation, mut server: Server) -> Server {
    server.signal(Signal::TERM);
    while !server.ended() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(server);
    hub.serve(0).await
}

async fn sender_at(hub: &Installation, server: &Server, external: &str) -> i64 {
    let sender = hub.sender(server).await;
    let id = sender.sent(&sender.message(external, MATTI, "Normal")).await;
    settled(hub, Duration::from_secs(30)).await;
    id
}

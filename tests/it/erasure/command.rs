//! `tiedoksi admin erase`, the real binary, beside a hub that serves: what it asks, what it says, and what is left when it is broken off.

use std::process::Stdio;

use crate::harness::{databases, person};
use crate::process::{Installation, Visitor};

const EINO: &str = "010594Y9032";

#[tokio::test]
async fn the_operator_is_told_asked_and_obeyed() {
    for database in databases() {
        let persons = vec![person(EINO, "Eino Olavi", "Koivuranta")];
        let hub = Installation::new(&database, 1, persons).await;
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        let eino = Visitor::log_in(&server, EINO).await;
        let id = sender.sent(&sender.message("A-1", EINO, "Normal")).await;
        let (number, path) = (id.to_string(), format!("/messages/{id}"));
        let erase = |more: &[&'static str]| {
            let words = [
                "admin",
                "erase",
                "message",
                "--id",
                &number,
                "--reason",
                "Päätös",
                "--order",
                "H1/2026",
            ];
            let mut command = hub.command(&words);
            command.args(more).stdin(Stdio::null()).output().unwrap()
        };

        let dry = erase(&["--dry-run"]);
        assert!(dry.status.success());
        let told = String::from_utf8(dry.stdout).unwrap();
        assert!(
            told.contains("title, text and 0 file(s)") && told.contains("Nothing was destroyed"),
            "{told}"
        );
        let unanswered = erase(&[]);
        assert_eq!(unanswered.status.code(), Some(1));
        assert!(
            eino.look(&server.base, &path)
                .await
                .unwrap()
                .contains("Salainen sisältö")
        );

        // The list cannot be written: not told as done, though the keys are destroyed; the same command finishes it.
        let list = hub.folder.path().join("files/objects/erasures");
        std::fs::write(&list, b"in the way").unwrap();
        let broken = erase(&["--yes"]);
        let told = String::from_utf8(broken.stderr).unwrap();
        assert_eq!(broken.status.code(), Some(1), "{told}");
        assert!(told.contains("run the command again"), "{told}");
        let page = eino.look(&server.base, &path).await.unwrap();
        assert!(
            !page.contains("Salainen") && page.contains("Päätös") && page.contains("H1/2026"),
            "{page}"
        );
        std::fs::remove_file(&list).unwrap();
        let again = erase(&["--yes"]);
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(std::fs::read_dir(&list).unwrap().count(), 1);
        assert!(hub.run(&["admin", "erase", "replay"]).contains("0 erasure(s)"));

        let whole = [
            "admin", "erase", "mailbox", "--owner", EINO, "--reason", "Pyyntö", "--yes",
        ];
        let told = hub.run(&whole);
        assert!(
            told.contains("somebody new") && told.contains("list of erasures"),
            "{told}"
        );
        assert!(!told.contains(EINO));
        assert!(
            eino.look(&server.base, "/inbox").await.is_err(),
            "the session ended with the mailbox"
        );
        let absent = hub.command(&whole).output().unwrap();
        assert_eq!(absent.status.code(), Some(1));
        assert!(hub.run(&["admin", "erase", "scrub"]).contains("written anew"));
        server.kill();

        // A hub that is started anew reads the list, and has nothing to do.
        let server = hub.serve(0).await;
        assert!(!hub.said(0).contains(EINO) && !hub.said(0).contains("Pyyntö"));
        server.kill();
    }
}

//! `tiedoksi export` as an operator runs it: beside a hub that serves, and without one.

use std::process::Output;

use super::MATTI;
use crate::harness::{databases, person};
use crate::process::{Installation, Visitor};

struct Operator<'a> {
    hub: &'a Installation,
}

impl Operator<'_> {
    fn says(&self, line: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = self.hub.command(line).output().unwrap();
        let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
        (status.code(), said)
    }

    fn export(&self, organisation: &str, out: &str, more: &[&str]) -> (Option<i32>, String) {
        let usual = [
            "export",
            "--organisation",
            organisation,
            "--from",
            "2026-01-01",
            "--reason",
            "audit 17",
            "--out",
            out,
        ];
        self.says(&[&usual[..], more].concat())
    }
}

#[tokio::test]
async fn an_operator_exports_beside_a_serving_hub_and_without_one() {
    for database in databases() {
        let hub = Installation::new(&database, 1, vec![person(MATTI, "Matti", "Meikäläinen")]).await;
        let operator = Operator { hub: &hub };
        let at = |name: &str| hub.folder.path().join(name).to_str().unwrap().to_owned();
        let (code, said) = operator.export("0208573-0", &at("none.asice"), &[]);
        assert_eq!(code, Some(1));
        assert!(said.contains("no record of this organisation"), "{said}");

        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        Visitor::log_in(&server, MATTI).await;
        sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        let out = at("range.asice");
        let (code, said) = operator.export("0208573-0", &out, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains(": 2 records of 0208573-0, from the count before 2026-01-01T00:00:00Z to the one after 2"),
            "{said}"
        );
        hub.trust();
        let verify = |file: &str| operator.says(&["verify", file, "--trust", &at("trust")]);
        let (code, said) = verify(&out);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("2 of 2 records, none missing"), "{said}");

        // The hub is gone; the command seals what it writes itself.
        server.kill();
        hub.let_the_lease_pass().await;
        let (code, said) = operator.export("0208573-0", &at("alone.asice"), &["--service", "rakennusvalvonta"]);
        assert_eq!(code, Some(0), "{said}");
        let (code, said) = verify(&at("alone.asice"));
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("3 of 3 records, none missing"), "{said}");
        let (code, said) = operator.says(&["verify", &at("alone.asice"), "--trust", &at("trust"), "--earlier", &out]);
        assert_eq!(
            (code, said.contains("2 of its 2 records are in this range")),
            (Some(0), true),
            "{said}"
        );

        // Nothing is overwritten, and nothing half written stays.
        let (code, said) = operator.export("0208573-0", &out, &[]);
        assert_eq!((code, said.contains("is there already")), (Some(1), true), "{said}");
        for (organisation, more, word) in [
            ("9900002-6", &[][..], "there is no organisation 9900002-6"),
            ("0208573-0", &["--service", "muu"], "with a service `muu`"),
            ("0208573-0", &["--to", "2025-01-01"], "ends before it begins"),
            ("0208573-0", &["--to", "2999-01-01"], "in the future"),
            ("0208573-0", &["--to", "1.2.2026"], "a date is written 2026-01-31"),
        ] {
            let (code, said) = operator.export(organisation, &at("refused.asice"), more);
            assert!(matches!(code, Some(1 | 2)), "{said}");
            assert!(said.contains(word), "{said}");
        }
        let (code, said) = operator.export("0208573-0", &at("none/refused.asice"), &[]);
        assert_eq!((code, said.contains("none is no folder")), (Some(1), true), "{said}");
        // Who is not of the authority need not be told of persons.
        let tells = |name: &str| {
            let bytes = std::fs::read(at(name)).unwrap();
            bytes.windows(MATTI.len()).any(|some| some == MATTI.as_bytes())
        };
        assert!(tells("range.asice"));
        let (code, said) = operator.export("0208573-0", &at("nobody.asice"), &["--without-identities"]);
        assert_eq!((code, tells("nobody.asice")), (Some(0), false), "{said}");
        assert_eq!(verify(&at("nobody.asice")).0, Some(0));
        let files = std::fs::read_dir(hub.folder.path()).unwrap();
        let names: Vec<_> = files.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        assert!(
            !names
                .iter()
                .any(|name| name.starts_with(".tmp") || name.contains("refused")),
            "{names:?}"
        );
        // What cannot be judged is told what to do.
        let folder = hub.folder.path().to_str().unwrap();
        for (words, told) in [
            (vec!["verify", folder], "there is no file `mimetype`"),
            (vec!["verify", &out, "--earlier", folder], "--earlier names a file"),
            (vec!["verify", &out, "--trust", &out], "--trust names a folder"),
        ] {
            let (code, said) = operator.says(&words);
            assert_eq!((code, said.contains(told)), (Some(2), true), "{said}");
        }
    }
}

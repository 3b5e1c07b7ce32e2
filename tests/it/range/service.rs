//! The range of one service: the records of the others are counted, and not shown.

use tiedoksi::hub::range::RangeRequest;

use super::{World, says};
use crate::harness::databases;
use crate::outsider::zip_list;
use crate::sender::names;

#[tokio::test]
async fn records_of_another_service_are_counted_by_their_hash_alone() {
    for database in databases() {
        let world = World::begin(&database).await;
        let from = world.now();
        world.deliver().await;
        let (username, code) = (&world.sender.username, "toinen-palvelu");
        world
            .site
            .hub
            .add_service(username, code, names("Toinen"))
            .await
            .unwrap();
        let mut request = world.request(from, world.now());
        request.service = Some(world.sender.service.clone());
        let file = world.export(&request, "mine.asice").await;
        let verdict = world.verify(&file);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let shown = says(&verdict, "completeness").concat();
        assert!(
            shown.starts_with("8 of 8 records, none missing") && !shown.contains("hash alone"),
            "{shown}"
        );

        world.pass(2).await;
        let request = RangeRequest {
            service: Some(code.to_owned()),
            ..request
        };
        let file = world.export(&request, "theirs.asice").await;
        let verdict = world.verify(&file);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let shown = says(&verdict, "completeness").concat();
        // The export before is a record of the organisation, and of no service.
        assert!(shown.starts_with("9 of 9 records, none missing"), "{shown}");
        assert!(
            shown.ends_with("0 of them in the period, 9 by their hash alone"),
            "{shown}"
        );
        assert!(
            verdict
                .cannot_know
                .iter()
                .any(|line| line.contains("records do not name services")),
            "{verdict}"
        );
        let listed = zip_list(&file);
        assert!(
            listed.iter().all(|(name, _)| !name.contains("SubmissionAcceptance")),
            "{listed:?}"
        );
    }
}

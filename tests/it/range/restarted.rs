//! Ranges of a hub whose log was begun anew after an older backup was restored: each is of one log.

use super::{MINUTE, World, says};
use crate::backup::Backup;
use crate::harness::databases;

#[tokio::test]
async fn a_range_is_of_one_log_and_says_of_which() {
    for database in databases() {
        let mut world = World::begin(&database).await;
        let from = world.now();
        world.deliver().await;
        let backup = Backup::of(&world.site.database).await;
        world.send("lost", "Normal").await;
        world.site.seal().await;
        let restored = world.site.restored(&backup).await;
        restored.hub.prepare_log().await.unwrap();
        restored.hub.restart_log("Levyrikko").await.unwrap();
        // Objects and keys still lie with the first.
        let _first = std::mem::replace(&mut world.site, restored);
        for sender in [&mut world.sender, &mut world.other] {
            sender.base = world.site.base.clone();
            sender.log_in().await;
        }
        world.send("B-1", "Normal").await;
        world.pass(10).await;
        let later = world.now();
        world.send("B-2", "Normal").await;
        world.pass(10).await;

        // Before, as far as the backup held it; and after.
        let old = world.export(&world.request(from, from + MINUTE / 2), "old.asice").await;
        let verdict = world.verify(&old);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let new = world.export(&world.request(later, world.now()), "new.asice").await;
        let verdict = world.verify(&new);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(says(&verdict, "log")[0].starts_with("log 2 of this hub"), "{verdict}");
        let complete = says(&verdict, "completeness").concat();
        assert!(complete.contains("records, none missing"), "{complete}");
        // Over the gap there is no count that leads from the one to the other.
        let over = world.request(from, world.now());
        let refused = world.site.hub.export_range(&over).await.unwrap_err().to_string();
        assert!(refused.contains("begun anew"), "{refused}");
    }
}

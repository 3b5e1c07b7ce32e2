//! Ranges of a log that is stamped.

use jiff::SignedDuration;
use tiedoksi::domain::time::{Clock as _, SystemClock};
use tiedoksi::evidence::verify::{Trust, verify_range};

use super::{MINUTE, OURS, World, printed, run, says};
use crate::faketime::{NOW, TEN_YEARS_ON};
use crate::harness::{Settings, databases};
use crate::sender::Sender;
use crate::tsa::{Authority, Kind, NAME, Server};

/// A hub whose clock is the authority's, and whose log is stamped.
pub(super) async fn stamped(database: &crate::harness::Database) -> (World, Server, Trust) {
    let server = Server::start(Authority::new(Kind::P256)).await;
    let settings = Settings {
        tsa: Some(server.tsa()),
        ..Settings::default()
    };
    let mut world = World::with(database, settings).await;
    let behind = SystemClock.now().duration_since(world.now()) - MINUTE * 5;
    world.site.advance(behind);
    log_in(&mut world.sender).await;
    log_in(&mut world.other).await;
    world.matti = world.site.citizen(super::MATTI).await;
    let trust = Trust {
        authorities: server.authority.authorities(),
        ..world.site.trust()
    };
    (world, server, trust)
}

async fn log_in(sender: &mut Sender) {
    sender.log_in().await;
}

impl World {
    /// A minute passes, and the log is stamped.
    pub(super) async fn stamp(&self) {
        self.site.seal().await;
        self.site.hub.tally().await.unwrap();
        self.site.seal().await;
        self.site.advance(MINUTE + SignedDuration::from_secs(1));
        self.site.seal().await;
        assert!(self.site.hub.stamp().await.unwrap());
        self.site.seal().await;
    }
}

#[tokio::test]
async fn the_stamps_around_the_records_are_in_the_range_and_openssl_checks_them() {
    for database in databases() {
        let (world, server, trust) = stamped(&database).await;
        world.stamp().await;
        let from = world.now();
        world.send("A-1", "Normal").await;
        world.stamp().await;
        world.send("A-2", "Normal").await;
        world.stamp().await;
        let file = world.export(&world.request(from, world.now()), "range.asice").await;
        let read = || std::fs::File::open(&file).unwrap();
        let verdict = verify_range(read(), &trust, None);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let time = says(&verdict, "time").concat();
        assert!(time.contains(NAME) && time.contains("time stamps, from"), "{time}");
        assert!(says(&verdict, "file").concat().contains(OURS));
        // Who has no certificate of the authority is told so.
        assert_eq!(verify_range(read(), &world.site.trust(), None).exit_code(), 3);

        let unpacked = world.unpacked(&file);
        let command = format!("TSA={}\n{}", server.authority.path("ca.pem"), printed(&unpacked)[6]);
        for clock in [NOW, TEN_YEARS_ON] {
            let said = run(&command, &unpacked, clock);
            assert!(said.matches("stamped on").count() >= 3, "{said}");
            assert_eq!(
                said.matches("Verification: OK").count(),
                said.matches("stamped on").count(),
                "{said}"
            );
        }
    }
}

//! `tiedoksi admin log`: what the operator does with the evidence log.

use clap::Subcommand;

use super::told;
use crate::hub::Hub;

#[derive(Debug, Subcommand)]
pub(super) enum LogVerb {
    /// Begin a new log after an older backup was restored and the newer database is lost for good
    #[command(
        after_help = "The hub refuses acts while the log's last checkpoint, kept beside the objects, is ahead of the database. Restore the newer database
when there is one: nothing is lost then. Only when it is lost for good:
  1. stop every process that still uses the newer database, if any;
  2. tiedoksi admin --config F log restart --reason 'Disk failure on 3 March; backup of 2 March restored'
The new log's first record holds the old log's last checkpoint and the reason; every proof from then on tells of both. Halted processes
go on by themselves within seconds. What was answered after the backup was made is lost all the same."
    )]
    Restart {
        /// Why, in one line; stands in the log and in every proof for ever: nothing personal
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

impl LogVerb {
    pub(super) async fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let Self::Restart { reason } = self;
        let done = hub.restart_log(&reason).await.map_err(told)?;
        for (origin, held, size) in &done.ended {
            println!("The log {origin} ended with {size} leaves; the database holds {held} of them.");
        }
        println!(
            "The log goes on as {}. Witnesses need its verifier key:\n{}",
            done.origin, done.vkey
        );
        Ok(())
    }
}

//! `tiedoksi admin erase`: what an order destroys, told before and after.
//!
//! Nothing is destroyed without `--yes` or the word on standard input. An erasure is told as done only when its keys are destroyed and it stands on
//! the list beside the database; what was left half done is finished by the same command again, or by a serving hub within a minute.

use std::io::{BufRead as _, Write as _};

use anyhow::bail;
use clap::{Args, Subcommand};

use super::mandate::owner;
use super::told;
use crate::domain::id::MessageId;
use crate::hub::erasure::{Erased, Order};
use crate::hub::{ActError, Hub};

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  tiedoksi admin --config F erase message --id 1042 --reason 'Decision of the administrative court' --order H1234/2026 --dry-run
  tiedoksi admin --config F erase mailbox --owner ID --reason 'Erasure under GDPR Art. 17' --order 77/2026

Reason and number stay in the evidence for its whole time: they must name nobody. docs/erasure.md says what backups still hold.")]
pub(super) enum EraseVerb {
    /// Destroy title, text and files of one message, for its recipient and its sender
    Message {
        /// The message's number
        #[arg(long)]
        id: MessageId,
        #[command(flatten)]
        order: OrderArgs,
    },
    /// Destroy a mailbox: everything that its owner could read; authorities keep their copies
    Mailbox {
        /// Identity code or Business ID of the owner
        #[arg(long, value_name = "ID")]
        owner: String,
        #[command(flatten)]
        order: OrderArgs,
    },
    /// Destroy again what an older backup of the database brought back (`serve` does so at each start)
    Replay,
    /// Write the database anew, so that its free room holds no old bytes either; writing waits meanwhile
    Scrub,
}

#[derive(Debug, Args)]
pub(super) struct OrderArgs {
    /// Why, in a few words that name nobody
    #[arg(long)]
    reason: String,
    /// The number of the order
    #[arg(long, value_name = "NUMBER")]
    order: Option<String>,
    /// Say what would be destroyed, and destroy nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl OrderArgs {
    fn order(&self) -> anyhow::Result<Order> {
        Order::new(&self.reason, self.order.as_deref()).map_err(told)
    }

    /// Whether to go on after what was told.
    fn confirmed(&self) -> anyhow::Result<bool> {
        if self.dry_run {
            println!("Nothing was destroyed (--dry-run).");
            return Ok(false);
        }
        if self.yes {
            return Ok(true);
        }
        print!("This cannot be undone. Type \"erase\" to go on: ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if answer.trim() != "erase" {
            bail!("nothing was destroyed: the word was not typed, and --yes was not given");
        }
        Ok(true)
    }
}

impl EraseVerb {
    pub(super) async fn run(self, hub: &Hub) -> anyhow::Result<()> {
        // The same question as before serving: an order must not be carried out in an older copy of the database.
        hub.prepare_log().await.map_err(told)?;
        match self {
            Self::Message { id, order } => message(hub, id, &order).await,
            Self::Mailbox { owner, order } => {
                // Who repeats an order that was broken off finds no mailbox of this owner any more: what it left is done first.
                if !order.dry_run {
                    hub.finish_erasures().await.map_err(unfinished)?;
                }
                mailbox(hub, &owner, &order).await
            }
            Self::Replay => {
                let replayed = hub.replay_erasures().await.map_err(told)?;
                hub.finish_erasures().await.map_err(unfinished)?;
                println!("{replayed} erasure(s) were done again.");
                Ok(())
            }
            Self::Scrub => {
                if !hub.scrub().await.map_err(told)? {
                    bail!("somebody was reading, so old pages are still in the journal: run it again");
                }
                println!("The database was written anew.");
                Ok(())
            }
        }
    }
}

async fn message(hub: &Hub, id: MessageId, args: &OrderArgs) -> anyhow::Result<()> {
    let order = args.order()?;
    let plan = hub.plan_message_erasure(id).await.map_err(no_message)?;
    if let Some(at) = plan.erased_at {
        println!("Message {id}: its content was erased at {at:.0}.");
    } else {
        println!(
            "Message {id}: title, text and {} file(s) of {} bytes are destroyed for its recipient and its sender.",
            plan.files, plan.bytes
        );
        if plan.waits {
            println!(
                "Its receipt was not confirmed, and then never can be: the sender must serve the document in another way."
            );
        }
        if plan.unprinted {
            println!("Its letter was not collected by a print house, and then is never printed.");
        }
        println!("The evidence of its delivery stays; the record of the erasure joins it.");
        if !args.confirmed()? {
            return Ok(());
        }
    }
    let erased = hub.erase_message(&order, id).await;
    tell(erased.map_err(unfinished)?, &format!("Message {id}"));
    Ok(())
}

async fn mailbox(hub: &Hub, text: &str, args: &OrderArgs) -> anyhow::Result<()> {
    let order = args.order()?;
    let owner = owner(hub, text)?;
    let plan = hub.plan_mailbox_erasure(&owner).await.map_err(no_mailbox)?;
    println!(
        "Mailbox {} ({}): its key is destroyed, and with it everything that its owner could read, {} draft(s), the contact address, \
         choices, mandates and sessions among it. The same person who logs in again is somebody new.",
        plan.mailbox,
        if plan.in_use { "in use" } else { "not in use" },
        plan.drafts
    );
    if plan.waiting > 0 {
        println!(
            "{} verifiable message(s) wait for confirmation and then cannot be confirmed: their senders must serve in another way.",
            plan.waiting
        );
    }
    println!("What authorities sent and received stays theirs, with its evidence.");
    if !args.confirmed()? {
        return Ok(());
    }
    let (_, erased) = hub.erase_mailbox(&order, &owner).await.map_err(unfinished)?;
    tell(erased, "The mailbox");
    Ok(())
}

fn tell(erased: Erased, what: &str) {
    if erased.before {
        println!(
            "{what} was erased before, at {:.0}: nothing was left to destroy.",
            erased.at
        );
        return;
    }
    println!(
        "{what} is erased, at {:.0}. It stands on the list of erasures in the object store.",
        erased.at
    );
    println!(
        "Free room of the database may hold old bytes until it is used again: `admin erase scrub`, at a quiet hour."
    );
    println!("Backups and archives hold the keys until they end: docs/erasure.md.");
}

fn no_message(error: ActError) -> anyhow::Error {
    match error {
        ActError::NotFound => anyhow::anyhow!("there is no message of this number"),
        error => told(error),
    }
}

fn no_mailbox(error: ActError) -> anyhow::Error {
    match error {
        ActError::NotFound => anyhow::anyhow!("this owner has no mailbox; one that was erased before is nobody's"),
        error => told(error),
    }
}

fn unfinished(error: ActError) -> anyhow::Error {
    match error {
        ActError::Objects(error) => anyhow::Error::new(error)
            .context("the keys are destroyed, but the list of erasures could not be written: run the command again"),
        error => no_mailbox(error),
    }
}

//! `tiedoksi admin service`: what a citizen sees as sender, and its wishes.

use clap::{Args, Subcommand};

use super::{NamesArgs, Verb, print, told};
use crate::domain::deadline::{NoPeriod, StatedPeriod};
use crate::hub::Hub;
use crate::hub::change_service::ServiceChange;

#[derive(Debug, Subcommand)]
pub(super) enum ServiceVerb {
    #[command(flatten)]
    Common(Verb<NewServiceArgs>),
    /// Change what a service wishes, within five seconds everywhere; what is not named stays
    Set(SetArgs),
}

#[derive(Debug, Args)]
pub(super) struct NewServiceArgs {
    /// The username of the system that sends for it
    #[arg(long, value_name = "USERNAME")]
    system: String,
    /// The API's serviceId, 1-64 characters
    #[arg(long)]
    id: String,
    #[command(flatten)]
    names: NamesArgs,
}

#[derive(Debug, Args)]
pub(super) struct SetArgs {
    /// The API's serviceId
    id: String,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArgs {
    /// Hide the titles of its verifiable messages until receipt is confirmed
    #[arg(long, value_name = "BOOL")]
    hides_title: Option<bool>,
    /// Let citizens write to it, not only reply
    #[arg(long, value_name = "BOOL")]
    takes_messages: Option<bool>,
    /// The period for appeal of what it sends from now on: P14D, P30D, P1M, `none` where there is nothing to appeal, or `unstated`
    #[arg(long, value_name = "PERIOD", value_parser = appeal)]
    appeal: Option<Appeal>,
    /// What it is about, instead of the topics before; repeat it for several
    #[arg(long = "topic", value_name = "CODE")]
    topics: Vec<String>,
    /// Take every topic from it
    #[arg(long, conflicts_with = "topics")]
    no_topics: bool,
}

/// What is stated of the period for appeal; none takes it back.
#[derive(Debug, Clone, Copy)]
struct Appeal(Option<StatedPeriod>);

fn appeal(text: &str) -> Result<Appeal, String> {
    match text {
        "unstated" => Ok(Appeal(None)),
        text => text
            .parse()
            .map(|it| Appeal(Some(it)))
            .map_err(|error: NoPeriod| format!("{error}; or \"unstated\"")),
    }
}

impl ServiceVerb {
    pub(super) async fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let verb = match self {
            Self::Common(verb) => verb,
            Self::Set(SetArgs { id, change }) => {
                let change = ServiceChange {
                    hides_title: change.hides_title,
                    takes_messages: change.takes_messages,
                    appeal: change.appeal.map(|it| it.0),
                    topics: (change.no_topics || !change.topics.is_empty()).then_some(change.topics),
                };
                return hub.change_service(&id, change).await.map_err(told);
            }
        };
        match verb {
            Verb::Add(new) => {
                hub.add_service(&new.system, &new.id, new.names.into())
                    .await
                    .map_err(told)?;
                println!("Service {} is registered; {} sends for it.", new.id, new.system);
            }
            Verb::List { json } => print(&hub.list_services().await.map_err(told)?, json)?,
            Verb::Disable { name } => hub.set_service_active(&name, false).await.map_err(told)?,
            Verb::Enable { name } => hub.set_service_active(&name, true).await.map_err(told)?,
        }
        Ok(())
    }
}

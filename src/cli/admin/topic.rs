//! `tiedoksi admin topic`: what services are about.

use clap::{Args, Subcommand};

use super::{NamesArgs, print, told};
use crate::hub::Hub;

#[derive(Debug, Subcommand)]
pub(super) enum TopicVerb {
    /// Add one
    Add(NewTopicArgs),
    /// Every one
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct NewTopicArgs {
    /// The operator's code for it, 1-64 characters, such as housing
    #[arg(long)]
    code: String,
    #[command(flatten)]
    names: NamesArgs,
}

impl TopicVerb {
    pub(super) async fn run(self, hub: &Hub) -> anyhow::Result<()> {
        match self {
            Self::Add(new) => {
                hub.add_topic(&new.code, new.names.into()).await.map_err(told)?;
                println!("Topic {} is added; give it to services with `service set`.", new.code);
            }
            Self::List { json } => print(&hub.list_topics().await.map_err(told)?, json)?,
        }
        Ok(())
    }
}

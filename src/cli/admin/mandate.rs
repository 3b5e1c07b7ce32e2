//! `tiedoksi admin mandate`: who signs for a company and who is the guardian of a minor, as the operator has seen it in the registers.

use anyhow::{Context as _, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{print, told};
use crate::domain::id::MandateId;
use crate::domain::identity::{Hetu, OwnerIdentity, RecipientId};
use crate::domain::mandate::AgentRole;
use crate::hub::Hub;
use crate::hub::mandate::NewRegistration;

#[derive(Debug, Subcommand)]
pub(super) enum MandateVerb {
    /// Register one; a guardian's ends by itself when the minor turns 18
    Add(NewMandate),
    /// Those over one mailbox: in force, and the last that ended
    List {
        /// Business ID of the company, or identity code of the person
        #[arg(long, value_name = "ID")]
        owner: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// End one that was registered here, at once everywhere
    Revoke {
        /// Its id, as `add` and `list` print it
        id: MandateId,
    },
}

#[derive(Debug, Args)]
pub(super) struct NewMandate {
    /// Business ID of the company, or identity code of the minor
    #[arg(long, value_name = "ID")]
    owner: String,
    /// The owner's name; needed where the owner has no mailbox yet
    #[arg(long, value_name = "NAME")]
    owner_name: Option<String>,
    /// Identity code of who may act
    #[arg(long, value_name = "ID")]
    agent: String,
    /// The agent's name, as the owner's page shows it
    #[arg(long, value_name = "NAME")]
    agent_name: String,
    /// In which capacity
    #[arg(long)]
    role: Role,
    /// The last day, such as 2030-12-31
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    /// Signs for a company alone
    Signatory,
    /// Guardian of a minor
    Guardian,
}

impl MandateVerb {
    pub(super) async fn run(self, hub: &Hub) -> anyhow::Result<()> {
        match self {
            Self::Add(new) => {
                let registration = NewRegistration {
                    owner: owner(hub, &new.owner)?,
                    owner_name: new.owner_name,
                    agent: Hetu::parse(&new.agent, hub.allows_artificial()).context("--agent")?,
                    agent_name: new.agent_name,
                    role: match new.role {
                        Role::Signatory => AgentRole::Signatory,
                        Role::Guardian => AgentRole::Guardian,
                    },
                    until: new.until,
                };
                let (id, _) = hub.register_mandate(registration).await.map_err(told)?;
                println!("Mandate {id} is registered.");
            }
            Self::List { owner: id, json } => {
                print(&hub.list_mandates(&owner(hub, &id)?).await.map_err(told)?, json)?;
            }
            Self::Revoke { id } => hub.revoke_registered_mandate(id).await.map_err(told)?,
        }
        Ok(())
    }
}

pub(super) fn owner(hub: &Hub, text: &str) -> anyhow::Result<OwnerIdentity> {
    RecipientId::parse(text, hub.allows_artificial())
        .map(|id| id.0)
        .map_err(|error| anyhow!("--owner: {error}"))
}

//! `tiedoksi admin`: what the operator registers, through the same acts as everything else, without serving.

mod erase;
mod key;
mod log;
mod mandate;
mod service;
mod system_key;
mod topic;

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::erase::EraseVerb;
use self::key::KeyVerb;
use self::log::LogVerb;
use self::mandate::MandateVerb;
use self::service::ServiceVerb;
use self::system_key::SystemKeyVerb;
use self::topic::TopicVerb;
use super::{ConfigFile, build, install_quiet_telemetry};
use crate::config::Config;
use crate::domain::id::SecretId;
use crate::domain::identity::BusinessId;
use crate::domain::name::Names;
use crate::domain::network::Networks;
use crate::domain::time::SystemClock;
use crate::hub::registry::{Listed, NewOrganisation};
use crate::hub::{ActError, Hub};

#[derive(Debug, Args)]
#[command(after_help = "Example: from nothing to a system that can send
  tiedoksi admin --config F organisation add --business-id 0208573-0 --name-fi 'Viitasaaren kaupunki' --name-sv 'Viitasaari stad' \\
      --name-en 'City of Viitasaari'
  tiedoksi admin --config F system add --organisation 0208573-0 --username viitasaari-asianhallinta
  tiedoksi admin --config F service add --system viitasaari-asianhallinta --id kirjaamo --name-fi Kirjaamo --name-sv Registratorskontoret \\
      --name-en Registry
  tiedoksi admin --config F secret add --system viitasaari-asianhallinta

What is disabled stops within five seconds on every machine of the hub.")]
pub(super) struct Admin {
    #[command(flatten)]
    at: ConfigFile,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// Authorities
    #[command(subcommand)]
    Organisation(Verb<NewOrganisationArgs>),
    /// What a citizen sees as sender; belongs to the system that sends for it
    #[command(subcommand)]
    Service(ServiceVerb),
    /// What services are about: by topic a citizen finds where to write
    #[command(subcommand)]
    Topic(TopicVerb),
    /// API clients of an organisation
    #[command(subcommand)]
    System(SystemVerb),
    /// Passwords of a system
    #[command(subcommand)]
    Secret(SecretVerb),
    /// Those who may collect letters for printing
    #[command(subcommand)]
    PrintHouse(PrintHouseVerb),
    /// Public keys with which a system signs, instead of a password
    #[command(subcommand)]
    SystemKey(SystemKeyVerb),
    /// Who signs for a company, and guardians of minors
    #[command(subcommand)]
    Mandate(MandateVerb),
    /// Destroy by order what a message says, or a whole mailbox; the evidence stays
    #[command(subcommand)]
    Erase(EraseVerb),
    /// The evidence log
    #[command(subcommand)]
    Log(LogVerb),
    /// The keys of evidence: announcing the next one, and letting it take over
    #[command(subcommand)]
    Key(KeyVerb),
}

#[derive(Debug, Subcommand)]
enum Verb<New: Args> {
    /// Register one
    Add(New),
    /// Every one, with its state
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Stop one from being used
    Disable {
        /// Business ID, username or service id
        name: String,
    },
    /// Let one be used again
    Enable {
        /// Business ID, username or service id
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum SystemVerb {
    #[command(flatten)]
    Common(Verb<NewSystemArgs>),
    /// Set from where a system may call, within five seconds everywhere
    Allow {
        /// The system's username
        username: String,
        /// Networks and addresses, such as 192.0.2.0/24 or 2001:db8::7, instead of those before; none: from anywhere
        #[arg(value_name = "CIDR")]
        networks: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
enum SecretVerb {
    /// Issue a password: shown once, as the last line, and kept nowhere
    Add {
        /// The system's username
        #[arg(long, value_name = "USERNAME")]
        system: String,
        /// When it stops working: a date (its start, UTC) or an RFC 3339 time
        #[arg(long, value_name = "TIME", value_parser = time)]
        expires: Option<Timestamp>,
    },
    /// The passwords of a system, by id
    List {
        /// The system's username
        #[arg(long, value_name = "USERNAME")]
        system: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a password back for good
    Disable {
        /// The password's id, as `add` and `list` print it
        #[arg(value_parser = secret_id)]
        id: SecretId,
    },
}

#[derive(Debug, Subcommand)]
enum PrintHouseVerb {
    /// Register one: its key is shown once, as the last line, and kept nowhere
    Add {
        /// The name by which evidence calls it, 1-64 characters
        name: String,
    },
    /// Every one, with its state
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take its key back for good
    Disable {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
struct NamesArgs {
    /// Name in Finnish
    #[arg(long)]
    name_fi: String,
    /// Name in Swedish
    #[arg(long)]
    name_sv: String,
    /// Name in English
    #[arg(long)]
    name_en: String,
}

impl From<NamesArgs> for Names {
    fn from(names: NamesArgs) -> Self {
        Self {
            fi: names.name_fi,
            sv: names.name_sv,
            en: names.name_en,
        }
    }
}

#[derive(Debug, Args)]
struct NewOrganisationArgs {
    /// Business ID, such as 0208573-0
    #[arg(long, value_parser = business_id)]
    business_id: BusinessId,
    #[command(flatten)]
    names: NamesArgs,
    /// It may send only to those who consented to it in particular
    #[arg(long)]
    requires_consent: bool,
    /// Citizens may refuse its messages
    #[arg(long)]
    refusable: bool,
}

#[derive(Debug, Args)]
struct NewSystemArgs {
    /// The organisation's Business ID
    #[arg(long, value_name = "BUSINESS_ID", value_parser = business_id)]
    organisation: BusinessId,
    /// The name it logs in by
    #[arg(long)]
    username: String,
}

fn business_id(text: &str) -> Result<BusinessId, String> {
    BusinessId::parse(text).map_err(|error| format!("not a Business ID: {error}"))
}

fn secret_id(text: &str) -> Result<SecretId, String> {
    text.parse::<uuid::Uuid>()
        .map(SecretId)
        .map_err(|error| error.to_string())
}

/// A date (its start, UTC) or an RFC 3339 time.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(date) = text.parse::<Date>()
        && !text.contains('T')
    {
        return date
            .to_zoned(TimeZone::UTC)
            .map(|day| day.timestamp())
            .map_err(|error| error.to_string());
    }
    let unread =
        "a date is written 2026-01-31 (its start, UTC), a time 2026-01-31T12:00:00+02:00 or 2026-01-31T10:00:00Z";
    text.parse().map_err(|_: jiff::Error| unread.to_owned())
}

impl Admin {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.at.load()?;
        install_quiet_telemetry()?;
        if let Noun::Key(verb) = &self.noun {
            verb.prepare(&config)?;
        }
        let built = build::build(&config, Arc::new(SystemClock)).await?;
        let done = self.noun.run(&built.hub, &config).await;
        built.close().await;
        done
    }
}

impl Noun {
    async fn run(self, hub: &Hub, config: &Config) -> anyhow::Result<()> {
        match self {
            Self::Organisation(verb) => organisation(hub, verb).await,
            Self::Service(verb) => verb.run(hub).await,
            Self::Topic(verb) => verb.run(hub).await,
            Self::System(verb) => system(hub, verb).await,
            Self::Secret(verb) => secret(hub, verb).await,
            Self::PrintHouse(verb) => print_house(hub, verb).await,
            Self::SystemKey(verb) => verb.run(hub).await,
            Self::Mandate(verb) => verb.run(hub).await,
            Self::Erase(verb) => verb.run(hub).await,
            Self::Log(verb) => verb.run(hub).await,
            Self::Key(verb) => verb.run(hub, config).await,
        }
    }
}

async fn organisation(hub: &Hub, verb: Verb<NewOrganisationArgs>) -> anyhow::Result<()> {
    let set = async |name: String, active| {
        let id = business_id(&name).map_err(|error| anyhow!(error))?;
        hub.set_organisation_active(&id, active).await.map_err(told)
    };
    match verb {
        Verb::Add(new) => {
            let new = NewOrganisation {
                business_id: new.business_id,
                names: new.names.into(),
                requires_consent: new.requires_consent,
                refusable: new.refusable,
            };
            let name = new.business_id.clone();
            hub.add_organisation(new).await.map_err(told)?;
            println!("Organisation {name} is registered.");
        }
        Verb::List { json } => print(&hub.list_organisations().await.map_err(told)?, json)?,
        Verb::Disable { name } => set(name, false).await?,
        Verb::Enable { name } => set(name, true).await?,
    }
    Ok(())
}

async fn system(hub: &Hub, verb: SystemVerb) -> anyhow::Result<()> {
    let verb = match verb {
        SystemVerb::Common(verb) => verb,
        SystemVerb::Allow { username, networks } => {
            let networks: Networks = networks.join(" ").parse()?;
            return hub.set_system_networks(&username, &networks).await.map_err(told);
        }
    };
    match verb {
        Verb::Add(new) => {
            hub.add_system(&new.organisation, &new.username).await.map_err(told)?;
            println!(
                "System {} is registered; give it a password with `secret add`.",
                new.username
            );
        }
        Verb::List { json } => print(&hub.list_systems().await.map_err(told)?, json)?,
        Verb::Disable { name } => hub.set_system_active(&name, false).await.map_err(told)?,
        Verb::Enable { name } => hub.set_system_active(&name, true).await.map_err(told)?,
    }
    Ok(())
}

async fn secret(hub: &Hub, verb: SecretVerb) -> anyhow::Result<()> {
    match verb {
        SecretVerb::Add { system, expires } => {
            let (id, text) = hub.add_secret(&system, expires).await.map_err(told)?;
            println!(
                "Password {} of {system}, shown this once and kept nowhere:\n{text}",
                id.0
            );
        }
        SecretVerb::List { system, json } => print(&hub.list_secrets(&system).await.map_err(told)?, json)?,
        SecretVerb::Disable { id } => hub.revoke_secret(id).await.map_err(told)?,
    }
    Ok(())
}

async fn print_house(hub: &Hub, verb: PrintHouseVerb) -> anyhow::Result<()> {
    match verb {
        PrintHouseVerb::Add { name } => {
            let key = hub.add_print_house(&name).await.map_err(told)?;
            println!("Key of {name}, shown this once and kept nowhere:\n{key}");
        }
        PrintHouseVerb::List { json } => print(&hub.list_print_houses().await.map_err(told)?, json)?,
        PrintHouseVerb::Disable { name } => hub.revoke_print_house(&name).await.map_err(told)?,
    }
    Ok(())
}

/// An act's refusal with all that it says.
pub(super) fn told(error: ActError) -> anyhow::Error {
    match error {
        ActError::Invalid(violations) => {
            let option = |text: String| match text.strip_prefix("/reason") {
                Some(rest) => format!("\n  --reason{rest}"),
                None => format!("\n  {text}"),
            };
            let lines: Vec<_> = violations
                .iter()
                .map(|violation| option(violation.to_string()))
                .collect();
            anyhow!("{} problem(s){}", lines.len(), lines.concat())
        }
        ActError::NotFound => anyhow!("there is none of that name: `list` shows what is registered"),
        error => error.into(),
    }
}

fn print(list: &[Listed], json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(list).context("the list")?);
        return Ok(());
    }
    for it in list {
        let state = if it.active { "active" } else { "disabled" };
        let parent = it.parent.as_deref().unwrap_or("-");
        println!("{}\t{state}\t{parent}\t{}", it.name, it.details);
    }
    Ok(())
}

//! The sample comes into the hub through the hub's own acts, so that it is as real as everything after it.

use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;

use super::pdf;
use super::record::System;
use super::sample::{
    COMPANY, GRANTER, GUARDIAN, MESSAGES, MINOR, Message, Name, ORGANISATIONS, Organisation, PERSONS, Person,
    SIGNATORY, TOPICS, appeal,
};
use crate::cli::admin::told;
use crate::domain::attachment::Accepts;
use crate::domain::deadline::StatedPeriod;
use crate::domain::id::{OrganisationId, SecretId, SystemId};
use crate::domain::identity::{BusinessId, Hetu, RecipientId};
use crate::domain::mandate::{Agency, AgentRole, Grant, Scope, Term, today};
use crate::domain::message::{Channels, Draft, Electronic, Notifications, Reminder, SenderDetails, Shape, Visibility};
use crate::domain::name::Names;
use crate::domain::principal::{Citizen, Credential, Sender, SenderService};
use crate::hub::Hub;
use crate::hub::change_service::ServiceChange;
use crate::hub::mandate::NewRegistration;
use crate::hub::registry::NewOrganisation;

/// Registers the authorities, opens mailboxes, sends the messages; the systems with their passwords.
pub(super) async fn seed(hub: &Hub) -> anyhow::Result<Vec<System>> {
    let mut systems = Vec::new();
    let mut senders = Vec::new();
    for (code, name) in TOPICS {
        hub.add_topic(code, names(name)).await.map_err(told).context(code)?;
    }
    for organisation in &ORGANISATIONS {
        let (system, sender) = register(hub, organisation).await.context(organisation.username)?;
        systems.push(system);
        senders.push(sender);
    }
    for (person, number) in PERSONS.iter().zip(1..).filter(|(person, _)| person.active) {
        let citizen = citizen(hub, person).await.context(person.name)?;
        hub.verify_contact_of_demo(&citizen, &format!("asukas{number}@posti.example"))
            .await
            .map_err(told)?;
        hub.activate(&citizen).await.map_err(told).context(person.name)?;
    }
    mandates(hub).await.context("mandates")?;
    for message in &MESSAGES {
        let sends = |sender: &&Sender| sender.services.iter().any(|service| service.code == message.service);
        let sender = senders.iter().find(sends).context(message.service)?;
        send(hub, sender, message).await.context(message.external_id)?;
    }
    Ok(systems)
}

/// Lets persons act for a company, a minor and each other, and opens the mailboxes of the first two.
async fn mandates(hub: &Hub) -> anyhow::Result<()> {
    for (represented, agent, role) in [
        (COMPANY, SIGNATORY, AgentRole::Signatory),
        (MINOR, GUARDIAN, AgentRole::Guardian),
    ] {
        let person = known(agent)?;
        let new = NewRegistration {
            owner: RecipientId::parse(represented.0, true)?.0,
            owner_name: Some(represented.1.to_owned()),
            agent: Hetu::parse(agent, true)?,
            agent_name: person.name.to_owned(),
            role,
            until: None,
        };
        let (mandate, mailbox) = hub.register_mandate(new).await.map_err(told)?;
        let agency = Agency {
            mandate: mandate.to_string(),
            role,
            scope: Scope::Everything,
            owner_name: represented.1.to_owned(),
        };
        let acting = Citizen {
            mailbox,
            agency: Some(agency),
            ..citizen(hub, person).await?
        };
        let address = format!("{}@posti.example", role.as_str());
        hub.verify_contact_of_demo(&acting, &address).await.map_err(told)?;
        hub.activate(&acting).await.map_err(told)?;
    }
    let grant = Grant {
        agent: Hetu::parse(SIGNATORY, true)?,
        name: known(SIGNATORY)?.name.to_owned(),
        scope: Scope::Everything,
        term: Term::of_days(today(hub.now()), None),
    };
    let granter = citizen(hub, known(GRANTER)?).await?;
    hub.grant_mandate(&granter, grant).await.map_err(told)?;
    Ok(())
}

fn known(id: &str) -> anyhow::Result<&'static Person> {
    PERSONS
        .iter()
        .find(|person| person.id == id)
        .context("a person of the sample")
}

/// The person as after a login.
async fn citizen(hub: &Hub, person: &Person) -> anyhow::Result<Citizen> {
    hub.citizen_of_demo(Hetu::parse(person.id, true)?, person.name)
        .await
        .map_err(told)
}

/// What was registered of one organisation.
struct Registered {
    organisation: OrganisationId,
    system: SystemId,
    secret: SecretId,
    services: Vec<SenderService>,
}

async fn register(hub: &Hub, it: &Organisation) -> anyhow::Result<(System, Sender)> {
    let business_id = BusinessId::parse(it.business_id)?;
    let new = NewOrganisation {
        business_id: business_id.clone(),
        names: names(it.name),
        requires_consent: false,
        refusable: it.refusable,
    };
    let organisation = hub.add_organisation(new).await.map_err(told)?;
    let system = hub.add_system(&business_id, it.username).await.map_err(told)?;
    let mut services = Vec::new();
    for (code, name, topic) in it.services {
        let id = hub.add_service(it.username, code, names(*name)).await.map_err(told)?;
        let appeal: StatedPeriod = appeal(code).parse()?;
        let writable = ServiceChange {
            hides_title: None,
            appeal: Some(Some(appeal)),
            takes_messages: Some(true),
            topics: Some(vec![(*topic).to_owned()]),
        };
        hub.change_service(code, writable).await.map_err(told)?;
        services.push(SenderService {
            id,
            code: (*code).to_owned(),
            active: true,
            appeal: Some(appeal.to_string()),
        });
    }
    let (secret, password) = hub.add_secret(it.username, None).await.map_err(told)?;
    let record = System {
        username: it.username.to_owned(),
        password,
        service_ids: services.iter().map(|service| service.code.clone()).collect(),
        organisation: it.business_id.to_owned(),
    };
    let registered = Registered {
        organisation,
        system,
        secret,
        services,
    };
    Ok((record, sender(registered, &business_id)))
}

/// The system as after proving the password that was issued a moment ago.
fn sender(registered: Registered, business_id: &BusinessId) -> Sender {
    Sender {
        system: registered.system,
        credential: Credential::Secret(registered.secret),
        organisation: registered.organisation,
        business_id: Arc::from(business_id.as_str()),
        active: true,
        services: registered.services.into(),
    }
}

async fn send(hub: &Hub, sender: &Sender, message: &Message) -> anyhow::Result<()> {
    let mut attachments = Vec::new();
    if let Some((name, lines)) = message.pdf {
        let bytes = futures::stream::iter([Ok(Bytes::from(pdf::page(lines)))]);
        attachments.push(hub.upload_as_sender(sender, Accepts::Attachments, name, bytes).await?);
    }
    let draft = Draft {
        external_id: message.external_id.to_owned(),
        service_code: message.service.to_owned(),
        shape: Shape::V2,
        channels: Channels::Electronic {
            recipient: RecipientId::parse(message.recipient, true)?,
            electronic: Electronic {
                title: message.title.to_owned(),
                body: message.body.to_owned(),
                body_format: message.body_format,
                attachments,
                mode: message.mode,
                reply_allowed: message.reply_allowed,
                visibility: Visibility::Normal,
                in_reply_to: None,
                notifications: Notifications {
                    sender_details: SenderDetails::OrganisationAndService,
                    reminder: Reminder::Default,
                    new_message: None,
                },
            },
        },
    };
    hub.submit(sender, draft).await.map_err(told)?;
    Ok(())
}

fn names([fi, sv, en]: Name) -> Names {
    Names {
        fi: fi.to_owned(),
        sv: sv.to_owned(),
        en: en.to_owned(),
    }
}

//! The sample comes into the hub through the hub's own acts, so that it is as real as everything after it.

use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;

use super::pdf;
use super::record::System;
use super::sample::{MESSAGES, Message, Name, ORGANISATIONS, Organisation, PERSONS, Person};
use crate::cli::admin::told;
use crate::domain::attachment::Accepts;
use crate::domain::id::{OrganisationId, SecretId, SystemId};
use crate::domain::identity::{BusinessId, Hetu, RecipientId};
use crate::domain::message::{Channels, Draft, Electronic, Notifications, Reminder, SenderDetails, Shape, Visibility};
use crate::domain::name::Names;
use crate::domain::principal::{Citizen, Credential, Sender, SenderService};
use crate::hub::Hub;
use crate::hub::registry::NewOrganisation;

/// Registers the authorities, opens mailboxes, sends the messages; the systems with their passwords.
pub(super) async fn seed(hub: &Hub) -> anyhow::Result<Vec<System>> {
    let mut systems = Vec::new();
    let mut senders = Vec::new();
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
    for message in &MESSAGES {
        let sends = |sender: &&Sender| sender.services.iter().any(|service| service.code == message.service);
        let sender = senders.iter().find(sends).context(message.service)?;
        send(hub, sender, message).await.context(message.external_id)?;
    }
    Ok(systems)
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
    for (code, name) in it.services {
        let id = hub.add_service(it.username, code, names(*name)).await.map_err(told)?;
        services.push(SenderService {
            id,
            code: (*code).to_owned(),
            active: true,
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

//! To whom a citizen may write: the services that take messages, by name, by topic and by authority.
//!
//! The operator registers services by hand, so they are few: all are read, and matched in memory. Leaves out: writing (`hub::draft`).

use std::collections::HashMap;

use super::view::{Correspondent, Directory, ServiceToWriteTo};
use super::{ActError, Hub};
use crate::domain::id::{OrganisationId, ServiceId};
use crate::domain::name::{any_matches, folded_words};
use crate::domain::principal::Citizen;

/// Most services in one answer.
const MOST: usize = 50;

/// What to look for. Nothing at all finds no service, only topics and authorities to choose from.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Beginnings of words in the names of service and authority, in any language.
    pub words: String,
    /// The code of a topic.
    pub topic: Option<String>,
    /// An authority.
    pub authority: Option<OrganisationId>,
}

impl Hub {
    /// The services to which the citizen may write; an agent sees those that the mandate reaches.
    pub async fn directory(&self, citizen: &Citizen, wanted: &Wanted) -> Result<Directory, ActError> {
        let mut tx = self.db.read().await?;
        let organisations = tx.list_organisations().await?;
        let services = tx.list_services_to_write_to().await?;
        let mut topics: HashMap<ServiceId, Vec<String>> = HashMap::new();
        for (service, topic) in tx.list_topics_of_services().await? {
            topics.entry(service).or_default().push(topic);
        }
        let every_topic = tx.list_topics().await?;
        drop(tx);
        let organisations: HashMap<_, _> = organisations
            .into_iter()
            .filter(|row| row.active)
            .map(|row| (row.id, row.names))
            .collect();
        let mut all = Vec::with_capacity(services.len());
        for service in services {
            let Some(organisation) = organisations.get(&service.organisation_id) else {
                continue;
            };
            let topics = topics.remove(&service.id).unwrap_or_default();
            if citizen.may_see(service.organisation_id, &topics, false) {
                all.push(ServiceToWriteTo {
                    id: service.id,
                    organisation: service.organisation_id,
                    correspondent: Correspondent {
                        organisation: organisation.clone(),
                        service: service.names,
                    },
                    topics,
                });
            }
        }
        let used = |code: &String| all.iter().any(|it| it.topics.contains(code));
        let mut found = Directory {
            topics: every_topic
                .into_iter()
                .filter(|topic| used(&topic.code))
                .map(|topic| (topic.code, topic.names))
                .collect(),
            ..Directory::default()
        };
        for service in &all {
            let authority = (service.organisation, service.correspondent.organisation.clone());
            if !found.authorities.contains(&authority) {
                found.authorities.push(authority);
            }
        }
        found.services = all;
        let words = folded_words(&wanted.words);
        let nothing = words.is_empty() && wanted.topic.is_none() && wanted.authority.is_none();
        found.services.retain(|it| {
            let names = [&it.correspondent.organisation, &it.correspondent.service];
            !nothing
                && any_matches(&names, &words)
                && wanted.topic.as_ref().is_none_or(|topic| it.topics.contains(topic))
                && wanted.authority.is_none_or(|authority| it.organisation == authority)
        });
        found.more = found.services.len() > MOST;
        found.services.truncate(MOST);
        Ok(found)
    }
}

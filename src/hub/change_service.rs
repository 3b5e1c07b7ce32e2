//! What a service wishes: whether its titles stay hidden, whether citizens may write to it, and what it is about. Called by the command line; holds within five seconds
//! everywhere.

use super::registry::{Listed, finish, unique};
use super::{ActError, Hub};
use crate::domain::deadline::StatedPeriod;
use crate::domain::id::ServiceId;
use crate::domain::message::Violation;
use crate::domain::name::Names;
use crate::store::topic::TopicRow;

/// What is to change of a service; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ServiceChange {
    /// Whether the titles of its verifiable messages stay hidden until receipt is confirmed.
    pub hides_title: Option<bool>,
    /// Whether citizens may write to it.
    pub takes_messages: Option<bool>,
    /// The period for appeal of what it sends from now on; none in it takes back what was stated.
    pub appeal: Option<Option<StatedPeriod>>,
    /// The codes of its topics, instead of those before.
    pub topics: Option<Vec<String>>,
}

impl Hub {
    /// Changes what a service wishes. [`ActError::Invalid`] names topics that are not there; nothing is changed then.
    pub async fn change_service(&self, code: &str, change: ServiceChange) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let row = tx.find_service(code).await?.ok_or(ActError::NotFound)?;
        let mut done = true;
        if let Some(hides) = change.hides_title {
            done = tx.set_service_hides_title(row.id, hides).await?;
        }
        if let Some(takes) = change.takes_messages {
            done = tx.set_service_takes_messages(row.id, takes).await?;
        }
        if let Some(appeal) = change.appeal {
            let appeal = appeal.map(|it| it.to_string());
            done = tx.set_service_appeal(row.id, appeal.as_deref()).await?;
        }
        if let Some(topics) = change.topics {
            let known = tx.list_topics().await?;
            let unknown = topics.iter().filter(|code| !known.iter().any(|it| it.code == **code));
            let unknown: Vec<_> = unknown
                .map(|code| {
                    let message = format!("There is no topic {code}. Add it with `topic add` first.");
                    Violation::new("/topic", "topic-not-found", message)
                })
                .collect();
            if !unknown.is_empty() {
                return Err(ActError::Invalid(unknown));
            }
            tx.delete_service_topics(row.id).await?;
            for topic in topics {
                tx.insert_service_topic(row.id, &topic).await?;
            }
        }
        finish(tx, done).await
    }

    /// Adds a topic. [`ActError::Forbidden`] for a code that is taken, or no code.
    pub async fn add_topic(&self, code: &str, names: Names) -> Result<(), ActError> {
        if !(1..=64).contains(&code.chars().count()) {
            return Err(ActError::Forbidden("A topic's code has 1 to 64 characters."));
        }
        let mut tx = self.db.write().await?;
        let row = TopicRow {
            code: code.to_owned(),
            names,
        };
        unique(tx.insert_topic(&row).await, "A topic with this code is there already.")?;
        Ok(tx.commit().await?)
    }

    /// Every topic.
    pub async fn list_topics(&self) -> Result<Vec<Listed>, ActError> {
        let rows = self.db.read().await?.list_topics().await?;
        Ok(rows
            .into_iter()
            .map(|row| Listed {
                name: row.code,
                parent: None,
                details: [row.names.fi, row.names.sv, row.names.en].join(" / "),
                active: true,
            })
            .collect())
    }
}

/// What a service is about, for people.
pub(super) fn about(topics: &[(ServiceId, String)], service: ServiceId) -> String {
    let codes: Vec<_> = topics
        .iter()
        .filter(|(of, _)| *of == service)
        .map(|(_, code)| code.as_str())
        .collect();
    if codes.is_empty() {
        return String::new();
    }
    format!(", about {}", codes.join(" and "))
}

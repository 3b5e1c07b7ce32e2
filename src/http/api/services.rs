//! The services that take messages, by name, by topic and by authority.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::request::Asked;
use super::view::{CorrespondentView, NamesView};
use crate::domain::id::{OrganisationId, ServiceId};
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::directory::Wanted;
use crate::hub::view::{Directory, ServiceToWriteTo};

/// To whom one may write.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Services {
    /// The services found, at most 50; none when nothing was asked for.
    services: Vec<ServiceRow>,
    /// Whether more were found than are given: ask for more words.
    more: bool,
    /// Topics under which there is a service.
    topics: Vec<Topic>,
    /// Authorities with such a service.
    authorities: Vec<AuthorityRow>,
}

/// A service.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRow {
    /// Its id, for a new draft.
    #[schema(value_type = uuid::Uuid)]
    service_id: ServiceId,
    /// The id of its authority.
    #[schema(value_type = uuid::Uuid)]
    authority: OrganisationId,
    /// Its names, and the authority's.
    correspondent: CorrespondentView,
    /// The codes of its topics.
    topics: Vec<String>,
}

/// A topic.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Topic {
    /// Its code.
    code: String,
    /// Its names.
    names: NamesView,
}

/// An authority.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuthorityRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: OrganisationId,
    /// Its names.
    names: NamesView,
}

impl From<ServiceToWriteTo> for ServiceRow {
    fn from(service: ServiceToWriteTo) -> Self {
        Self {
            service_id: service.id,
            authority: service.organisation,
            correspondent: service.correspondent.into(),
            topics: service.topics,
        }
    }
}

impl From<Directory> for Services {
    fn from(directory: Directory) -> Self {
        let topic = |(code, names): (String, _)| Topic {
            code,
            names: NamesView::from(names),
        };
        let authority = |(id, names): (OrganisationId, _)| AuthorityRow {
            id,
            names: NamesView::from(names),
        };
        Self {
            services: directory.services.into_iter().map(Into::into).collect(),
            more: directory.more,
            topics: directory.topics.into_iter().map(topic).collect(),
            authorities: directory.authorities.into_iter().map(authority).collect(),
        }
    }
}

/// What to look for.
#[derive(Deserialize)]
pub struct Sought {
    q: Option<String>,
    topic: Option<String>,
    authority: Option<String>,
}

impl Sought {
    fn read(self) -> Result<Wanted, ActError> {
        let authority = self.authority.as_deref().map(str::parse).transpose();
        let authority = authority.map_err(|_| {
            let text = "An authority's id is a UUID.";
            ActError::Invalid(vec![Violation::new("/authority", "bad-uuid", text)])
        })?;
        Ok(Wanted {
            words: self.q.unwrap_or_default(),
            topic: self.topic,
            authority,
        })
    }
}

/// The services to which this person may write, found by what is asked for; by nothing only topics and authorities to choose from.
#[utoipa::path(get, path = "/api/v1/mailbox/services", tag = "writing", security(("citizen" = [])),
    params(("q" = Option<String>, Query, description = "Beginnings of words in the names of service and authority, in any language"),
           ("topic" = Option<String>, Query, description = "The code of a topic"),
           ("authority" = Option<uuid::Uuid>, Query, description = "An authority's id")), responses(
    (status = 200, description = "What was found", body = Services)))]
pub async fn list(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Asked(sought): Asked<Sought>,
    known: Known,
) -> Result<Response, Response> {
    let wanted = sought.read().map_err(|error| problem(&error))?;
    let found = app
        .hub
        .directory(&citizen, &wanted)
        .await
        .map_err(|error| problem(&error))?;
    Ok(Tagged::new(&Services::from(found))?.answer(&known))
}

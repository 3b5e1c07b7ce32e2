//! Filing from a list or a message: the form, and what the list says afterwards.
//!
//! The address of the list carries what was done as numbers of messages, so that it can be undone without anything being kept; whoever makes up
//! such an address is shown a notice about messages that only their owner can move.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::form_urlencoded;

use super::error::{Kind, PageError};
use super::session::{CitizenSession, CsrfForm};
use super::text::Text;
use crate::domain::id::MessageId;
use crate::http::App;
use crate::hub::view::{Filed, Filing, Folder};

/// Most messages that a notice names.
const MOST: usize = 100;

/// What the address of a list may say of messages that were filed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FiledFlags {
    filed: Option<String>,
    ids: Option<String>,
    kept: Option<String>,
}

/// What a list says of messages that were filed.
#[derive(Debug, Default)]
pub(super) struct Notice {
    /// What was done.
    pub done: Option<String>,
    /// What was not, and why.
    pub problem: Option<String>,
    /// What undoes it, and the messages.
    pub undo: Option<(Filing, Vec<MessageId>)>,
}

impl Notice {
    /// None when the address says nothing of it, or what we do not write.
    pub(super) fn read(t: Text, flags: &FiledFlags) -> Option<Self> {
        let filed = flags.filed.as_deref()?;
        if filed == "none" {
            return Some(Self {
                problem: Some(t.get("filed-none").into_owned()),
                ..Self::default()
            });
        }
        let filing = Filing::named(filed)?;
        let (done, kept) = (ids(flags.ids.as_deref())?, ids(flags.kept.as_deref())?);
        let key = match filing {
            Filing::Archive => "filed-archive",
            Filing::Unarchive => "filed-unarchive",
            Filing::Delete => "filed-delete",
            Filing::Restore => "filed-restore",
        };
        let problem = match (done.len(), kept.len()) {
            (0, 0) => Some(t.get("filed-nothing")),
            (_, 0) => None,
            (_, count) => Some(t.count("filed-kept", count)),
        };
        Some(Self {
            done: (!done.is_empty()).then(|| t.count(key, done.len()).into_owned()),
            problem: problem.map(std::borrow::Cow::into_owned),
            // Restoring is itself the undoing.
            undo: (!done.is_empty() && filing != Filing::Restore).then(|| (filing.inverse(), done)),
        })
    }
}

fn ids(text: Option<&str>) -> Option<Vec<MessageId>> {
    let ids: Result<Vec<_>, _> = text.into_iter().flat_map(|it| it.split('-')).map(str::parse).collect();
    ids.ok().filter(|ids| ids.len() <= MOST)
}

/// The address of a list that says something.
pub(super) fn address<'a>(folder: Folder, says: impl IntoIterator<Item = (&'static str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(says);
    match query.finish().as_str() {
        "" => format!("/{}", folder.as_str()),
        query => format!("/{}?{query}", folder.as_str()),
    }
}

/// `POST /filing`: the ticked messages (`id`, repeated) are filed (`do`), and the list (`folder`, `cursor`) is shown again.
pub(super) async fn file(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let invalid = || PageError::Bare(Kind::Invalid);
    let field = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let folder = field("folder").and_then(Folder::named).ok_or_else(invalid)?;
    let filing = field("do").and_then(Filing::named).ok_or_else(invalid)?;
    let chosen: Result<Vec<MessageId>, _> = fields
        .iter()
        .filter(|(key, _)| key == "id")
        .map(|(_, value)| value.parse())
        .collect();
    let chosen = chosen.map_err(|_| PageError::Bare(Kind::NotFound))?;
    let cursor = field("cursor").map(|cursor| ("cursor", cursor));
    let path = if chosen.is_empty() {
        address(folder, cursor.into_iter().chain([("filed", "none")]))
    } else {
        let Filed { done, kept } = app.hub.file(&citizen, filing, &chosen).await?;
        let (done, kept) = (joined(&done), joined(&kept));
        let told = [("ids", done.as_str()), ("kept", kept.as_str())]
            .into_iter()
            .filter(|(_, ids)| !ids.is_empty());
        let filed = [("filed", filing.as_str())];
        address(folder, cursor.into_iter().chain(filed).chain(told))
    };
    Ok(Redirect::to(&path).into_response())
}

fn joined(ids: &[MessageId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
}

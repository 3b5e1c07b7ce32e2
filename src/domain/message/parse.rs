//! From the bytes of a send to a [`Draft`], or to every violation at once (contract 1.11 to 1.14).
//!
//! Unknown fields are ignored, as the contract promises, except those that the first version of the API had and the second names otherwise:
//! ignoring one of those would lose a file or a wish in silence. Null in an optional field counts as absent.

mod electronic;
mod paper;
mod v1;

pub use v1::check_upload_metadata;

use std::ops::RangeInclusive;

use super::draft::{Channels, Draft, Mode, Shape};
use super::violation::Violation;
use crate::domain::fields::{Fields, Node, read_object, text};
use crate::domain::id::AttachmentId;
use crate::domain::identity::{RecipientId, RecipientIdError};

type Found = Vec<Violation>;

const MODES: &[(&str, Mode)] = &[("Normal", Mode::Ordinary), ("Verifiable", Mode::Verifiable)];

impl Draft {
    /// Most attachments of one message (contract 1.11).
    pub const MAX_ATTACHMENTS: usize = 50;

    /// Reads the body of `POST /v2/messages/electronic`. Lengths are in Unicode code points; text is kept as sent.
    ///
    /// # Errors
    /// Every violation in the body, in the order of the contract's fields, never an empty list. Entries of an attachment
    /// list longer than [`Draft::MAX_ATTACHMENTS`] are not examined one by one.
    pub fn parse_electronic_v2(body: &[u8], allow_artificial: bool) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| {
            // None only after a violation was added; likewise below.
            let external_id = external_id(fields, found);
            let recipient = recipient(fields, allow_artificial, found);
            let service_code = service_code(fields, found);
            let electronic = part(fields, "electronic", electronic::electronic, found);
            Some(Draft {
                external_id: external_id?,
                service_code: service_code?,
                channels: Channels::Electronic {
                    recipient: recipient?,
                    electronic: electronic?,
                },
                shape: Shape::V2,
            })
        })
    }

    /// Reads the body of `POST /v2/messages`.
    ///
    /// # Errors
    /// As [`Draft::parse_electronic_v2`].
    pub fn parse_multichannel_v2(body: &[u8], allow_artificial: bool) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| {
            let external_id = external_id(fields, found);
            let recipient = recipient(fields, allow_artificial, found);
            let service_code = service_code(fields, found);
            let electronic = part(fields, "electronic", electronic::electronic, found);
            let paper = part(fields, "paperMail", paper::paper, found);
            Some(Draft {
                external_id: external_id?,
                service_code: service_code?,
                channels: Channels::Multichannel {
                    recipient: recipient?,
                    electronic: electronic?,
                    paper: Box::new(paper?),
                },
                shape: Shape::V2,
            })
        })
    }

    /// Reads the body of `POST /v2/paper-mail-without-id`.
    ///
    /// # Errors
    /// As [`Draft::parse_electronic_v2`].
    pub fn parse_paper_v2(body: &[u8]) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| {
            paper::refuse_flat(fields, found);
            let external_id = external_id(fields, found);
            let service_code = service_code(fields, found);
            let paper = part(fields, "paperMail", paper::paper, found);
            Some(Draft {
                external_id: external_id?,
                service_code: service_code?,
                channels: Channels::Paper(Box::new(paper?)),
                shape: Shape::V2,
            })
        })
    }
}

fn external_id(fields: &Fields<'_, '_>, found: &mut Found) -> Option<String> {
    fields.sized_text("externalId", 1, 256, found)
}

fn service_code(fields: &Fields<'_, '_>, found: &mut Found) -> Option<String> {
    part(
        fields,
        "sender",
        |it, found| it.sized_text("serviceId", 1, 64, found),
        found,
    )
}

/// A required object, read by `take`.
fn part<T>(
    fields: &Fields<'_, '_>,
    name: &str,
    take: impl FnOnce(&Fields<'_, '_>, &mut Found) -> Option<T>,
    found: &mut Found,
) -> Option<T> {
    fields.object(name, found).and_then(|it| take(&it, found))
}

fn recipient(fields: &Fields<'_, '_>, allow_artificial: bool, found: &mut Found) -> Option<RecipientId> {
    part(
        fields,
        "recipient",
        |it, found| recipient_id(it, allow_artificial, found),
        found,
    )
}

fn recipient_id(fields: &Fields<'_, '_>, allow_artificial: bool, found: &mut Found) -> Option<RecipientId> {
    let id = fields.text("id", found)?;
    match RecipientId::parse(id, allow_artificial) {
        Ok(recipient) => Some(recipient),
        Err(RecipientIdError::Length) => {
            let code = if id.chars().count() < RecipientId::MIN_CHARS {
                "too-short"
            } else {
                "too-long"
            };
            let message =
                "This field must have 9 to 11 characters: a personal identity code (11) or a Business ID (9).";
            found.push(Violation::new(fields.at("id"), code, message));
            None
        }
        Err(RecipientIdError::NotValid(reason)) => {
            let message = format!("This is not a valid personal identity code or Business ID: {reason}.");
            found.push(Violation::new(fields.at("id"), "bad-identity", message));
            None
        }
    }
}

/// Refuses a field of the first version by naming the second version's.
fn refuse_v1(fields: &Fields<'_, '_>, old: &str, new: &str, found: &mut Found) {
    if fields.has(old) {
        let message = format!("\"{old}\" belongs to the first version of the API; send \"{new}\" instead.");
        found.push(Violation::new(fields.at(old), "unknown-v1-field", message));
    }
}

/// What a body calls an upload, and what other bodies of the API call it.
#[derive(Clone, Copy)]
struct UploadName {
    own: &'static str,
    others: &'static str,
    /// Refuses `others` and names `own`.
    refuse: fn(&Fields<'_, '_>, &str, &str, &mut Found),
}

const ATTACHMENT_ID: UploadName = UploadName {
    own: "attachmentId",
    others: "fileId",
    refuse: refuse_v1,
};

/// A list of uploads; one longer than allowed is not examined entry by entry.
fn attachment_list(
    node: &Node<'_>,
    pointer: &str,
    name: UploadName,
    allowed: RangeInclusive<usize>,
    found: &mut Found,
) -> Option<Vec<AttachmentId>> {
    let Node::List(items) = node else {
        found.push(Violation::new(
            pointer,
            "wrong-type",
            "This field must be a JSON array.",
        ));
        return None;
    };
    let (least, most) = (*allowed.start(), *allowed.end());
    if items.len() > most {
        let message = match most {
            1 => format!("The list has {} files; one alone is allowed.", items.len()),
            _ => format!("The list has {} attachments; at most {most} are allowed.", items.len()),
        };
        found.push(Violation::new(pointer, "too-many", message));
        return None;
    }
    if items.len() < least {
        found.push(Violation::new(
            pointer,
            "too-few",
            "The list must name one uploaded file.",
        ));
        return None;
    }
    let mut ids = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let Some(id) = attachment(item, format!("{pointer}/{index}"), name, found) else {
            continue;
        };
        if ids.contains(&id) {
            let message = "This attachment is in the list already; send it once.";
            found.push(Violation::new(
                format!("{pointer}/{index}/{}", name.own),
                "duplicate",
                message,
            ));
        }
        ids.push(id);
    }
    (ids.len() == items.len()).then_some(ids)
}

fn attachment(node: &Node<'_>, pointer: String, name: UploadName, found: &mut Found) -> Option<AttachmentId> {
    let fields = Fields::of(node, pointer, found)?;
    (name.refuse)(&fields, name.others, name.own, found);
    let at = || fields.at(name.own);
    let id = text(fields.required(name.own, found)?, at, found)?.parse().ok();
    if id.is_none() {
        let message = format!(
            "This is not a UUID; send the {} that the upload answered with.",
            name.own
        );
        found.push(Violation::new(at(), "bad-uuid", message));
    }
    id
}

#[cfg(test)]
mod tests;

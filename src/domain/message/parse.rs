//! From the bytes of `POST /v2/messages/electronic` to a [`Draft`], or to every violation at once (contract 1.11, 1.12).
//!
//! Unknown fields are ignored, as the contract promises, except the two that the first version of the API had for
//! attachments: ignoring those would lose a file in silence. Null in an optional field counts as absent.

use super::draft::{
    Draft, Electronic, LanguageTexts, Mode, NewMessageNotification, Notifications, Reminder, SenderDetails, Visibility,
};
use super::violation::Violation;
use crate::domain::fields::{Fields, Node, choose, read_object, text};
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::identity::{RecipientId, RecipientIdError};
use crate::domain::markup::BodyFormat;

type Found = Vec<Violation>;

const BODY_FORMATS: &[(&str, BodyFormat)] = &[("Text", BodyFormat::Text), ("Markdown", BodyFormat::Markdown)];
const MODES: &[(&str, Mode)] = &[("Normal", Mode::Ordinary), ("Verifiable", Mode::Verifiable)];
const REPLIES: &[(&str, bool)] = &[("Anyone", true), ("No one", false)];
const VISIBILITIES: &[(&str, Visibility)] = &[
    ("Normal", Visibility::Normal),
    ("Recipient only", Visibility::RecipientOnly),
];
const SENDER_DETAILS: &[(&str, SenderDetails)] = &[
    ("Organisation and service name", SenderDetails::OrganisationAndService),
    ("None", SenderDetails::None),
];
const REMINDERS: &[(&str, Reminder)] = &[
    ("Default reminder", Reminder::Default),
    ("No reminders", Reminder::None),
];

impl Draft {
    /// Most attachments of one message (contract 1.11).
    pub const MAX_ATTACHMENTS: usize = 50;

    /// Reads the body of `POST /v2/messages/electronic`. Lengths are in Unicode code points; text is kept as sent.
    ///
    /// # Errors
    /// Every violation in the body, in the order of the contract's fields, never an empty list. Entries of an attachment
    /// list longer than [`Draft::MAX_ATTACHMENTS`] are not examined one by one.
    pub fn parse_electronic_v2(body: &[u8], allow_artificial: bool) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| draft(fields, allow_artificial, found))
    }
}

/// None only after a violation was added; likewise below.
fn draft(fields: &Fields<'_, '_>, allow_artificial: bool, found: &mut Found) -> Option<Draft> {
    let external_id = fields.sized_text("externalId", 1, 256, found);
    let recipient = fields
        .object("recipient", found)
        .and_then(|it| recipient(&it, allow_artificial, found));
    let service_code = fields
        .object("sender", found)
        .and_then(|it| it.sized_text("serviceId", 1, 64, found));
    let electronic = fields.object("electronic", found).and_then(|it| electronic(&it, found));
    Some(Draft {
        external_id: external_id?,
        recipient: recipient?,
        service_code: service_code?,
        electronic: electronic?,
    })
}

fn recipient(fields: &Fields<'_, '_>, allow_artificial: bool, found: &mut Found) -> Option<RecipientId> {
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

fn electronic(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Electronic> {
    let title = fields.sized_text("title", 1, 256, found);
    let body = fields.sized_text("body", 1, 40_000, found);
    let body_format = fields.choice("bodyFormat", BODY_FORMATS, found);
    refuse_v1(fields, "files", "attachments", found);
    let attachments = fields
        .required("attachments", found)
        .and_then(|it| attachments(it, &fields.at("attachments"), found));
    let mode = fields.choice("messageServiceType", MODES, found);
    let reply_allowed = fields.choice("replyAllowedBy", REPLIES, found);
    let visibility = match fields.optional("visibility", found) {
        Some(node) => choose(node, VISIBILITIES, || fields.at("visibility"), found),
        None => Some(Visibility::default()),
    };
    let in_reply_to = match fields.optional("inReplyToMessageId", found) {
        Some(node) => message_id(node, || fields.at("inReplyToMessageId"), found).map(Some),
        None => Some(None),
    };
    let notifications = fields
        .object("notifications", found)
        .and_then(|it| notifications(&it, found));
    Some(Electronic {
        title: title?,
        body: body?,
        body_format: body_format?,
        attachments: attachments?,
        mode: mode?,
        reply_allowed: reply_allowed?,
        visibility: visibility?,
        in_reply_to: in_reply_to?,
        notifications: notifications?,
    })
}

fn refuse_v1(fields: &Fields<'_, '_>, old: &str, new: &str, found: &mut Found) {
    if fields.has(old) {
        let message = format!("\"{old}\" belongs to the first version of the API; send \"{new}\" instead.");
        found.push(Violation::new(fields.at(old), "unknown-v1-field", message));
    }
}

fn message_id(node: &Node<'_>, at: impl Fn() -> String, found: &mut Found) -> Option<MessageId> {
    let Node::Integer(number) = node else {
        found.push(Violation::new(at(), "wrong-type", "This field must be a JSON integer."));
        return None;
    };
    let id = MessageId::try_from(*number).ok();
    if id.is_none() {
        found.push(Violation::new(
            at(),
            "not-allowed-value",
            format!("This field must be from 1 to {}.", MessageId::MAX),
        ));
    }
    id
}

fn attachments(node: &Node<'_>, pointer: &str, found: &mut Found) -> Option<Vec<AttachmentId>> {
    let Node::List(items) = node else {
        found.push(Violation::new(
            pointer,
            "wrong-type",
            "This field must be a JSON array.",
        ));
        return None;
    };
    if items.len() > Draft::MAX_ATTACHMENTS {
        let message = format!(
            "The list has {} attachments; at most {} are allowed.",
            items.len(),
            Draft::MAX_ATTACHMENTS
        );
        found.push(Violation::new(pointer, "too-many", message));
        return None;
    }
    let mut ids = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let Some(id) = attachment(item, format!("{pointer}/{index}"), found) else {
            continue;
        };
        if ids.contains(&id) {
            let message = "This attachment is in the list already; send it once.";
            found.push(Violation::new(
                format!("{pointer}/{index}/attachmentId"),
                "duplicate",
                message,
            ));
        }
        ids.push(id);
    }
    (ids.len() == items.len()).then_some(ids)
}

fn attachment(node: &Node<'_>, pointer: String, found: &mut Found) -> Option<AttachmentId> {
    let fields = Fields::of(node, pointer, found)?;
    refuse_v1(&fields, "fileId", "attachmentId", found);
    let at = || fields.at("attachmentId");
    let id = text(fields.required("attachmentId", found)?, at, found)?.parse().ok();
    if id.is_none() {
        let message = "This is not a UUID; send the attachmentId that the upload answered with.";
        found.push(Violation::new(at(), "bad-uuid", message));
    }
    id
}

fn notifications(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Notifications> {
    let sender_details = fields.choice("senderDetailsInNotifications", SENDER_DETAILS, found);
    let reminder = fields
        .object("unreadMessageNotification", found)
        .and_then(|it| it.choice("reminder", REMINDERS, found));
    let name = "customisedNewMessageNotification";
    let new_message = match fields.optional(name, found) {
        Some(node) => Fields::of(node, fields.at(name), found)
            .and_then(|it| customised(&it, found))
            .map(Some),
        None => Some(None),
    };
    Some(Notifications {
        sender_details: sender_details?,
        reminder: reminder?,
        new_message: new_message?,
    })
}

fn customised(fields: &Fields<'_, '_>, found: &mut Found) -> Option<NewMessageNotification> {
    let title = fields
        .object("title", found)
        .and_then(|it| languages(&it, 1, 256, found));
    let content = fields
        .object("content", found)
        .and_then(|it| languages(&it, 0, 1_500, found));
    Some(NewMessageNotification {
        title: title?,
        content: content?,
    })
}

fn languages(fields: &Fields<'_, '_>, min: usize, max: usize, found: &mut Found) -> Option<LanguageTexts> {
    let fi = fields.sized_text("fi", min, max, found);
    let sv = fields.sized_text("sv", min, max, found);
    let en = fields.sized_text("en", min, max, found);
    Some(LanguageTexts {
        fi: fi?,
        sv: sv?,
        en: en?,
    })
}

#[cfg(test)]
mod tests;

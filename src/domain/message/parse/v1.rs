//! The send bodies of the first version of the API, and the metadata of its uploads (contract 1.9, 1.16, 1.17).
//!
//! What the first version left unsaid has a value here: a body is plain text; a letter is printed on both sides, as print houses do unless told
//! otherwise, and no page is turned. Unknown fields are ignored, as the contract promises, except the name that an upload has in another body of
//! the API: to ignore that would lose a file in silence.

use super::electronic::{REMINDERS, REPLIES, SENDER_DETAILS, in_reply_to, new_message, visibility};
use super::paper::{addressed, any_printing_service};
use super::{Found, MODES, UploadName, attachment_list, external_id, part, recipient, service_code};
use crate::domain::fields::{Fields, read_object};
use crate::domain::id::AttachmentId;
use crate::domain::letter::{PaperMail, PostalAddress, Printing};
use crate::domain::markup::BodyFormat;
use crate::domain::message::draft::{Channels, Draft, Electronic, Mode, Notifications, Reminder, SenderDetails, Shape};
use crate::domain::message::violation::Violation;

/// An upload of `/v1/attachments`.
const ATTACHMENT: UploadName = UploadName {
    own: "attachmentId",
    others: "fileId",
    refuse: refuse_misplaced,
};

/// An upload of `/v1/files`.
const FILE: UploadName = UploadName {
    own: "fileId",
    others: "attachmentId",
    refuse: refuse_misplaced,
};

impl Draft {
    /// Reads the body of `POST /v1/messages/electronic`.
    ///
    /// # Errors
    /// As [`Draft::parse_electronic_v2`].
    pub fn parse_electronic_v1(body: &[u8], allow_artificial: bool) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| {
            let external_id = external_id(fields, found);
            let recipient = recipient(fields, allow_artificial, found);
            let service_code = service_code(fields, found);
            let electronic = part(fields, "electronic", electronic_alone, found);
            Some(Draft {
                external_id: external_id?,
                service_code: service_code?,
                channels: Channels::Electronic {
                    recipient: recipient?,
                    electronic: electronic?,
                },
                shape: Shape::V1Electronic,
            })
        })
    }

    /// Reads the body of `POST /v1/messages`.
    ///
    /// # Errors
    /// As [`Draft::parse_electronic_v2`].
    pub fn parse_multichannel_v1(body: &[u8], allow_artificial: bool) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| {
            let external_id = external_id(fields, found);
            let recipient = recipient(fields, allow_artificial, found);
            let service_code = service_code(fields, found);
            let electronic = part(fields, "electronic", electronic_beside_paper, found);
            let no_service = |it: &Fields<'_, '_>, found: &mut Found| addressed(it, found).map(|address| ((), address));
            let paper = part(fields, "paperMail", |it, found| letter(it, no_service, found), found);
            Some(Draft {
                external_id: external_id?,
                service_code: service_code?,
                channels: Channels::Multichannel {
                    recipient: recipient?,
                    electronic: electronic?,
                    paper: Box::new(paper?.1),
                },
                shape: Shape::V1Multichannel,
            })
        })
    }

    /// Reads the body of `POST /v1/paper-mail-without-id`, where the letter's fields stand at the top.
    ///
    /// # Errors
    /// As [`Draft::parse_electronic_v2`].
    pub fn parse_paper_v1(body: &[u8]) -> Result<Self, Vec<Violation>> {
        let service_and_address = |it: &Fields<'_, '_>, found: &mut Found| {
            let service = it.sized_text("serviceId", 1, 64, found);
            let address = addressed(it, found);
            Some((service?, address?))
        };
        read_object(body, |fields, found| {
            let external_id = external_id(fields, found);
            let letter = letter(fields, service_and_address, found);
            let (service_code, paper) = letter?;
            Some(Draft {
                external_id: external_id?,
                service_code,
                channels: Channels::Paper(Box::new(paper)),
                shape: Shape::V1Paper,
            })
        })
    }
}

/// Checks the `metadata` part of an upload to `/v1/attachments`: an object with a `recipientId` of 9 to 11 characters.
///
/// The contract asks for it and says nothing of what it is for; the upload is not bound to that recipient, so whether anybody has such an id
/// is not asked.
///
/// # Errors
/// Every violation; pointers begin with `/metadata`.
pub fn check_upload_metadata(json: &[u8]) -> Result<(), Vec<Violation>> {
    let read = read_object(json, |fields, found| {
        fields.sized_text("recipientId", 9, 11, found).map(drop)
    });
    read.map_err(|mut found| {
        for violation in &mut found {
            violation.pointer.insert_str(0, "/metadata");
        }
        found
    })
}

/// Refuses the name that a thing has in another body of the API, by naming the one it has here.
fn refuse_misplaced(fields: &Fields<'_, '_>, wrong: &str, right: &str, found: &mut Found) {
    if fields.has(wrong) {
        let message = format!("\"{wrong}\" has no place here in this body; send \"{right}\" instead.");
        found.push(Violation::new(fields.at(wrong), "misplaced-field", message));
    }
}

/// `electronic` of `/v1/messages/electronic`.
fn electronic_alone(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Electronic> {
    refuse_misplaced(fields, "files", "attachments", found);
    let attachments = match fields.optional("attachments", found) {
        Some(node) => attachment_list(node, &fields.at("attachments"), ATTACHMENT, 0..=1, found),
        None => Some(Vec::new()),
    };
    let in_reply_to = in_reply_to(fields, found);
    let electronic = electronic(fields, found);
    Some(Electronic {
        attachments: attachments?,
        in_reply_to: in_reply_to?,
        ..electronic?
    })
}

/// `electronic` of `/v1/messages`.
fn electronic_beside_paper(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Electronic> {
    refuse_misplaced(fields, "attachments", "files", found);
    let files = files(fields, 0, found);
    let electronic = electronic(fields, found);
    Some(Electronic {
        attachments: files?,
        ..electronic?
    })
}

/// What both kinds of `electronic` have, without files.
fn electronic(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Electronic> {
    let title = fields.sized_text("title", 1, 256, found);
    let body = fields.sized_text("body", 1, 40_000, found);
    let mode = fields.choice_or("messageServiceType", MODES, Mode::Ordinary, found);
    let reply_allowed = fields.choice_or("replyAllowedBy", REPLIES, false, found);
    let visibility = visibility(fields, found);
    let notifications = match fields.optional("notifications", found) {
        Some(node) => Fields::of(node, fields.at("notifications"), found).and_then(|it| notifications(&it, found)),
        None => Some(Notifications {
            sender_details: SenderDetails::OrganisationAndService,
            reminder: Reminder::Default,
            new_message: None,
        }),
    };
    Some(Electronic {
        title: title?,
        body: body?,
        body_format: BodyFormat::Text,
        attachments: Vec::new(),
        mode: mode?,
        reply_allowed: reply_allowed?,
        visibility: visibility?,
        in_reply_to: None,
        notifications: notifications?,
    })
}

fn notifications(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Notifications> {
    let default = SenderDetails::OrganisationAndService;
    let sender_details = fields.choice_or("senderDetailsInNotifications", SENDER_DETAILS, default, found);
    let name = "unreadMessageNotification";
    let reminder = match fields.optional(name, found) {
        Some(node) => Fields::of(node, fields.at(name), found).and_then(|it| it.choice("reminder", REMINDERS, found)),
        None => Some(Reminder::Default),
    };
    let new_message = new_message(fields, found);
    Some(Notifications {
        sender_details: sender_details?,
        reminder: reminder?,
        new_message: new_message?,
    })
}

/// At most one file, and no fewer than `least`.
fn files(fields: &Fields<'_, '_>, least: usize, found: &mut Found) -> Option<Vec<AttachmentId>> {
    let node = fields.required("files", found)?;
    attachment_list(node, &fields.at("files"), FILE, least..=1, found)
}

/// A letter, and what `sender` reads beside its address.
fn letter<T>(
    fields: &Fields<'_, '_>,
    sender: impl FnOnce(&Fields<'_, '_>, &mut Found) -> Option<(T, PostalAddress)>,
    found: &mut Found,
) -> Option<(T, PaperMail)> {
    refuse_misplaced(fields, "attachments", "files", found);
    refuse_misplaced(fields, "createAddressPage", "createCoverPage", found);
    let files = files(fields, 1, found);
    let address_page = fields.flag("createCoverPage", found);
    let colour = fields.flag_or("colorPrinting", false, found);
    let mode = fields.choice_or("messageServiceType", MODES, Mode::Ordinary, found);
    let service = part(fields, "printingAndEnvelopingService", any_printing_service, found);
    let recipient = part(fields, "recipient", addressed, found);
    let sender = part(fields, "sender", sender, found);
    let (contact_email, cost_pool) = service?;
    let (beside, sender) = sender?;
    let paper = PaperMail {
        attachment: files?.first().copied()?,
        printing: Printing {
            colour: colour?,
            two_sided: true,
            address_page: address_page?,
            rotate_landscape: false,
        },
        mode: mode?,
        cost_pool,
        contact_email,
        recipient: recipient?,
        sender,
    };
    Some((beside, paper))
}

#[cfg(test)]
mod tests;

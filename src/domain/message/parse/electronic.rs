//! The electronic part of a send (contract 1.11).

use super::{ATTACHMENT_ID, Found, MODES, attachment_list, refuse_v1};
use crate::domain::fields::{Fields, message_id};
use crate::domain::id::MessageId;
use crate::domain::markup::BodyFormat;
use crate::domain::message::draft::{
    Draft, Electronic, LanguageTexts, NewMessageNotification, Notifications, Reminder, SenderDetails, Visibility,
};

const BODY_FORMATS: &[(&str, BodyFormat)] = &[("Text", BodyFormat::Text), ("Markdown", BodyFormat::Markdown)];
pub(super) const REPLIES: &[(&str, bool)] = &[("Anyone", true), ("No one", false)];
const VISIBILITIES: &[(&str, Visibility)] = &[
    ("Normal", Visibility::Normal),
    ("Recipient only", Visibility::RecipientOnly),
];
pub(super) const SENDER_DETAILS: &[(&str, SenderDetails)] = &[
    ("Organisation and service name", SenderDetails::OrganisationAndService),
    ("None", SenderDetails::None),
];
pub(super) const REMINDERS: &[(&str, Reminder)] = &[
    ("Default reminder", Reminder::Default),
    ("No reminders", Reminder::None),
];

pub(super) fn electronic(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Electronic> {
    let title = fields.sized_text("title", 1, 256, found);
    let body = fields.sized_text("body", 1, 40_000, found);
    let body_format = fields.choice("bodyFormat", BODY_FORMATS, found);
    refuse_v1(fields, "files", "attachments", found);
    let attachments = fields.required("attachments", found).and_then(|it| {
        let allowed = 0..=Draft::MAX_ATTACHMENTS;
        attachment_list(it, &fields.at("attachments"), ATTACHMENT_ID, allowed, found)
    });
    let mode = fields.choice("messageServiceType", MODES, found);
    let reply_allowed = fields.choice("replyAllowedBy", REPLIES, found);
    let visibility = visibility(fields, found);
    let in_reply_to = in_reply_to(fields, found);
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

pub(super) fn visibility(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Visibility> {
    fields.choice_or("visibility", VISIBILITIES, Visibility::default(), found)
}

/// The outer None only after a violation was added; likewise below.
pub(super) fn in_reply_to(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Option<MessageId>> {
    match fields.optional("inReplyToMessageId", found) {
        Some(node) => message_id(node, || fields.at("inReplyToMessageId"), found).map(Some),
        None => Some(None),
    }
}

fn notifications(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Notifications> {
    let sender_details = fields.choice("senderDetailsInNotifications", SENDER_DETAILS, found);
    let reminder = fields
        .object("unreadMessageNotification", found)
        .and_then(|it| it.choice("reminder", REMINDERS, found));
    let new_message = new_message(fields, found);
    Some(Notifications {
        sender_details: sender_details?,
        reminder: reminder?,
        new_message: new_message?,
    })
}

pub(super) fn new_message(fields: &Fields<'_, '_>, found: &mut Found) -> Option<Option<NewMessageNotification>> {
    let name = "customisedNewMessageNotification";
    match fields.optional(name, found) {
        Some(node) => Fields::of(node, fields.at(name), found)
            .and_then(|it| customised(&it, found))
            .map(Some),
        None => Some(None),
    }
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

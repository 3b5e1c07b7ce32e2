//! The sentences in English.

use super::{Outcomes, Words};
use crate::evidence::event_type::EventType;

pub(super) const WORDS: Words = Words {
    title: "Receipt of delivery",
    subject: "What happened to one official message, proved by the file embedded in this document.",
    of: "Delivery {id}",
    page: "Page {page} of {pages}",
    outcome: Outcomes {
        confirmed: (
            "Served: receipt was confirmed on {at}.",
            "The recipient confirmed receipt within the time for it, so the document has been served (13/2003, section 18).",
        ),
        by_post: (
            "Served by post: the letter was handed over against a signature, as the post reported on {at}.",
            "The letter was received and signed for.",
        ),
        late: (
            "Not served electronically: the message was opened too late, on {at}.",
            "The time to confirm receipt had ended. Opening the message does not count as service (13/2003, section 18).",
        ),
        expired: (
            "Not served electronically: nobody confirmed receipt in time.",
            "The end of the time was recorded on {at}. The authority must serve the document in another way (13/2003, section 18).",
        ),
        on_paper: (
            "The message went on paper on {at}.",
            "It was handed over to be printed and posted. Time limits run from the service of the letter.",
        ),
        available: (
            "Delivered: the message has been available to the recipient since {at}.",
            "Opening it earlier or later does not move the day of service, which is counted from that moment (13/2003, section 19).",
        ),
        waits: (
            "Waiting: receipt has not been confirmed.",
            "The message has waited for confirmation since {at}. Until it is confirmed it has not been served.",
        ),
        unknown: (
            "The message is on its way.",
            "The events shown do not say that it became available.",
        ),
    },
    message: "The message",
    sender: "Sender",
    recipient: "Recipient",
    by_mandate: "acted for by an agent, mandate {id}",
    number: "Message number",
    service: "Delivery service",
    service_id: "operator {id}",
    mode: "Way of service",
    ordinary: "Ordinary service by electronic message (13/2003, section 19)",
    verifiable: "Verifiable service by electronic message (13/2003, section 18)",
    basis: "Why electronically",
    consent: "The recipient consented",
    statutory: "The recipient's mailbox was opened by law",
    on_paper: "No electronic service: on paper",
    body: "Message text",
    attachment: "Attachment",
    bytes: "bytes",
    content: "Documents",
    content_withheld: "Not shown in this copy before receipt is confirmed. That there is content, and that it stays the same, is proved already.",
    more_parts: "And {count} more, listed in the embedded file.",
    identity_code: "Personal identity code",
    business_id: "Business ID",
    other_id: "Identifier",
    undisclosed: "Not disclosed in this copy",
    time_line: "Time line",
    time_line_alt: "Time line of the delivery, from left to right: {events}.",
    withheld_short: "Not shown",
    times: "Times",
    times_of: "Every event of the delivery in its order. The times are the delivery service's clock, as recorded at once; the log in which the records stand cannot be changed afterwards unseen.",
    event: "Event",
    local_time: "Finnish time",
    utc: "Universal time (UTC)",
    withheld: "An event that this copy does not show",
    again: "Opened again {count} times, the last time on {at}",
    more_events: "And {count} more events, all in the embedded file.",
    reason: "Reason: {reason}",
    actors: "Who acted, and how they were identified",
    actors_lead: "A person was identified by an identity provider at login; the delivery service recorded the level that the provider stated.",
    act: "Act",
    who: "Who",
    identified: "Identified",
    system: "A system with a credential of its own",
    logged_in: "logged in on {at}",
    substantial: "Strong identification, level substantial",
    high: "Strong identification, level high",
    test_level: "Test identification: not a real person",
    deadlines: "Computed dates",
    calculated: "Calculated, not evidence.",
    calculated_means: "The dates are what the rules below give for the times above. Anyone can calculate them again; in a dispute the law decides.",
    served_on: "Day of service",
    deemed: "{day}, unless otherwise shown",
    actual: "{day}, the day when receipt was confirmed",
    instant: "{day}, the day when it became available",
    confirm_by: "To be confirmed by",
    not_confirmed_by: "Not confirmed by",
    last_day: "Last day for appeal",
    last_day_if: "{day}, if the time for appeal is {count} days",
    no_appeal: "Appeal",
    no_appeal_stated: "The sender has stated that this cannot be appealed.",
    instructions: "The instructions given with the decision always prevail.",
    rules: "Rule set",
    calendar: "Calendar",
    check: "How to check this receipt",
    check_lead: "This document carries its proof: the embedded file proof.json holds every event as it was recorded, sealed and entered in the log.",
    check_steps: [
        (
            "With the open program tiedoksi, without a network. It also compares this page with the proof, word for word:",
            "tiedoksi verify receipt.pdf --trust keys/",
        ),
        (
            "Take the embedded file out (poppler-utils) and compare its hash with the one shown here:",
            "pdfdetach -saveall receipt.pdf && sha256sum proof.json",
        ),
        (
            "Without our programs: the same proof as a signed package (.asice) from the delivery service, checked with openssl, jose and a shell as its file says:",
            "VERIFY.md",
        ),
    ],
    check_keys: "Get the keys from the authority in another way than with this file: a forger would send keys along.",
    check_limits: "No file can show whether anything happened after its last event, whether the delivery service's clock was right, or whether the person who logged in was who the identity provider said.",
    hash: "SHA-256 of proof.json",
    hash_alt: "QR code of the hash of the embedded file proof.json: {hash}",
    evidence_file: "The proof of the delivery, for programs: records, seals, places in the log",
    short,
    long,
};

fn short(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "Sent",
        EventType::ContentConsignment => "Available",
        EventType::NotificationForAcceptance => "To be confirmed",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => "Notified",
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => "Notice failed",
        EventType::ContentHandover => "Opened",
        EventType::ConsignmentAcceptance => "Confirmed",
        EventType::AcceptanceRejectionExpiry => "Time ended",
        EventType::LateRetrieval => "Opened late",
        EventType::RelayToNonErds => "To paper",
        EventType::PostReceiptConfirmed => "Signed for",
        EventType::PostReturned => "Returned",
        EventType::PostUnresolved => "Unresolved",
        _ => "Other",
    }
}

fn long(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "The delivery service took the message from the sender",
        EventType::ContentConsignment => "The message became available to the recipient",
        EventType::NotificationForAcceptance => "The message began to wait for the recipient's confirmation",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => {
            "A notice of the message was taken by the receiving mail server"
        }
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => {
            "A notice of the message could not be delivered"
        }
        EventType::ContentHandover => "The content was opened for the first time",
        EventType::ContentAccessTracking => "The content was opened again",
        EventType::ConsignmentAcceptance => "Receipt was confirmed in time",
        EventType::ConsignmentRejection => "The recipient refused the message",
        EventType::AcceptanceRejectionExpiry => "The time to confirm receipt ended without confirmation",
        EventType::LateRetrieval => "The message was opened after the time to confirm had ended",
        EventType::RelayToNonErds => "The message was handed over for delivery on paper",
        EventType::PostReceiptConfirmed => "The post handed the letter over against a signature",
        EventType::PostReturned => "The post returned the letter to its sender",
        EventType::PostUnresolved => "The post does not know what became of the letter",
        EventType::Erasure => "Keys were destroyed: the content can no longer be read",
        EventType::StaffAccess => "Staff looked at the message",
        EventType::ProofExported => "A proof was handed out",
        _ => "Another event",
    }
}

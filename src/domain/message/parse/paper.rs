//! The paper part of a send (contract 1.11 `PaperMailPart`).
//!
//! The print house's credentials are checked for their form, as the contract has it, and go no further.

use super::{ATTACHMENT_ID, Found, MODES, attachment_list, part, refuse_v1};
use crate::domain::fields::Fields;
use crate::domain::letter::{CountryCode, PaperMail, PostalAddress, Printing};
use crate::domain::message::violation::Violation;

/// What stood at the top of the first version's body and stands in `paperMail` since.
const ONCE_FLAT: &[&str] = &[
    "files",
    "createCoverPage",
    "colorPrinting",
    "messageServiceType",
    "printingAndEnvelopingService",
    "recipient",
];

/// Refuses the first version's flat body of a letter to an address.
pub(super) fn refuse_flat(fields: &Fields<'_, '_>, found: &mut Found) {
    let new_name = |old: &str| match old {
        "files" => "paperMail/attachments".to_owned(),
        "createCoverPage" => "paperMail/createAddressPage".to_owned(),
        same => format!("paperMail/{same}"),
    };
    for old in ONCE_FLAT {
        refuse_v1(fields, old, &new_name(old), found);
    }
    let mut unread = Vec::new();
    if let Some(sender) = fields.optional("sender", &mut unread)
        && let Some(sender) = Fields::of(sender, fields.at("sender"), &mut unread)
    {
        refuse_v1(&sender, "address", "paperMail/sender/address", found);
    }
}

pub(super) fn paper(fields: &Fields<'_, '_>, found: &mut Found) -> Option<PaperMail> {
    refuse_v1(fields, "files", "attachments", found);
    refuse_v1(fields, "createCoverPage", "createAddressPage", found);
    let attachments = fields
        .required("attachments", found)
        .and_then(|it| attachment_list(it, &fields.at("attachments"), ATTACHMENT_ID, 1..=1, found));
    let colour = fields.flag("colorPrinting", found);
    let address_page = fields.flag("createAddressPage", found);
    let rotate_landscape = fields.flag("rotateLandscapePages", found);
    let two_sided = fields.flag("twoSidedPrinting", found);
    let mode = fields.choice("messageServiceType", MODES, found);
    let service = part(fields, "printingAndEnvelopingService", printing_service, found);
    let recipient = part(fields, "recipient", addressed, found);
    let sender = part(fields, "sender", addressed, found);
    let (contact_email, cost_pool) = service?;
    Some(PaperMail {
        attachment: attachments?.first().copied()?,
        printing: Printing {
            colour: colour?,
            two_sided: two_sided?,
            address_page: address_page?,
            rotate_landscape: rotate_landscape?,
        },
        mode: mode?,
        cost_pool,
        contact_email,
        recipient: recipient?,
        sender: sender?,
    })
}

/// Contact and cost pool, which in the second version is of few letters.
fn printing_service(fields: &Fields<'_, '_>, found: &mut Found) -> Option<(String, Option<String>)> {
    let allowed = |pool: &str| {
        pool.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let service = any_printing_service(fields, found);
    if let Some((_, Some(pool))) = &service
        && !allowed(pool)
    {
        let message = "This field may hold the letters A to Z and digits alone.";
        found.push(Violation::new(fields.at("costPool"), "not-allowed-character", message));
    }
    service
}

/// Contact and cost pool, which in the first version is of any letters.
pub(super) fn any_printing_service(fields: &Fields<'_, '_>, found: &mut Found) -> Option<(String, Option<String>)> {
    let cost_pool = fields.optional_text("costPool", 1, 15, found);
    let contact = part(fields, "postiMessaging", posti, found);
    Some((contact?, cost_pool?))
}

/// The contact; user name and password are looked at and let go.
fn posti(fields: &Fields<'_, '_>, found: &mut Found) -> Option<String> {
    let before = found.len();
    fields.sized_text("username", 6, 6, found);
    fields.sized_text("password", 4, 4, found);
    let email = part(
        fields,
        "contactDetails",
        |it, found| it.sized_text("email", 5, 256, found),
        found,
    );
    email.filter(|_| found.len() == before)
}

pub(super) fn addressed(fields: &Fields<'_, '_>, found: &mut Found) -> Option<PostalAddress> {
    part(fields, "address", address, found)
}

fn address(fields: &Fields<'_, '_>, found: &mut Found) -> Option<PostalAddress> {
    let name = fields.sized_text("name", 1, 256, found);
    let additional_name = fields.optional_text("additionalName", 1, 256, found);
    let street_address = fields.sized_text("streetAddress", 1, 256, found);
    let zip_code = fields.sized_text("zipCode", 1, 64, found);
    let city = fields.sized_text("city", 1, 256, found);
    let country_code = fields.text("countryCode", found).and_then(|code| {
        let country = CountryCode::parse(code);
        if country.is_none() {
            let message = "Send the two letters of ISO 3166-1 in upper case, for example FI.";
            found.push(Violation::new(fields.at("countryCode"), "not-allowed-value", message));
        }
        country
    });
    Some(PostalAddress {
        name: name?,
        additional_name: additional_name?,
        street_address: street_address?,
        zip_code: zip_code?,
        city: city?,
        country_code: country_code?,
    })
}

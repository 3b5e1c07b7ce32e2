//! The owner's e-mail address: given, shown to be theirs by a code, changed.
//!
//! Guarantees: an address is used only once its owner typed the code that was sent to it; until then the one before stays in use, and when it
//! gives way it is told so. A code has six digits, holds for half an hour and for five tries, and a new one voids it; at most three are sent in
//! an hour, so that a mailbox sends nobody a flood, and guessing has fifteen tries an hour in a million. Evidence says that an address was
//! verified and never which. Leaves out: sending (`mail`).

mod address;

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq as _;

use self::address::{StoredAddress, pending, verified};
use super::event::Readers;
use super::mail::NewMail;
use super::mandate::decides;
use super::owner::Owner;
use super::view::{AddressSet, Contact, PendingAddress, VerifiedAddress};
use super::{ActError, Hub};
use crate::domain::contact::{EmailAddress, code_of, code_typed, is_code};
use crate::domain::id::MailboxId;
use crate::domain::mail::Matter;
use crate::domain::message::Violation;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::EventType;
use crate::store::Tx;
use crate::store::contact::ContactRow;
use crate::vault::PartyKey;

/// How long a code holds.
pub const CODE_MINUTES: i64 = 30;
/// Wrong codes that end it.
const ATTEMPTS: i64 = 5;
/// Codes of one mailbox in an hour.
const CODES: i64 = 3;
/// That hour.
const CODES_SPAN: SignedDuration = SignedDuration::from_hours(1);
/// What a digest of a code is for.
const PURPOSE: &str = "contact code";

/// What typing a code came to. The wrong one is counted, so the transaction stands either way.
enum Typed {
    Right,
    Wrong(i64),
    Over,
    NotAsked,
}

impl Hub {
    /// The owner's address. [`ActError::Forbidden`] for who does not decide about the mailbox: it is the owner's own.
    pub async fn contact(&self, citizen: &Citizen) -> Result<Contact, ActError> {
        decides(citizen)?;
        let mut tx = self.db.read().await?;
        let Some(row) = tx.find_contact(citizen.mailbox).await? else {
            return Ok(Contact::default());
        };
        let (_, key) = Owner::open(&tx.get_mailbox(citizen.mailbox).await?, &self.vault)?;
        let verified = match (verified(&row, &key)?, row.verified_at) {
            (Some(it), Some(at)) => Some(VerifiedAddress {
                address: it.address,
                language: it.language,
                at: from_micros(at),
            }),
            _ => None,
        };
        let pending = pending(&row, &key)?.map(|it| PendingAddress {
            address: it.address,
            expires_at: from_micros(row.code_expires_at.unwrap_or_default()),
            attempts_left: u8::try_from(ATTEMPTS - row.attempts).unwrap_or(0),
        });
        Ok(Contact { verified, pending })
    }

    /// Takes an address for the owner and sends a code to it, which voids any code before. The address in use gets no code: it stays, in the
    /// language now given, and an address that waited for its code is forgotten. Durable when it returns.
    ///
    /// [`ActError::Invalid`] at `/address` with `bad-address` or `too-many-codes`; [`ActError::Forbidden`] for who does not decide about the
    /// mailbox, and where this hub sends no mail.
    pub async fn set_contact(
        &self,
        citizen: &Citizen,
        address: &str,
        language: Language,
    ) -> Result<AddressSet, ActError> {
        decides(citizen)?;
        if self.mailer.is_none() {
            return Err(ActError::Forbidden("This service sends no e-mail."));
        }
        let address = EmailAddress::parse(address).map_err(|_| {
            refused(
                "/address",
                "bad-address",
                "This is not an e-mail address that can be used. Write it as name@example.fi.",
            )
        })?;
        let wanted = StoredAddress { address, language };
        self.act_as(citizen, move |hub, tx, citizen| {
            let wanted = wanted.clone();
            Box::pin(async move { hub.set_contact_in(tx, citizen.mailbox, wanted).await })
        })
        .await
    }

    async fn set_contact_in(
        &self,
        tx: &mut Tx,
        mailbox: MailboxId,
        wanted: StoredAddress,
    ) -> Result<AddressSet, ActError> {
        let (mut row, key) = self.locked_contact(tx, mailbox).await?;
        if verified(&row, &key)?.is_some_and(|it| it.address == wanted.address) {
            row.contact_sealed = Some(self.seal_address(&key, mailbox, "contact_sealed", &wanted)?);
            row.pending_sealed = None;
            row.code_digest = None;
            tx.set_contact(&row).await?;
            return Ok(AddressSet::InUse);
        }
        let now = self.now();
        let since = row
            .codes_since
            .map(from_micros)
            .filter(|since| now < *since + CODES_SPAN);
        match since {
            None => (row.codes_since, row.codes_sent) = (Some(now.as_microsecond()), 0),
            Some(_) if row.codes_sent >= CODES => {
                return Err(refused(
                    "/address",
                    "too-many-codes",
                    "Three codes were sent within an hour. Wait for an hour before you ask for another.",
                ));
            }
            Some(_) => {}
        }
        let code = self.new_code()?;
        let expires = now + SignedDuration::from_mins(CODE_MINUTES);
        row.codes_sent += 1;
        row.attempts = 0;
        row.code_digest = Some(self.code_digest(mailbox, &code).to_vec());
        row.code_expires_at = Some(expires.as_microsecond());
        row.pending_sealed = Some(self.seal_address(&key, mailbox, "pending_sealed", &wanted)?);
        tx.set_contact(&row).await?;
        let mail = NewMail {
            to: &wanted.address,
            language: wanted.language,
            matter: Matter::Code(&code, CODE_MINUTES),
            useless_from: Some(expires),
        };
        self.write_mail(tx, mail).await?;
        Ok(AddressSet::CodeSent)
    }

    /// Takes the address that waits into use, if this is its code. The same code again changes nothing and is right again. Durable when it
    /// returns; a wrong code is counted.
    ///
    /// [`ActError::Invalid`] at `/code` with `not-a-code` (not six digits; it is not counted), `wrong-code`, `code-over` (too old, or too many wrong ones: ask for a new one) or `no-code`.
    pub async fn verify_contact(&self, citizen: &Citizen, code: &str) -> Result<(), ActError> {
        decides(citizen)?;
        let code = code_typed(code);
        if !is_code(&code) {
            return Err(refused(
                "/code",
                "not-a-code",
                "The code has six digits. This one is not counted as a try.",
            ));
        }
        let typed = self
            .act_as(citizen, move |hub, tx, citizen| {
                let code = code.clone();
                Box::pin(async move { hub.verify_contact_in(tx, &citizen, &code).await })
            })
            .await?;
        let (code, message) = match typed {
            Typed::Right => return Ok(()),
            Typed::Wrong(left) => {
                let message = format!("The code is wrong. You can try {left} more times.");
                return Err(refused("/code", "wrong-code", &message));
            }
            Typed::Over => ("code-over", "The code does not hold any more. Ask for a new one."),
            Typed::NotAsked => ("no-code", "No code was asked for. Give an e-mail address first."),
        };
        Err(refused("/code", code, message))
    }

    async fn verify_contact_in(&self, tx: &mut Tx, citizen: &Citizen, code: &str) -> Result<Typed, ActError> {
        let mailbox = citizen.mailbox;
        let (mut row, key) = self.locked_contact(tx, mailbox).await?;
        let Some(digest) = &row.code_digest else {
            return Ok(Typed::NotAsked);
        };
        let now = self.now();
        let expires = row.code_expires_at.map_or(Timestamp::MIN, from_micros);
        if now >= expires || row.attempts >= ATTEMPTS {
            return Ok(Typed::Over);
        }
        if !bool::from(self.code_digest(mailbox, code).as_slice().ct_eq(digest)) {
            row.attempts += 1;
            tx.set_contact(&row).await?;
            return Ok(match ATTEMPTS - row.attempts {
                0 => Typed::Over,
                left => Typed::Wrong(left),
            });
        }
        let Some(address) = pending(&row, &key)? else {
            // The same code again: it was right the first time.
            return Ok(Typed::Right);
        };
        let before = verified(&row, &key)?;
        row.contact_sealed = Some(self.seal_address(&key, mailbox, "contact_sealed", &address)?);
        row.verified_at = Some(now.as_microsecond());
        row.pending_sealed = None;
        tx.set_contact(&row).await?;
        let (owner, _) = Owner::open(&tx.get_mailbox(mailbox).await?, &self.vault)?;
        let readers = Readers {
            mailbox: Some((mailbox, &key)),
            organisation: None,
        };
        let fact = self.own_fact(citizen, &owner, EventType::ContactVerified, now);
        tx.insert_events(&[self.record(fact, readers)?]).await?;
        if let Some(before) = before {
            let mail = NewMail {
                to: &before.address,
                language: before.language,
                matter: Matter::AddressChanged,
                useless_from: None,
            };
            self.write_mail(tx, mail).await?;
        }
        Ok(Typed::Right)
    }

    /// Whether the mailbox has an address in use.
    pub(crate) async fn has_address(&self, tx: &mut Tx, mailbox: MailboxId) -> Result<bool, ActError> {
        let contact = tx.find_contact(mailbox).await?;
        Ok(contact.is_some_and(|row| row.verified_at.is_some()))
    }

    /// Takes an address for verified without a code, for the artificial persons of the demo alone, whose addresses lead nowhere.
    pub async fn verify_contact_of_demo(&self, citizen: &Citizen, address: &str) -> Result<(), ActError> {
        let wanted = StoredAddress {
            address: EmailAddress::parse(address).map_err(|_| refused("/address", "bad-address", "Not an address."))?,
            language: Language::default(),
        };
        self.act_as(citizen, move |hub, tx, citizen| {
            let wanted = wanted.clone();
            Box::pin(async move {
                let (mut row, key) = hub.locked_contact(tx, citizen.mailbox).await?;
                let code = hub.new_code()?;
                let expires = hub.now() + SignedDuration::from_mins(CODE_MINUTES);
                row.code_digest = Some(hub.code_digest(citizen.mailbox, &code).to_vec());
                row.code_expires_at = Some(expires.as_microsecond());
                row.pending_sealed = Some(hub.seal_address(&key, citizen.mailbox, "pending_sealed", &wanted)?);
                tx.set_contact(&row).await?;
                hub.verify_contact_in(tx, &citizen, &code).await.map(drop)
            })
        })
        .await
    }

    /// The contact as it will stay until the act commits, and the mailbox's key.
    async fn locked_contact(&self, tx: &mut Tx, mailbox: MailboxId) -> Result<(ContactRow, PartyKey), ActError> {
        tx.lock_mailbox(mailbox).await?;
        let (_, key) = Owner::open(&tx.get_mailbox(mailbox).await?, &self.vault)?;
        let row = tx.find_contact(mailbox).await?;
        Ok((row.unwrap_or(ContactRow::empty(mailbox)), key))
    }

    fn new_code(&self) -> Result<String, ActError> {
        loop {
            if let Some(code) = code_of(u32::from_be_bytes(self.random()?)) {
                return Ok(code);
            }
        }
    }

    /// Bound to the mailbox, so that equal codes of two mailboxes do not look equal in the database.
    fn code_digest(&self, mailbox: MailboxId, code: &str) -> [u8; 32] {
        self.vault.digest(PURPOSE, &format!("{mailbox}:{code}"))
    }
}

fn refused(pointer: &str, code: &'static str, message: &str) -> ActError {
    ActError::Invalid(vec![Violation::new(pointer, code, message)])
}

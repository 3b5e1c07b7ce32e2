//! The outbox: a mail is written in the transaction of the act that it tells of, and sent afterwards, at least once.
//!
//! A mail that is taken to be sent is put off in the same statement, as by a lease, so that a process that ends in the midst of it delays it by
//! minutes and loses nothing. What the server does not take now is tried again after a wait that doubles; what it will never take, and what was
//! tried for days, is given up. Log lines and metrics name the mail, never whom it is for.

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ActError, Hub};
use crate::domain::contact::EmailAddress;
use crate::domain::id::EventId;
use crate::domain::mail::Matter;
use crate::domain::name::Language;
use crate::domain::time::from_micros;
use crate::mailer::{Mail, MailError, Mailer};
use crate::store::mail::MailRow;
use crate::store::{StoreError, Tx};
use crate::vault::{Place, VaultError};

/// Mails taken at once.
const TAKEN: i64 = 32;
/// Mails sent at once.
const TOGETHER: usize = 4;
/// The first wait; it is longer than sending a mail can take.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(4);
/// A mail that has no end of its own is given up after this.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A mail about to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewMail<'a> {
    pub(crate) to: &'a EmailAddress,
    pub(crate) language: Language,
    pub(crate) matter: Matter<'a>,
    /// From when on it is of no use; otherwise it is tried for days.
    pub(crate) useless_from: Option<Timestamp>,
}

/// What lies in `mail.mail_sealed`. Fields may be added, never renamed.
#[derive(Serialize, Deserialize)]
struct StoredMail {
    to: EmailAddress,
    language: Language,
    subject: String,
    text: String,
    useless_from: Timestamp,
}

impl Hub {
    /// Writes a mail in the transaction of the act that it tells of.
    pub(crate) async fn write_mail(&self, tx: &mut Tx, mail: NewMail<'_>) -> Result<(), ActError> {
        let now = self.now();
        let words = mail.matter.words(mail.language);
        let stored = StoredMail {
            to: mail.to.clone(),
            language: mail.language,
            subject: words.subject,
            text: words.text,
            useless_from: mail.useless_from.unwrap_or(now + GIVEN_UP_AFTER),
        };
        let id = EventId::new(now, self.random()?).0;
        let json = serde_json::to_vec(&stored).map_err(|_| VaultError::Sealed)?;
        let row = MailRow {
            id,
            mail_sealed: self.vault.hub().seal(place(&id), &json, &self.rng)?,
            created_at: now.as_microsecond(),
            due_at: now.as_microsecond(),
            attempts: 0,
        };
        Ok(tx.insert_mail(&row).await?)
    }

    /// Sends every mail that is due. Answers how many were taken to be sent; zero where mail is not sent, or acts are refused.
    pub async fn send_mail(&self) -> Result<usize, ActError> {
        let Some(mailer) = self.mailer.as_ref().filter(|_| !self.halted()) else {
            return Ok(0);
        };
        let now = self.now();
        let until = (now + FIRST_WAIT).as_microsecond();
        let mut tx = self.db.write().await?;
        let rows = tx.take_due_mail(now.as_microsecond(), until, TAKEN).await?;
        tx.commit().await?;
        let count = rows.len();
        let mut sending = futures::stream::iter(rows)
            .map(|row| async move { (row.id, self.send_one(mailer, row).await) })
            .buffer_unordered(TOGETHER);
        while let Some((id, done)) = sending.next().await {
            if let Err(error) = done {
                // It is put off already, and stops no other.
                tracing::error!(mail = %id, error = &error as &dyn std::error::Error, "a mail cannot be handled");
            }
        }
        Ok(count)
    }

    async fn send_one(&self, mailer: &Mailer, row: MailRow) -> Result<(), ActError> {
        let json = self.vault.hub().open(place(&row.id), &row.mail_sealed)?;
        let stored: StoredMail = serde_json::from_slice(&json).map_err(|_| StoreError::Missing("mail"))?;
        let useless = self.now() >= stored.useless_from;
        let (id, attempts) = (row.id, row.attempts);
        if useless {
            give_up(id, attempts, "nobody took it in time");
        } else {
            let useless_from = stored.useless_from;
            let mail = Mail {
                id,
                written: from_micros(row.created_at),
                to: stored.to,
                subject: stored.subject,
                text: stored.text,
                language: stored.language.code(),
            };
            match mailer.send(&mail).await {
                Ok(()) => {
                    metrics::counter!("tiedoksi_mails_sent_total").increment(1);
                    tracing::info!(mail = %id, attempts, "mail sent");
                }
                Err(error) if error.is_permanent() => give_up(id, attempts, &error.to_string()),
                Err(error) => return self.try_again(id, attempts, useless_from, &error).await,
            }
        }
        self.act(move |_, tx| Box::pin(async move { Ok(tx.delete_mail(id).await?) }))
            .await
    }

    /// Puts a mail off, at the latest until it is of no use any more, so that its end is told in time.
    async fn try_again(
        &self,
        id: Uuid,
        attempts: i64,
        useless_from: Timestamp,
        error: &MailError,
    ) -> Result<(), ActError> {
        metrics::counter!("tiedoksi_mail_failures_total").increment(1);
        let due = (self.now() + wait(attempts)).min(useless_from);
        tracing::warn!(mail = %id, attempts, error = error as &dyn std::error::Error, due = %due, "mail not sent yet");
        let due = due.as_microsecond();
        self.act(move |_, tx| Box::pin(async move { Ok(tx.put_mail_off(id, due).await?) }))
            .await
    }
}

/// The wait after so many tries.
fn wait(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 16)).unwrap_or_default();
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

/// Not an error of ours: an address that takes no mail is its owner's to mend.
fn give_up(id: Uuid, attempts: i64, why: &str) {
    metrics::counter!("tiedoksi_mails_given_up_total").increment(1);
    tracing::warn!(mail = %id, attempts, why, "mail given up");
}

fn place(id: &Uuid) -> Place<'_> {
    Place::new("mail", "mail_sealed", id.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_hours() {
        let minutes = |attempts| wait(attempts).as_mins();
        assert_eq!([1, 2, 3, 4, 6, 7, 100].map(minutes), [5, 10, 20, 40, 160, 240, 240]);
        assert_eq!(wait(0), FIRST_WAIT);
        assert_eq!(wait(i64::MAX), LONGEST_WAIT);
    }
}

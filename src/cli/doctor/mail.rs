//! Outgoing mail: whether the server takes us, and whether anything waits for long.

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};

use super::Finding;
use crate::cli::build;
use crate::config::Config;
use crate::domain::time::from_micros;
use crate::store::Db;

/// A mail that waits for longer was refused more than once.
const SENT_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// Connects and logs in, and looks at the outbox.
pub(super) async fn goes(config: &Config, now: Timestamp) -> Finding {
    let Some(mailer) = build::mailer(config)? else {
        return Ok("none is sent: nobody can give an e-mail address".to_owned());
    };
    mailer.check().await.context(if config.mail.folder.is_some() {
        "mail.folder: `serve` makes it with the first mail"
    } else {
        "mail.server: is the address right, does it speak as mail.tls says, and are user and password right?"
    })?;
    let db = Db::open(&build::database(config)).await.context("database.url")?;
    let oldest = async { db.read().await?.oldest_mail().await }.await;
    db.close().await;
    let Some(oldest) = oldest.context("the outbox cannot be read")?.map(from_micros) else {
        return Ok("the server answers; none waits".to_owned());
    };
    ensure!(
        now.duration_since(oldest) < SENT_WITHIN,
        "a mail has been waiting since {oldest:.0}: is `serve` running? The log says why the server does not take it"
    );
    Ok("the server answers; the newest mails are on their way".to_owned())
}

//! Outgoing mail: handed to an SMTP server (RFC 5321), or laid as files into a folder where nothing may leave the machine.
//!
//! Guarantees: [`Mailer::send`] succeeds only when the server took the mail (or the file is durable); whether a failure may be repeated is in the
//! error. The same mail sent twice carries the same Message-ID. No error holds an address or a server's words, which may repeat one: only the
//! reply code. Leaves out: what waits, when it is tried again and when it is given up (`hub::mail`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport as _, Tokio1Executor};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use crate::domain::contact::EmailAddress;

/// How long one mail may take, each step of the conversation for itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the connection to the server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, without which nothing is sent.
    StartTls,
    /// None: for a server on this machine.
    Plain,
}

/// An SMTP server.
#[derive(Clone)]
pub struct SmtpServer {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Privacy of the connection.
    pub privacy: Privacy,
    /// User and password, where it asks for them.
    pub login: Option<(String, String)>,
    /// Certificates (PEM) of an authority of one's own, trusted beside those of the machine.
    pub authorities: Option<Vec<u8>>,
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("privacy", &self.privacy)
            .finish_non_exhaustive()
    }
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum MailerAt {
    /// To this server.
    Smtp(SmtpServer),
    /// Into this folder, a file each (`.eml`).
    Folder(PathBuf),
}

/// A mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its name for ever.
    pub id: Uuid,
    /// When it was written.
    pub written: Timestamp,
    /// To whom.
    pub to: EmailAddress,
    /// Subject.
    pub subject: String,
    /// Text; lines end with `\n`.
    pub text: String,
    /// The language of subject and text, by its code.
    pub language: &'static str,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server will not take this mail, now or later; the reply code.
    #[error("the mail server refused the mail for good (reply {0})")]
    Refused(String),
    /// The server will not take it now; the reply code.
    #[error("the mail server cannot take the mail now (reply {0})")]
    NotNow(String),
    /// No answer, a broken connection, or none that is private.
    #[error("the mail server cannot be reached, or broke off ({0})")]
    Connection(&'static str),
    /// The folder could not be written to.
    #[error("the folder of mail cannot be written to")]
    Folder(#[source] std::io::Error),
    /// A mail that cannot be put together: repeating does not help.
    #[error("the mail cannot be put together")]
    Compose,
}

impl MailError {
    /// Whether the same mail will be refused again.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Compose)
    }
}

/// Sender address or server cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// Not an address, or not one with a name.
    #[error("the sender's address cannot be used")]
    From(#[source] lettre::address::AddressError),
    /// The certificates cannot be read, or TLS cannot be set up.
    #[error("the certificates cannot be used")]
    Tls(#[source] SmtpError),
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

/// What sends mail. Nothing is connected before there is one.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: std::sync::Arc<Way>,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Mailer {
    /// A mailer; `from` is an address, or a name and an address in angle brackets.
    ///
    /// # Errors
    /// See [`MailerError`].
    pub fn new(from: &str, at: MailerAt) -> Result<Self, MailerError> {
        let from = from.parse().map_err(MailerError::From)?;
        let way = match at {
            MailerAt::Folder(folder) => Way::Folder(folder),
            MailerAt::Smtp(server) => Way::Smtp(Box::new(transport(server)?)),
        };
        Ok(Self { from, way: way.into() })
    }

    /// Hands a mail over. Durable there when it returns.
    ///
    /// # Errors
    /// See [`MailError`].
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.compose(mail)?;
        match &*self.way {
            Way::Folder(folder) => lay_down(folder, mail.id, &message.formatted())
                .await
                .map_err(MailError::Folder),
            Way::Smtp(server) => {
                let envelope: &Envelope = message.envelope();
                server
                    .send_raw(envelope, &message.formatted())
                    .await
                    .map(drop)
                    .map_err(|error| failure(&error))
            }
        }
    }

    /// Whether mail can be sent: connects, logs in and leaves again, or looks at the folder.
    ///
    /// # Errors
    /// See [`MailError`].
    pub async fn check(&self) -> Result<(), MailError> {
        match &*self.way {
            Way::Folder(folder) => match tokio::fs::metadata(folder).await {
                Ok(found) if found.is_dir() => Ok(()),
                Ok(_) => Err(MailError::Folder(std::io::ErrorKind::NotADirectory.into())),
                // The first mail makes it.
                Err(error)
                    if error.kind() == std::io::ErrorKind::NotFound && folder.parent().is_some_and(Path::is_dir) =>
                {
                    Ok(())
                }
                Err(error) => Err(MailError::Folder(error)),
            },
            Way::Smtp(server) => match server.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(MailError::Connection("it is not ready")),
                Err(error) => Err(failure(&error)),
            },
        }
    }

    fn compose(&self, mail: &Mail) -> Result<Message, MailError> {
        let to: Mailbox = mail.to.reveal().parse().map_err(|_| MailError::Compose)?;
        let date = std::time::SystemTime::from(mail.written);
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&*mail.subject)
            .date(date)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| MailError::Compose)?;
        // Nobody's absence notice or mailing list is to answer (RFC 3834 5).
        for (name, value) in [
            ("Auto-Submitted", "auto-generated"),
            ("Content-Language", mail.language),
        ] {
            let name = HeaderName::new_from_ascii_str(name);
            message
                .headers_mut()
                .insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message)
    }
}

fn transport(server: SmtpServer) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailerError> {
    let tls = || {
        let mut parameters = TlsParameters::builder(server.host.clone());
        if let Some(authorities) = &server.authorities {
            parameters = parameters.add_root_certificate(Certificate::from_pem(authorities).map_err(MailerError::Tls)?);
        }
        parameters.build_rustls().map_err(MailerError::Tls)
    };
    let tls = match server.privacy {
        Privacy::Tls => Tls::Wrapper(tls()?),
        Privacy::StartTls => Tls::Required(tls()?),
        Privacy::Plain => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(PATIENCE));
    if let Some((user, password)) = server.login {
        builder = builder.credentials(Credentials::new(user, password));
    }
    Ok(builder.build())
}

/// The failure without what the server said beside its code.
fn failure(error: &SmtpError) -> MailError {
    match error.status() {
        // 53x is about our login (RFC 4954 6), not about this mail: somebody will mend the password.
        Some(code) if error.is_permanent() && !code.to_string().starts_with("53") => {
            MailError::Refused(code.to_string())
        }
        Some(code) => MailError::NotNow(code.to_string()),
        None if error.is_timeout() => MailError::Connection("no answer in time"),
        None if error.is_tls() => MailError::Connection("TLS"),
        None => MailError::Connection("connection"),
    }
}

/// Writes a file that is there as a whole or not at all.
async fn lay_down(folder: &std::path::Path, id: Uuid, bytes: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let half = folder.join(format!("{id}.half"));
    let mut file = tokio::fs::File::create(&half).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    tokio::fs::rename(&half, folder.join(format!("{id}.eml"))).await
}

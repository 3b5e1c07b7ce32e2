//! A message as its writer hands it in, a sender's system or a citizen, before anything is stored: and everything that can be wrong with it.
//!
//! Text is kept exactly as sent, never normalised: hashes in the evidence are over what the sender wrote. Left out: whether the
//! recipient can be reached, the service exists or the attachments were uploaded, which only the store knows.

mod draft;
mod parse;
mod violation;
mod written;

pub use draft::{
    Channels, Draft, Electronic, LanguageTexts, Mode, NewMessageNotification, Notifications, Reminder, SenderDetails,
    Shape, Visibility,
};
pub use parse::check_upload_metadata;
pub use violation::Violation;
pub use written::Written;

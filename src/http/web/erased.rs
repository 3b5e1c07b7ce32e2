//! The page of a message whose content was erased: what it was, when and why it was erased, and the proof that stays.

use askama::Template;

use super::folder::{offers, section};
use super::message::back_to;
use super::openness::proofs::standing;
use super::page::{Page, Section};
use super::text::Text;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::hub::view::{ErasedMessage, Filing, Standing};

#[derive(Template)]
#[template(path = "erased.html")]
pub(super) struct ErasedTemplate {
    pub t: Text,
    pub page: Page,
    pub back: &'static str,
    pub message: ErasedMessage,
}

impl ErasedTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, message: ErasedMessage) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, section(message.folder)),
            back: back_to(message.folder),
            message,
        }
    }

    fn is_sent(&self) -> bool {
        self.message.delivered == Standing::Sent
    }

    /// Whether its receipt was not confirmed, and now cannot be.
    fn waits(&self) -> bool {
        matches!(
            self.message.delivered,
            Standing::AwaitsConfirmation(_) | Standing::WindowPassed(_)
        )
    }

    /// How far the delivery came, in words.
    fn delivered(&self) -> String {
        match self.message.delivered {
            Standing::AwaitsConfirmation(_) => self.t.get("erased-not-confirmed").into_owned(),
            ref other => standing(self.t, other, self.message.at),
        }
    }

    /// The buttons that file it.
    fn offers(&self) -> &'static [(Filing, &'static str)] {
        offers(self.message.folder)
    }
}

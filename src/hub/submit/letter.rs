//! The letter of a send: its file examined before acceptance, its job and evidence within it.

use super::accepting::Accepting;
use super::{Letter, Recorded};
use crate::domain::event::FeedType;
use crate::domain::id::EventId;
use crate::domain::letter::PrintOrder;
use crate::domain::letter::pdf::PdfRefused;
use crate::domain::message::{Draft, Violation};
use crate::domain::principal::Sender;
use crate::evidence::record::{Basis, BasisKind, ContentPart, EventType};
use crate::hub::event::Fact;
use crate::hub::upload::UsableUpload;
use crate::hub::{ActError, Hub};
use crate::store::print_job::NewPrintJob;
use crate::vault::{DataKey, Place};

impl Hub {
    /// The file of the draft's letter, examined. What is wrong with it joins `found`.
    pub(super) async fn letter(
        &self,
        sender: &Sender,
        draft: &Draft,
        found: &mut Vec<Violation>,
    ) -> Result<Option<Letter>, ActError> {
        let Some(paper) = draft.paper() else { return Ok(None) };
        if !self.options.paper && draft.recipient().is_none() {
            found.push(no_paper());
            return Ok(None);
        }
        let pointer = draft.letter_pointer();
        let ids = [paper.attachment];
        let (mut uploads, missing) = self.usable_uploads(sender, &ids, |_| pointer.to_owned()).await?;
        found.extend(missing);
        let Some(upload) = uploads.pop() else { return Ok(None) };
        match self.try_letter(sender, draft, &upload).await? {
            Ok(pages) => Ok(Some(Letter { upload, pages })),
            Err(refused) => {
                let reasons = refused.reasons().iter();
                found.extend(reasons.map(|reason| Violation::new(pointer, reason.code(), reason.to_string())));
                Ok(None)
            }
        }
    }

    /// How many pages the letter has, or why it cannot be printed as it is ordered. What was tried a while ago is not tried again.
    async fn try_letter(
        &self,
        sender: &Sender,
        draft: &Draft,
        upload: &UsableUpload,
    ) -> Result<Result<u32, PdfRefused>, ActError> {
        if !upload.is_pdf() {
            return Ok(Err(PdfRefused::broken("it is of another type")));
        }
        let Some(order) = order(draft, sender, 0, 0) else {
            return Err(ActError::Evidence("a letter without an order".into()));
        };
        let tried = (
            upload.id(),
            order.printing.address_page,
            order.printing.rotate_landscape,
        );
        if let Some(known) = self.caches.letters.get(&tried) {
            return Ok(known);
        }
        let turn = self.press.turn().await?;
        let bytes = self.letter_source(upload.id(), upload.key().clone()).await?;
        let facts = self.press.try_letter(&turn, &bytes, order).await?;
        let pages = facts.map(|facts| facts.pages);
        self.caches.letters.insert(tried, pages.clone());
        Ok(pages)
    }

    /// Accepts a message on paper: the record with the sender's feed entry, and the job for the print house.
    pub(super) fn accept_letter(&self, it: &Accepting<'_>, letter: &Letter) -> Result<Recorded, ActError> {
        let job = self.print_job(it, letter)?;
        if !self.options.evidence {
            return Ok((Vec::new(), String::new(), Some(job)));
        }
        let body = it.one.draft.electronic().map(|_| it.one.content.body_part.clone());
        let mut parts: Vec<ContentPart> = body.into_iter().collect();
        parts.push(letter.upload.part());
        let others = it.one.uploads.iter().filter(|upload| upload.id() != letter.upload.id());
        parts.extend(others.map(UsableUpload::part));
        let fact = self.letter_fact(it, &parts);
        let (mut event, seal) = self.record_sealed(fact, it.readers())?;
        event.service_id = Some(it.one.service.id);
        Ok((vec![event], seal.unwrap_or_default(), Some(job)))
    }

    fn letter_fact<'a>(&self, it: &Accepting<'_>, parts: &'a [ContentPart]) -> Fact<'a> {
        Fact {
            id: Some(it.one.event),
            delivery: Some(it.link(1, None)),
            content: parts,
            actor: Some(it.service()),
            basis: Some(Basis {
                kind: BasisKind::None,
                reference: None,
            }),
            feed: Some(it.feed(FeedType::PaperCreated)),
            sealed: true,
            ..it.fact(EventType::SubmissionAcceptance)
        }
    }

    fn print_job(&self, it: &Accepting<'_>, letter: &Letter) -> Result<NewPrintJob, ActError> {
        let id = EventId::new(it.now, self.random()?).0;
        let row = id.as_bytes();
        let order = order(&it.one.draft, &it.one.sender, it.one.id, letter.pages)
            .ok_or_else(|| ActError::Evidence("a letter without an order".into()))?;
        let json = serde_json::to_vec(&order).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let key = DataKey::generate(&self.rng)?;
        let hub = self.vault.hub();
        Ok(NewPrintJob {
            id,
            message_id: it.one.id,
            organisation_id: it.one.sender.organisation,
            attachment_id: letter.upload.id(),
            order_sealed: key.seal(Place::new("print_job", "order_sealed", row), &json, &self.rng)?,
            key_hub: hub.wrap(Place::new("print_job", "key_hub", row), &key, &self.rng)?,
            key_file: hub.wrap(Place::new("print_job", "key_file", row), letter.upload.key(), &self.rng)?,
            state: "accepted",
            created_at: it.now.as_microsecond(),
            cleared: false,
        })
    }
}

fn order(draft: &Draft, sender: &Sender, message_id: i64, pages: u32) -> Option<PrintOrder> {
    let paper = draft.paper()?;
    Some(PrintOrder {
        message_id,
        organisation: sender.business_id.to_string(),
        service_id: draft.service_code.clone(),
        mode: paper.mode,
        printing: paper.printing,
        pages,
        cost_pool: paper.cost_pool.clone(),
        contact_email: paper.contact_email.clone(),
        recipient: paper.recipient.clone(),
        sender: paper.sender.clone(),
    })
}

/// What a sender is told where no letters are taken.
pub(super) fn no_paper() -> Violation {
    Violation::new(
        "/paperMail",
        "paper-not-available",
        "This hub takes no letters for printing. Send the letter in another way, or ask the operator of the hub.",
    )
}

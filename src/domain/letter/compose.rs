//! The letter as it is printed: the sender's PDF, an address page in front when asked for, lying pages turned to stand when asked for.
//!
//! Guarantees: the sender's file stays byte for byte as it was, with what is new appended as an incremental update (ISO 32000-1 7.5.6), so its
//! fonts, forms and notes are what they were; the same input gives the same bytes; what is composed was read back and counted. Left out: checking
//! a stranger's file, which `pdf::examine` did before.

mod address_page;
#[cfg(test)]
mod tests;
mod typeface;

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, dictionary};

use super::PrintOrder;
use super::pdf::{self, PdfRefused};
use address_page::AddressPage;

/// A letter, ready for a printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Its pages, with the address page.
    pub pages: u32,
    /// Whether characters of an address stand on the address page only as question marks, because the font does not have them.
    pub unprintable: bool,
}

/// Why a letter could not be composed. It was examined before, so this is a fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The sender's PDF is not one that would have been taken.
    #[error("the sender's PDF cannot be used: {0}")]
    Source(PdfRefused),
    /// The font or the address page could not be made.
    #[error("the address page could not be made: {0}")]
    AddressPage(&'static str),
    /// What was made does not hold what it should.
    #[error("the composed letter does not read back")]
    Result,
    /// The library failed.
    #[error("the letter could not be written")]
    Pdf(#[from] lopdf::Error),
    /// Writing to memory failed.
    #[error("the letter could not be written")]
    Write(#[from] std::io::Error),
}

/// Composes a letter from the sender's PDF. Takes processor time and, for a hostile file, memory: call it where both are limited.
///
/// # Errors
/// [`ComposeError`]; trying again gives the same.
pub fn compose(source: &[u8], order: &PrintOrder) -> Result<Letter, ComposeError> {
    let document = pdf::open(source).map_err(ComposeError::Source)?;
    let pages = pdf::pages(&document).map_err(ComposeError::Source)?;
    let turned: Vec<(ObjectId, i64)> = pages
        .iter()
        .filter(|page| order.printing.rotate_landscape && page.is_lying())
        // Three quarters clockwise: the top comes to the left, where sheets are bound.
        .map(|page| (page.id, (page.rotation + 270) % 360))
        .collect();
    let count = u32::try_from(pages.len()).map_err(|_| ComposeError::Result)?;
    let address_page = order
        .printing
        .address_page
        .then(|| AddressPage::new(&order.sender, &order.recipient))
        .transpose()?;
    if turned.is_empty() && address_page.is_none() {
        return Ok(Letter {
            bytes: source.to_vec(),
            pages: count,
            unprintable: false,
        });
    }
    let base = pdf::from_header(source).ok_or(ComposeError::Result)?.to_vec();
    let mut update = IncrementalDocument::create_from(base, document);
    // It belongs to one section of the file before, not to the one that is appended.
    update.new_document.trailer.remove(b"XRefStm");
    for (id, rotation) in turned {
        update.opt_clone_object_to_new_document(id)?;
        let page = update.new_document.get_object_mut(id)?.as_dict_mut()?;
        page.set("Rotate", rotation);
    }
    let mut pages = count;
    if let Some(address_page) = &address_page {
        put_in_front(&mut update, address_page)?;
        pages += 1;
    }
    let mut bytes = Vec::new();
    update.save_to(&mut bytes)?;
    if read_back(&bytes) != Some(pages) {
        return Err(ComposeError::Result);
    }
    Ok(Letter {
        bytes,
        pages,
        unprintable: address_page.is_some_and(|page| page.unprintable),
    })
}

/// Gives the page tree a new root, whose first child is the address page and whose second is the root as it was.
fn put_in_front(update: &mut IncrementalDocument, page: &AddressPage) -> Result<(), ComposeError> {
    let (catalog, root, count) = {
        let before = update.get_prev_documents();
        let catalog = before.trailer.get(b"Root")?.as_reference()?;
        let root = before.catalog()?.get(b"Pages")?.as_reference()?;
        let count = before.get_dictionary(root)?.get(b"Count")?;
        (catalog, root, before.dereference(count)?.1.as_i64()?)
    };
    let document = &mut update.new_document;
    let new_root = document.new_object_id();
    let first = page.add_to(document, new_root)?;
    let pages = dictionary! {
        "Type" => "Pages",
        "Kids" => vec![Object::Reference(first), Object::Reference(root)],
        "Count" => count + 1,
    };
    document.set_object(new_root, pages);
    update.opt_clone_object_to_new_document(root)?;
    update.opt_clone_object_to_new_document(catalog)?;
    dictionary_of(&mut update.new_document, root)?.set("Parent", new_root);
    dictionary_of(&mut update.new_document, catalog)?.set("Pages", new_root);
    Ok(())
}

fn dictionary_of(document: &mut Document, id: ObjectId) -> Result<&mut Dictionary, lopdf::Error> {
    document.get_object_mut(id)?.as_dict_mut()
}

fn read_back(bytes: &[u8]) -> Option<u32> {
    let document = pdf::open(bytes).ok()?;
    u32::try_from(pdf::pages(&document).ok()?.len()).ok()
}

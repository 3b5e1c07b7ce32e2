//! Packs an exported mailbox: every message as `message.eml`, then its `proof.json` beside it, then what lists them.
//!
//! The mailbox is walked once for the messages, once for the proofs (by when the openings that this export is are in the log) and once for each
//! list, page by page, so that nothing of it stays in memory.

use askama::Template as _;
use futures::TryStreamExt as _;
use url::Url;

use super::eml::{Letter, Lines, pieces};
use super::index::{IndexLine, IndexTemplate, csv_head, folder};
use crate::domain::attachment::ArchiveNames;
use crate::http::archive::{Archive, Broken};
use crate::http::web::openness::proofs::state;
use crate::http::web::text::{Text, local};
use crate::hub::ActError;
use crate::hub::export::{Export, ExportPage, ExportedContent, ExportedMessage, Reached};
use crate::hub::proofs::DeliverySummary;
use crate::hub::view::Standing;

/// The owner's own part of an address.
const OWNER: &str = "owner";

/// The domain of the addresses in exported messages: this hub's, where nothing can be sent.
pub(super) fn mail_domain(base: &Url) -> String {
    let host = base.host_str().unwrap_or_default();
    let host: String = host
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .collect();
    format!("{host}.invalid")
}

/// Packs it all. The files are dated by the messages, and the lists by the export.
pub(super) async fn pack(mut export: Export, t: Text, domain: String, mut archive: Archive) -> Result<Archive, Broken> {
    let now = local(export.at()).datetime();
    archive.file("README.txt", now).await?;
    archive.write(readme(t, &export).as_bytes()).await?;
    let mut reached = None;
    loop {
        let (messages, next) = export.messages(reached).await?;
        for message in messages {
            pack_message(&export, t, &domain, message, &mut archive).await?;
        }
        reached = next;
        if reached.is_none() {
            break;
        }
    }
    loop {
        let (summaries, next) = export.summaries(reached).await?;
        for summary in &summaries {
            pack_proof(&mut export, summary, &mut archive).await?;
        }
        reached = next;
        if reached.is_none() {
            break;
        }
    }
    archive.file("index.csv", now).await?;
    archive.write(csv_head(t).as_bytes()).await?;
    loop {
        let (lines, next) = lines(&mut export, t, reached).await?;
        for line in lines {
            archive.write(line.csv().as_bytes()).await?;
        }
        reached = next;
        if reached.is_none() {
            break;
        }
    }
    archive.file("index.html", now).await?;
    let mut begins = true;
    loop {
        let (lines, next) = lines(&mut export, t, reached).await?;
        let part = IndexTemplate {
            begins,
            ends: next.is_none(),
            ..IndexTemplate::new(t, export.owner_name(), export.at(), &lines)
        };
        let part = part.render().map_err(|error| Broken::Part(Box::new(error)))?;
        archive.write(part.as_bytes()).await?;
        begins = false;
        reached = next;
        if reached.is_none() {
            return Ok(archive);
        }
    }
}

async fn lines(export: &mut Export, t: Text, reached: Option<Reached>) -> Result<ExportPage<IndexLine>, Broken> {
    let (summaries, next) = export.summaries(reached).await?;
    let line = |summary| IndexLine::new(t, summary, export.withheld(summary.id));
    Ok((summaries.iter().map(line).collect(), next))
}

/// Why a message has no content.
const fn without(summary: &DeliverySummary) -> &'static str {
    match summary.standing {
        Standing::Erased(_) => "export-erased",
        _ => "export-withheld",
    }
}

async fn pack_message(
    export: &Export,
    t: Text,
    domain: &str,
    message: ExportedMessage,
    archive: &mut Archive,
) -> Result<(), Broken> {
    let summary = &message.summary;
    let folder = folder(summary, message.content.is_none());
    let modified = local(summary.at).datetime();
    let content = message.content.unwrap_or_else(|| ExportedContent {
        body: format!("{}\n\n{}\n", t.get(without(summary)), state(t, summary)),
        files: Vec::new(),
    });
    let authority = format!(
        "{}, {}",
        t.name(&summary.correspondent.organisation),
        t.name(&summary.correspondent.service)
    );
    let (authority, owner) = (
        (authority.as_str(), message.business_id.as_str()),
        (export.owner_name(), OWNER),
    );
    let (from, to) = match summary.standing {
        Standing::Sent => (owner, authority),
        _ => (authority, owner),
    };
    let mut names = ArchiveNames::default();
    let title = t.title_of(summary.title.as_deref(), &summary.standing);
    let letter = Letter {
        id: summary.id.get(),
        root: message.root,
        reply_to: message.reply_to,
        at: summary.at,
        from,
        to,
        domain,
        title: &title,
        body: &content.body,
        files: content
            .files
            .iter()
            .map(|file| (names.name(&file.file.filename), file.file.media_type.clone()))
            .collect(),
    };
    let random = export.hub().random().map_err(Broken::Act)?;
    let mut pieces = pieces(&letter, random).map_err(Broken::Part)?.into_iter();
    archive.file(&format!("{folder}/message.eml"), modified).await?;
    archive.write(pieces.next().unwrap_or_default().as_bytes()).await?;
    for (file, piece) in content.files.into_iter().zip(pieces) {
        let mut lines = Lines::default();
        let mut bytes = export.hub().read_file(file).await?.bytes;
        while let Some(bytes) = bytes.try_next().await? {
            archive.write(lines.push(&bytes).as_bytes()).await?;
        }
        archive.write(lines.finish().as_bytes()).await?;
        archive.write(piece.as_bytes()).await?;
    }
    Ok(())
}

async fn pack_proof(export: &mut Export, summary: &DeliverySummary, archive: &mut Archive) -> Result<(), Broken> {
    let proof = match export.proof(summary.id).await {
        Ok(proof) => proof,
        // It left the mailbox for good since its page was listed.
        Err(ActError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let folder = folder(summary, export.withheld(summary.id));
    archive
        .file(&format!("{folder}/proof.json"), local(summary.at).datetime())
        .await?;
    archive.write(&proof).await
}

fn readme(t: Text, export: &Export) -> String {
    let paragraphs = [
        t.get("export-title"),
        t.with_all(
            "readme-whose",
            &[("name", export.owner_name()), ("at", &t.second(&export.at()))],
        ),
        t.get("readme-index"),
        t.get("readme-messages"),
        t.get("readme-proofs"),
        t.get("readme-withheld"),
        t.get("readme-safe"),
    ];
    paragraphs.map(|paragraph| format!("{paragraph}\r\n\r\n")).concat()
}

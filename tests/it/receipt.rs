//! Receipts for people: handed out by every door, read by programs that nobody here wrote, and refused when they were changed.

use std::path::Path;
use std::process::{Command, Output};

use reqwest::StatusCode;
use tempfile::TempDir;
use tiedoksi::domain::id::MessageId;

use crate::agent::Session;
use crate::faketime::{self, NOW, TEN_YEARS_ON};
use crate::harness::{Database, Settings, Site, databases, person};
use crate::outsider::with_decoded;
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";

/// Of Matti's messages one was opened, one confirmed, and one waits.
struct Delivered {
    site: Site,
    sender: Sender,
    opened: MessageId,
    confirmed: MessageId,
    waiting: MessageId,
}

impl Delivered {
    async fn begin(database: &Database) -> Self {
        let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
        let site = Site::start(database, persons, Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let mut ids = Vec::new();
        for (external, kind) in [("A-1", "Normal"), ("A-2", "Verifiable"), ("A-3", "Verifiable")] {
            let id = sender.sent(&sender.message(external, MATTI, kind)).await;
            ids.push(id.to_string().parse::<MessageId>().unwrap());
        }
        site.advance(jiff::SignedDuration::from_mins(40));
        site.hub.open(&matti, ids[0]).await.unwrap();
        site.hub.confirm(&matti, ids[1]).await.unwrap();
        site.seal().await;
        Self {
            site,
            sender,
            opened: ids[0],
            confirmed: ids[1],
            waiting: ids[2],
        }
    }

    async fn of_sender(&self, id: MessageId, language: &str) -> Vec<u8> {
        let path = format!("/api/v1/messages/{id}/receipt?language={language}");
        received(self.sender.get(&path).await, id).await
    }

    async fn of_matti(&self, matti: &Session, id: MessageId, language: &str) -> Vec<u8> {
        let path = self.site.at(&format!("/messages/{id}/receipt?lang={language}"));
        received(matti.browser.get(path).await, id).await
    }

    /// The hub's keys, in a folder beside the files of a test.
    fn trust(&self, folder: &Path) -> std::path::PathBuf {
        let trust = folder.join("trust");
        std::fs::create_dir(&trust).unwrap();
        std::fs::write(trust.join("log.vkey"), self.site.hub.log_vkey()).unwrap();
        std::fs::write(trust.join("seal_chain.pem"), self.site.hub.seal_chain()).unwrap();
        trust
    }
}

async fn received(answer: reqwest::Response, id: MessageId) -> Vec<u8> {
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    let name = format!("attachment; filename=\"tiedoksi-receipt-{id}.pdf\"");
    assert_eq!(header("content-disposition"), name);
    assert_eq!(header("cache-control"), "no-store");
    answer.bytes().await.unwrap().to_vec()
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What `pdftotext` reads, on one line.
fn text(receipt: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("receipt.pdf"), receipt).unwrap();
    let read = words(&run("pdftotext", &["-layout", "receipt.pdf", "-"], folder.path()));
    read.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn verify(folder: &Path, file: &str, trust: &Path) -> (i32, String) {
    let trust = trust.to_str().unwrap();
    let output = run(
        env!("CARGO_BIN_EXE_tiedoksi"),
        &["verify", file, "--trust", trust],
        folder,
    );
    (output.status.code().unwrap(), words(&output))
}

#[tokio::test]
async fn the_citizens_receipt_is_the_senders_in_every_language() {
    for database in databases() {
        let delivered = Delivered::begin(&database).await;
        let matti = Session::begin(&delivered.site, MATTI).await;
        for (language, title, served, available) in [
            (
                "fi",
                "Toimitustodistus",
                "Annettu tiedoksi: viesti kuitattiin vastaanotetuksi",
                "Toimitettu: viesti on ollut",
            ),
            (
                "sv",
                "Leveransintyg",
                "Delgivet: mottagandet kvitterades",
                "Levererat: meddelandet har varit",
            ),
            (
                "en",
                "Receipt of delivery",
                "Served: receipt was confirmed on",
                "Delivered: the message has been",
            ),
        ] {
            for (id, sentence) in [(delivered.confirmed, served), (delivered.opened, available)] {
                let receipt = delivered.of_sender(id, language).await;
                assert_eq!(delivered.of_matti(&matti, id, language).await, receipt);
                let read = text(&receipt);
                for wanted in [title, sentence, MATTI, "0208573-0", "SHA-256", "FI-13/2003", "UTC"] {
                    assert!(read.contains(wanted), "{wanted}: {read}");
                }
            }
        }
    }
}

#[tokio::test]
async fn before_confirmation_the_citizens_receipt_shows_nothing_of_the_content() {
    let delivered = Delivered::begin(&Database::Sqlite).await;
    let matti = Session::begin(&delivered.site, MATTI).await;
    let of_sender = delivered.of_sender(delivered.waiting, "fi").await;
    let of_matti = delivered.of_matti(&matti, delivered.waiting, "fi").await;
    let (whole, gate) = (text(&of_sender), text(&of_matti));
    assert!(
        whole.contains("Viestin teksti") && !whole.contains("Ei näytetä"),
        "{whole}"
    );
    assert!(gate.contains("Ei näytetä tässä kappaleessa ennen kuittausta"), "{gate}");
    assert!(!gate.contains("Viestin teksti"), "{gate}");
    for receipt in [whole, gate] {
        assert!(
            receipt.contains("Odottaa: viestiä ei ole kuitattu vastaanotetuksi"),
            "{receipt}"
        );
    }
    assert!(!String::from_utf8_lossy(&with_decoded(&of_matti)).contains("\"content\""));
    assert!(String::from_utf8_lossy(&with_decoded(&of_sender)).contains("\"content\""));
}

/// The same by another clock ([`faketime::command`]).
fn run_at(clock: &str, program: &str, arguments: &[&str], folder: &Path) -> Output {
    let mut command = match clock {
        NOW => Command::new(program),
        clock => faketime::command(clock, program),
    };
    command.args(arguments).current_dir(folder).output().unwrap()
}

/// The file as other programs see it, today and in ten years: whole, archival, accessible, and with the sender's own proof in it.
#[tokio::test]
async fn strangers_find_an_archival_and_accessible_file_with_the_proof_in_it() {
    let delivered = Delivered::begin(&Database::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for language in ["fi", "sv", "en"] {
        let receipt = delivered.of_sender(delivered.confirmed, language).await;
        std::fs::write(at.join("receipt.pdf"), receipt).unwrap();
        let path = format!("/api/v1/messages/{}/proof", delivered.confirmed);
        let proof = delivered.sender.get(&path).await.bytes().await.unwrap();
        let (script, python) = (root.join("tests/strangers/pdf.py"), root.join("tests/strangers/python"));
        // The libraries are there before the clock is another: their installation asks a server whose certificate has its time.
        for clock in [NOW, TEN_YEARS_ON] {
            let checked = run_at(clock, "qpdf", &["--check", "receipt.pdf"], at);
            assert!(checked.status.success(), "{clock}: {}", words(&checked));
            std::fs::remove_file(at.join("proof.json")).ok();
            let detached = run_at(clock, "pdfdetach", &["-saveall", "receipt.pdf"], at);
            assert!(detached.status.success(), "{clock}: {}", words(&detached));
            assert_eq!(std::fs::read(at.join("proof.json")).unwrap(), proof);
            let arguments = [script.to_str().unwrap(), language, "receipt.pdf", "proof.json"];
            let checked = run_at(clock, python.to_str().unwrap(), &arguments, at);
            assert_eq!(words(&checked), "OK\n", "{clock}");
        }
    }
}

#[tokio::test]
async fn verify_takes_a_true_receipt_and_refuses_changed_ones() {
    let delivered = Delivered::begin(&Database::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let trust = delivered.trust(at);
    let receipt = delivered.of_sender(delivered.confirmed, "sv").await;
    let judge = |bytes: &[u8]| {
        std::fs::write(at.join("receipt.pdf"), bytes).unwrap();
        verify(at, "receipt.pdf", &trust)
    };
    let (code, said) = judge(&receipt);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Served: receipt was confirmed in time"), "{said}");
    assert!(said.contains("holds   pages: "), "{said}");
    // Opened and saved by another program: the pages look the same, but nothing says so.
    assert!(run("qpdf", &["receipt.pdf", "saved.pdf"], at).status.success());
    assert_eq!(verify(at, "saved.pdf", &trust).0, 1);
    // With its streams in the clear a receipt is changed as with a text editor: one glyph of what is printed.
    let mut printed = receipt.clone();
    let glyph = printed.windows(3).position(|it| it == b"Tj\n").unwrap() - 4;
    printed[glyph] ^= 1;
    let (code, said) = judge(&printed);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("FAILS   pages: "), "{said}");
    // The pages of one delivery around the evidence of another, both true.
    let other = delivered.of_sender(delivered.opened, "sv").await;
    let evidence = |bytes: &[u8]| {
        let begin = bytes.windows(8).position(|it| it == b"stream\n{").unwrap() + 7;
        let end = begin + bytes[begin..].windows(10).position(|it| it == b"\nendstream").unwrap();
        (begin, end)
    };
    let ((begin, end), (from, to)) = (evidence(&receipt), evidence(&other));
    let grafted = [&receipt[..begin], &other[from..to], &receipt[end..]].concat();
    let (code, said) = judge(&grafted);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("FAILS   pages: "), "{said}");
    // One letter of the evidence.
    let mut lied = receipt.clone();
    lied[begin + 200] ^= 1;
    let (code, said) = judge(&lied);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("FAILS   file: "), "{said}");
}

#[tokio::test]
async fn a_bundle_holds_the_receipt_and_verify_compares_it() {
    let delivered = Delivered::begin(&Database::Sqlite).await;
    let folder = unzipped(&delivered, delivered.confirmed, "en").await;
    let (at, unpacked) = (folder.path(), folder.path().join("unpacked"));
    let receipt = std::fs::read(unpacked.join("receipt.pdf")).unwrap();
    assert_eq!(receipt, delivered.of_sender(delivered.confirmed, "en").await);
    let trust = delivered.trust(at);
    assert_eq!(verify(at, "unpacked", &trust).0, 0);
    // A true receipt, but of another delivery: with sums made anew it is still none of this proof.
    let other = delivered.of_sender(delivered.opened, "en").await;
    std::fs::write(unpacked.join("receipt.pdf"), other).unwrap();
    let (code, said) = verify(at, "unpacked", &trust);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("`receipt.pdf` is not the receipt of this proof"),
        "{said}"
    );
}

async fn unzipped(delivered: &Delivered, id: MessageId, language: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("/api/v1/messages/{id}/bundle?language={language}");
    let bundle = delivered.sender.get(&path).await.bytes().await.unwrap();
    std::fs::write(folder.path().join("proof.asice"), bundle).unwrap();
    let unzipped = run("unzip", &["-q", "proof.asice", "-d", "unpacked"], folder.path());
    assert!(unzipped.status.success(), "{}", words(&unzipped));
    folder
}

#[tokio::test]
async fn what_is_not_there_or_asked_wrongly_has_no_receipt() {
    let delivered = Delivered::begin(&Database::Sqlite).await;
    let matti = Session::begin(&delivered.site, MATTI).await;
    for strange in ["999999", "0", "x", "1%00"] {
        let path = format!("/api/v1/messages/{strange}/receipt");
        assert_eq!(delivered.sender.get(&path).await.status(), StatusCode::NOT_FOUND);
        let page = delivered.site.at(&format!("/messages/{strange}/receipt"));
        assert_eq!(matti.browser.get(page).await.status(), StatusCode::NOT_FOUND);
    }
    let path = format!("/api/v1/messages/{}/receipt", delivered.confirmed);
    for wrong in ["?language=de", "?language=", "?language=fi&language=sv"] {
        for path in [path.clone(), path.replace("receipt", "bundle")] {
            let answer = delivered.sender.get(&format!("{path}{wrong}")).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{wrong}");
        }
    }
    // While the newest event has no place in the log, nothing is handed out that would not hold.
    let citizen = delivered.site.citizen(MATTI).await;
    delivered.site.hub.confirm(&citizen, delivered.waiting).await.unwrap();
    let path = format!("/api/v1/messages/{}/receipt", delivered.waiting);
    let late = delivered.sender.get(&path).await;
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(late.headers().contains_key("retry-after"));
    delivered.site.seal().await;
    assert_eq!(delivered.sender.get(&path).await.status(), StatusCode::OK);
}

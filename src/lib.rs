//! Tiedoksi: an open, self-hosted hub for official messages. This page is the map; read it first.
//!
//! Authorities push decisions and notices through an API; each lands in a citizen's own mailbox; the citizen reads, confirms receipt and replies
//! after strong authentication; every step is evidence that a stranger can check without us.
//!
//! # The rooms, and who may look into which
//!
//! ```text
//! domain | evidence | vault | store, objects, scanner, press, mailer, tsa, witness | auth | hub | http, worker | cli
//! ```
//!
//! A module uses only what stands left of it; a test (`tests/it/layers.rs`) holds it to that.
//!
//! | Module | What it is |
//! |---|---|
//! | [`domain`] | nouns and rules without I/O: identifiers, identity codes, drafts, consent, deadlines, file types, markup |
//! | [`evidence`] | what is proved: records, the tree and its tiles, checkpoints, cosignatures, time stamps, seals, proofs, bundles, ranges, and the verifier's own path |
//! | [`vault`] | encryption at rest: a data key for each thing, wrapped for each party that may read it |
//! | [`store`] | the only users of SQL: one text for SQLite and PostgreSQL |
//! | [`objects`] | files, encrypted as they stream, in a folder or in S3 |
//! | [`scanner`] | what looks for malware in a file before it can be used: ClamAV's daemon |
//! | [`press`] | strangers' PDFs, read and composed in a process of its own |
//! | [`mailer`] | outgoing mail: to an SMTP server, or into a folder |
//! | [`tsa`] | the time-stamping authority, asked over HTTP |
//! | [`witness`] | a witness that cosigns logs which only grow, and the hub's asking of such witnesses |
//! | [`auth`] | the OpenID Connect relying party; the assertions that machine clients sign |
//! | [`hub`] | the acts: one struct, one file per act, one transaction per act |
//! | [`http`] | the doors: sender API, log, own API, pages |
//! | [`worker`] | the sealer, the time stamps, the asking of witnesses, the printing of letters, the auditors' numbers, and the sweeps |
//! | [`cli`] | the commands; they alone read [`config`] and set up [`telemetry`] |
//!
//! # The life of a message
//!
//! 1. `POST /v2/messages/electronic` reaches `http::suomifi::messages`: the `Sending` extractor is the authorisation (`Authenticated` on every other path), and
//!    `domain::message` reads the body into a draft, naming every violation.
//! 2. `hub::submit` looks up the uploads, encrypts header and body under a fresh data key, and queues the submission in the write lane.
//! 3. `hub::lane` takes whatever waits, and `hub::submit::accept` runs it in one transaction: it claims the external ids, locks the mailboxes and
//!    decides why each may be sent to, writes messages, keys and two records each (SubmissionAcceptance, then ContentConsignment or
//!    NotificationForAcceptance), and commits once for all. Only then is each sender answered, with the seal over the first record.
//! 4. `hub::seal`, alone under a lease, numbers what was committed, extends the tree and signs a checkpoint. That number is the index in the
//!    evidence log and the cursor of the sender's feed. Beside it, and nothing waits for that, `hub::stamp` has the newest checkpoint stamped (the reply
//!    becomes a leaf), and `hub::witness` has it cosigned.
//! 5. The citizen logs in (`hub::login`) and lists the mailbox (`hub::mailbox`). Until a verifiable message is confirmed, `hub::open` shows its gate
//!    and nothing of its content leaves the hub by any route: `hub::delivery::awaits_confirmation` is asked by open, download, mailbox, proof and
//!    reply, and a new route must ask it too.
//! 6. `hub::confirm` writes ConsignmentAcceptance and ContentHandover in one transaction: the document is served. A repeat is answered as the first
//!    time. When the window passes unconfirmed, a sweep of `worker` has it recorded (AcceptanceRejectionExpiry); what is opened after it is a late retrieval,
//!    and says so.
//! 7. What the citizen writes, a reply or a new message, grows in a draft (`hub::draft`) and is sent once (`hub::write`): a new exchange with the roles
//!    swapped, whose receipt is what the authority owes by law (13/2003 s.12).
//! 8. `domain::deadline` computes the days of service and appeal from a dated rule set and a calendar: an opinion with its reasoning, never evidence.
//!    `hub::proof` packs records, seals, inclusion proofs, the rule set and the computed dates into one file, `hub::bundle` into a signed container,
//!    `hub::receipt` into a document for people; `evidence::verify` checks any of them. `hub::range` hands out a whole period of an organisation,
//!    told to be complete.
//!
//! In the mailbox beside that: `hub::folder` lists and `hub::filing` files (archive, bin); `hub::removal` ends what was deleted, and destroys the mailbox's
//! keys to it. `hub::search` reads an encrypted index that `worker::index` keeps up for mailboxes whose owner is there. `hub::acting` and `hub::mandate`
//! let a person act in another's mailbox: every act asks `Hub::may_see`, and evidence names who acted and by which mandate. `hub::contact` verifies the
//! owner's address, `hub::history`, `hub::access_log`, `hub::proofs` and `hub::export` show and hand out what was chosen, who looked, and everything else.
//!
//! Beside the parties stand auditors (`domain::auditor`, `hub::audit`): they find deliveries in tables that `worker::audit` computes from the log, and see
//! evidence, never content; that takes a second person (`hub::audit::request`), and the owner sees each step.
//! `hub::keys` announces the key that takes the place of another, in the log, by both; every proof carries the announcements.
//! `hub::erasure` destroys by order, or by the rule of retention, the keys of a content for everybody, or of a whole mailbox; evidence, whose keys are
//! apart, stays. Its list in the object store (`erasures/`) is read before serving, so that an older backup brings nothing back.
//!
//! On paper it goes another way from step 3 on:
//!
//! 1. `hub::submit::way` decides it in the accepting transaction, which writes a row of `print_job` beside message and evidence. `/v2/messages`
//!    prefers the mailbox; otherwise a copy of its electronic part lies in the recipient's mailbox, found once that is in use, unless they refused
//!    this authority. A letter to an address alone lies in no mailbox.
//! 2. `worker::print` takes what was accepted: `hub::letter::spool` has it composed by [`press`], in a child process, and lays letter and job sheet
//!    into the spool, encrypted.
//! 3. The print house collects through its own API (`http::print`, `hub::letter`). The same job may be offered twice, always by the same id.
//! 4. Its report `sent` (`hub::letter::report`) is the record RelayToNonERDS and a word in the sender's feed; in the same transaction the keys of
//!    the letter are destroyed, and afterwards its files removed.
//! 5. The results of the post come as reports too, each a record and a word in the feed: confirmed, returned, or unresolved. A repeated report is
//!    answered as the first time.
//!
//! # Words of the house
//!
//! | Word | Means |
//! |---|---|
//! | act | something a principal does: one method of [`hub::Hub`], one transaction; `Hub::act` runs it in the write lane (`hub::lane`), which opens and commits |
//! | record, event | a fact as canonical JSON, and the row that carries it |
//! | seal | the signature (JWS) over a record; columns named `*_sealed` are encrypted, which is another thing |
//! | sealer, checkpoint | what numbers the records in the log (`hub::seal`), and the signed note it makes of the tree |
//! | time stamp, outage | an authority's signed word (RFC 3161) that a checkpoint existed by a time; while none is to be had |
//! | witness, quorum | somebody else who cosigns a checkpoint that extends all they saw; how many must |
//! | second place | where the last checkpoint is kept beside the database; when it is ahead of the database, the hub is *halted*: it refuses acts |
//! | restart, place | a new log in the place of one whose newest part was lost with its database (`hub::restart`); a leaf's number in all logs together |
//! | announcement, overlap | the record by which an old and a new key of evidence tell of the new one (`hub::keys`); the time in which both sign |
//! | gate, window | the page before a verifiable message is confirmed; the time in which confirming counts as service |
//! | party, reader | whose key wraps a data key: a mailbox, an organisation, the hub |
//! | rule set | dated data from which service and periods are computed, with its calendar; the one in force when a message is sent is named in its records |
//! | tally | the running count and hash over one organisation's records, itself a record |
//! | range | all records of one organisation between two times, in one container: from the tally before to the tally after |
//! | auditor, grant | who finds deliveries and sees their evidence, by a role; a second person's leave to see one content for 24 hours |
//! | receipt | the proof of a delivery as people read it: a PDF that holds the proof |
//! | credential | what a system proves itself with: a secret (password) or the key pair whose public half is registered; its tokens end with it |
//! | sweep | a worker's idempotent turn over what has become due |
//! | letter, copy | what is printed for one recipient; the electronic part of the same message, in a mailbox that is not in use |
//! | spool | the prefix of the object store in which composed letters wait, encrypted, until they are handed over |
//! | press | the child process that reads a stranger's PDF and composes the letter |
//! | print house | who collects letters from the spool by a key of its own, prints them once and reports |
//! | channel | a way that a send asks for: electronic, paper, or the one or the other (`domain::message::Channels`) |
//! | owner, agent, mandate | whose the mailbox is; who acts in it for the owner; the right to, with a capacity (signatory, guardian, mandate) and a scope |
//! | program | a citizen's client, which comes in by an access token of the identity provider and acts as that person |
//! | to decide | to choose about the mailbox itself (consents, contact, mandates): its owner, and who acts in the owner's place by law |
//! | erasure | the end of a content for everybody, or of a mailbox: its wrapped keys are destroyed; *order*, by which the operator does it; *retention*, the rule |
//! | filing | archiving, deleting into the bin, and taking back; *removal* is for good |
//! | draft | what is being written; its id makes sending it twice the same as once |
//! | segment | a part of a mailbox's search index, under a data key of its own |
//! | regime, basis | how mailboxes open here; why electronic service to one was allowed, frozen when a message is accepted |
//!
//! Laws are cited by number and section: 13/2003 is the Finnish Act on Electronic Services and Communication in the Public Sector, 434/2003 the
//! Administrative Procedure Act, 150/1930 the act on the reckoning of periods. "The contract" is the Suomi.fi Messages REST API.
//!
//! # A new field in the send body
//!
//! `domain::message` (`parse`, `draft`) reads it; `http::openapi` describes it, then `tiedoksi openapi`; `hub::content::MessageHeader` keeps it
//! encrypted, or `store::message` with both migrations in the clear; `tests/it/bad_input.rs` refuses what is wrong with it.
//!
//! # Promises that every change keeps
//!
//! - What was answered survives kill -9; what was refused changed nothing and consumed nothing (of a well-formed send, the refusal itself is
//!   recorded; what a citizen was refused to send stays in the draft).
//! - The evidence of an act is written in the transaction of the act.
//! - Absent and forbidden look the same to those who may not know.
//! - No identity code, name, title, body, token or cookie in a log line.
//! - Time and chance come from the hub's clock and source alone.

pub mod auth;
pub mod cli;
pub mod config;
pub mod domain;
pub mod evidence;
pub mod http;
pub mod hub;
pub mod mailer;
pub mod objects;
pub mod press;
pub mod scanner;
pub mod store;
pub mod telemetry;
pub mod tsa;
pub mod vault;
pub mod witness;
pub mod worker;

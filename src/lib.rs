//! Tiedoksi: an open, self-hosted hub for official messages. This page is the map; read it first.
//!
//! Authorities push decisions and notices through an API; each lands in a citizen's own mailbox; the citizen reads, confirms receipt and replies
//! after strong authentication; every step is evidence that a stranger can check without us.
//!
//! # The rooms, and who may look into which
//!
//! ```text
//! domain -> evidence -> vault -> { store, objects } -> auth -> hub -> { http, worker } -> cli
//! ```
//!
//! A module uses only what stands left of it; a test (`tests/it/layers.rs`) holds it to that.
//!
//! | Module | What it is |
//! |---|---|
//! | [`domain`] | nouns and rules without I/O: identifiers, identity codes, drafts, consent, deadlines, file types, markup |
//! | [`evidence`] | what is proved: records, the tree and its tiles, checkpoints, seals, proofs, and the verifier's own path |
//! | [`vault`] | encryption at rest: a data key for each thing, wrapped for each party that may read it |
//! | [`store`] | the only users of SQL: one text for SQLite and PostgreSQL |
//! | [`objects`] | files, encrypted as they stream, in a folder or in S3 |
//! | [`auth`] | the OpenID Connect relying party |
//! | [`hub`] | the acts: one struct, one file per act, one transaction per act |
//! | [`http`] | the doors: sender API, log, own API, pages |
//! | [`worker`] | the sealer and the sweeps |
//! | [`cli`] | the commands; with it alone [`config`] and [`telemetry`] |
//!
//! # The life of a message
//!
//! 1. `POST /v2/messages/electronic` reaches `http::suomifi::messages`: the `Authenticated` extractor is the authorisation, and
//!    `domain::message` reads the body into a draft, naming every violation.
//! 2. `hub::submit` looks up the uploads, encrypts header and body under a fresh data key, and queues the submission in the write lane.
//! 3. `hub::lane` takes whatever waits, and `hub::submit::accept` runs it in one transaction: it claims the external ids, locks the mailboxes and
//!    decides why each may be sent to, writes messages, keys and two records each (SubmissionAcceptance, then ContentConsignment or
//!    NotificationForAcceptance), and commits once for all. Only then is each sender answered, with the seal over the first record.
//! 4. `hub::seal`, alone under a lease, numbers what was committed, extends the tree and signs a checkpoint. That number is the index in the
//!    evidence log and the cursor of the sender's feed.
//! 5. The citizen logs in (`hub::login`) and lists the mailbox (`hub::mailbox`). Until a verifiable message is confirmed, `hub::open` shows its gate
//!    and nothing of its content leaves the hub by any route.
//! 6. `hub::confirm` writes ConsignmentAcceptance and ContentHandover in one transaction: the document is served. A repeat is answered as the first
//!    time. After the window it is a late retrieval, and says so.
//! 7. `hub::reply` is a new exchange with the roles swapped; its receipt is what the authority owes by law (13/2003 s.12).
//! 8. `hub::proof` packs records, seals, inclusion proofs, the rule set and the computed dates into one file; `evidence::verify` checks it.
//!
//! # Promises that every change keeps
//!
//! - What was answered survives kill -9; what was refused changed nothing.
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
pub mod objects;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod worker;

//! A time-stamping authority that nobody here wrote: `openssl ts -reply`, with certificates that `openssl` makes, behind a small HTTP server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use tempfile::TempDir;
use tiedoksi::evidence::timestamp::Authorities;
use tiedoksi::tsa::{Tsa, TsaOptions};
use tokio::sync::Semaphore;

use crate::faketime;

/// The policy under which it stamps when none is asked for, and the other one it knows.
pub const POLICIES: [&str; 2] = ["1.2.3.4.1", "1.2.3.4.2"];

/// The name in its certificate.
pub const NAME: &str = "Koekunnan aikaleimat";

/// The kind of its keys.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Rsa,
    P256,
}

/// Certificates and keys in a folder of their own.
pub struct Authority {
    folder: TempDir,
    kind: Kind,
}

/// Runs a program that must do its work.
pub fn run(program: &str, arguments: &[&str]) -> String {
    output(Command::new(program).args(arguments))
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// Whether a program says yes; what a no was about stands in the test's output.
fn says_yes(command: &mut Command) -> bool {
    let output = command.output().unwrap();
    if !output.status.success() {
        eprintln!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

impl Authority {
    pub fn new(kind: Kind) -> Self {
        Self::with(kind, "")
    }

    /// An authority with further lines in its configuration (ts(1)).
    pub fn with(kind: Kind, settings: &str) -> Self {
        let authority = Self {
            folder: TempDir::new().unwrap(),
            kind,
        };
        let dir = authority.folder.path().display();
        let configuration = format!(
            "[req]\nprompt = no\ndistinguished_name = name\n[name]\nCN = {NAME}\n\
             [ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign\n\
             [tsa]\nbasicConstraints = CA:FALSE\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\n\
             [uncritical]\nextendedKeyUsage = timeStamping\n\
             [wide]\nextendedKeyUsage = critical,timeStamping,codeSigning\n\
             [tls]\nextendedKeyUsage = critical,serverAuth\n\
             [agreement]\nkeyUsage = critical,keyAgreement\nextendedKeyUsage = critical,timeStamping\n\
             [plain]\nbasicConstraints = CA:FALSE\n\
             [ts]\n{settings}\nserial = {dir}/serial\ndefault_policy = {}\nother_policies = {}\ndigests = sha256\n\
             signer_digest = sha256\naccuracy = secs:1\n",
            POLICIES[0], POLICIES[1]
        );
        std::fs::write(authority.file("openssl.cnf"), configuration).unwrap();
        authority.key("ca");
        let config = authority.path("openssl.cnf");
        run(
            "openssl",
            &[
                "req",
                "-x509",
                "-new",
                "-key",
                &authority.path("ca.key"),
                "-out",
                &authority.path("ca.pem"),
                "-days",
                "7300",
                "-subj",
                "/CN=Koekunnan juuri",
                "-config",
                &config,
                "-extensions",
                "ca",
            ],
        );
        authority.key("tsa");
        authority.certify("tsa", "tsa", None);
        authority
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The path of a file of its folder.
    pub fn path(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_owned()
    }

    fn key(&self, name: &str) {
        let options: &[&str] = match self.kind {
            Kind::Rsa => &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            Kind::P256 => &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        };
        run(
            "openssl",
            &[&["genpkey", "-out", &self.path(&format!("{name}.key"))], options].concat(),
        );
    }

    /// A certificate for the authority's key, of this section, for thirty days; made at another time where one is given.
    pub fn certify(&self, name: &str, section: &str, at: Option<&str>) {
        self.certify_by("ca", "tsa", name, section, at);
    }

    /// An authority `mid` between the root and a certificate `below`.
    pub fn certify_below(&self) {
        self.key("mid");
        self.certify_by("ca", "mid", "mid", "ca", None);
        self.certify_by("mid", "tsa", "below", "tsa", None);
    }

    fn certify_by(&self, issuer: &str, key: &str, name: &str, section: &str, at: Option<&str>) {
        let (request, config) = (self.path("request.csr"), self.path("openssl.cnf"));
        let subject = if key == "tsa" {
            format!("/CN={NAME}")
        } else {
            format!("/CN=Koekunnan {key}")
        };
        let key = self.path(&format!("{key}.key"));
        let asking = [
            "req", "-new", "-utf8", "-key", &key, "-subj", &subject, "-out", &request, "-config", &config,
        ];
        run("openssl", &asking);
        let certificate = self.path(&format!("{name}.pem"));
        let (ca, ca_key) = (self.path(&format!("{issuer}.pem")), self.path(&format!("{issuer}.key")));
        let signing = [
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            "30",
            "-extfile",
            &config,
            "-extensions",
            section,
            "-out",
            &certificate,
        ];
        match at {
            None => run("openssl", &signing),
            Some(at) => output(faketime::command(at, "openssl").args(signing)),
        };
    }

    /// What verifiers are given.
    pub fn authorities(&self) -> Authorities {
        Authorities::from_pem(&std::fs::read_to_string(self.file("ca.pem")).unwrap()).unwrap()
    }

    /// The reply to a request, signed with the certificate of this name.
    pub fn reply(&self, request: &[u8], certificate: &str) -> Vec<u8> {
        self.reply_with(request, certificate, &[])
    }

    /// The same, by further options of `openssl ts -reply`.
    pub fn reply_with(&self, request: &[u8], certificate: &str, options: &[&str]) -> Vec<u8> {
        let (query, reply) = (self.path("query.tsq"), self.path("reply.tsr"));
        std::fs::write(&query, request).unwrap();
        let (config, key) = (self.path("openssl.cnf"), self.path("tsa.key"));
        let certificate = self.path(&format!("{certificate}.pem"));
        let replying = [
            "ts",
            "-reply",
            "-config",
            &config,
            "-section",
            "ts",
            "-queryfile",
            &query,
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-out",
            &reply,
        ];
        run("openssl", &[&replying[..], options].concat());
        std::fs::read(reply).unwrap()
    }

    /// The reply to a request as `openssl cms` signs it, which does not mind what a certificate is for.
    pub fn reply_by_cms(&self, request: &[u8], certificate: &str) -> Vec<u8> {
        self.reply(request, "tsa");
        let (reply, token, info, signed) = (
            self.path("reply.tsr"),
            self.path("token"),
            self.path("info"),
            self.path("signed"),
        );
        run(
            "openssl",
            &["ts", "-reply", "-in", &reply, "-token_out", "-out", &token],
        );
        run(
            "openssl",
            &[
                "cms",
                "-verify",
                "-inform",
                "DER",
                "-in",
                &token,
                "-noverify",
                "-out",
                &info,
            ],
        );
        run(
            "openssl",
            &[
                "cms",
                "-sign",
                "-binary",
                "-nodetach",
                "-cades",
                "-md",
                "sha256",
                "-econtent_type",
                "1.2.840.113549.1.9.16.1.4",
                "-in",
                &info,
                "-outform",
                "DER",
                "-out",
                &signed,
                "-signer",
                &self.path(&format!("{certificate}.pem")),
                "-inkey",
                &self.path("tsa.key"),
            ],
        );
        let signed = std::fs::read(signed).unwrap();
        let length = u16::try_from(signed.len() + 5).unwrap();
        [&[0x30, 0x82][..], &length.to_be_bytes(), &[0x30, 3, 2, 1, 0], &signed].concat()
    }
}

/// The stranger's check: `openssl ts -verify`, now or `later` at the time that the stamp states.
pub fn openssl_verifies(ca: &Path, data: &[u8], reply: &[u8], at: Option<&str>, later: Option<&str>) -> bool {
    let folder = TempDir::new().unwrap();
    let at_file = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (data, reply) = (at_file("checkpoint", data), at_file("checkpoint.tsr", reply));
    let mut arguments = vec![
        "ts",
        "-verify",
        "-data",
        &data,
        "-in",
        &reply,
        "-CAfile",
        ca.to_str().unwrap(),
    ];
    if let Some(at) = at {
        arguments.extend(["-attime", at]);
    }
    match later {
        None => says_yes(Command::new("openssl").args(arguments)),
        Some(later) => says_yes(faketime::command(later, "openssl").args(arguments)),
    }
}

/// How the server answers.
#[derive(Debug, Clone)]
pub enum Manner {
    /// As an authority does.
    Stamps,
    /// With the certificate of this name.
    By(&'static str),
    /// With this status and nothing else.
    Status(StatusCode),
    /// With these bytes, whatever is asked.
    Says(Vec<u8>),
}

/// An authority that answers over HTTP. Dropping it ends it.
pub struct Server {
    pub authority: Arc<Authority>,
    url: String,
    state: Arc<Answering>,
    task: tokio::task::JoinHandle<()>,
}

struct Answering {
    authority: Arc<Authority>,
    manner: Mutex<Manner>,
    asked: AtomicUsize,
    authorization: Mutex<Option<String>>,
    /// One answer goes out for each permit.
    gate: Semaphore,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(authority: Authority) -> Self {
        let authority = Arc::new(authority);
        let state = Arc::new(Answering {
            authority: Arc::clone(&authority),
            manner: Mutex::new(Manner::Stamps),
            asked: AtomicUsize::new(0),
            authorization: Mutex::new(None),
            gate: Semaphore::new(Semaphore::MAX_PERMITS / 2),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/tsa", listener.local_addr().unwrap());
        let router = Router::new().route("/tsa", post(answer)).with_state(Arc::clone(&state));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            authority,
            url,
            state,
            task,
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn options(&self) -> TsaOptions {
        TsaOptions {
            url: self.url.parse().unwrap(),
            authorities: self.authority.authorities(),
            policy: None,
            login: None,
        }
    }

    pub fn tsa(&self) -> Tsa {
        Tsa::new(self.options()).unwrap()
    }

    pub fn answers(&self, manner: Manner) {
        *self.state.manner.lock().unwrap() = manner;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// What the last request proved itself by.
    pub fn authorization(&self) -> Option<String> {
        self.state.authorization.lock().unwrap().clone()
    }

    /// Keeps answers back from now on.
    pub fn hold(&self) {
        let permits = self.state.gate.available_permits();
        self.state.gate.forget_permits(permits);
    }

    /// Lets answers go again.
    pub fn release(&self) {
        self.state.gate.add_permits(1000);
    }
}

async fn answer(State(state): State<Arc<Answering>>, headers: HeaderMap, request: Bytes) -> Response {
    assert_eq!(headers[header::CONTENT_TYPE], "application/timestamp-query");
    let authorization = headers.get(header::AUTHORIZATION);
    *state.authorization.lock().unwrap() = authorization.map(|value| value.to_str().unwrap().to_owned());
    state.asked.fetch_add(1, Ordering::SeqCst);
    state.gate.acquire().await.unwrap().forget();
    let manner = state.manner.lock().unwrap().clone();
    let certificate = match manner {
        Manner::Stamps => "tsa",
        Manner::By(certificate) => certificate,
        Manner::Status(status) => return status.into_response(),
        Manner::Says(bytes) => return bytes.into_response(),
    };
    let authority = Arc::clone(&state.authority);
    let stamping = tokio::task::spawn_blocking(move || authority.reply(&request, certificate));
    (
        [(header::CONTENT_TYPE, "application/timestamp-reply")],
        stamping.await.unwrap(),
    )
        .into_response()
}

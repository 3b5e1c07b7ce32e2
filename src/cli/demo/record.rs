//! `demo.json`, for those who try the hub by program, and what the demo must remember between runs.

use std::fs::{File, OpenOptions, rename};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::sample::{AUDITOR, OPERATOR, PERSONS, Person};

/// The whole file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    base_url: &'a str,
    systems: &'a [System],
    persons: Vec<PersonRecord>,
    auditor: Staff,
    operator: Staff,
    log_public_key: &'a str,
    seal_certificate: &'a str,
}

/// A system that can send at once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct System {
    pub(super) username: String,
    pub(super) password: String,
    pub(super) service_ids: Vec<String>,
    /// Its Business ID.
    pub(super) organisation: String,
}

#[derive(Serialize)]
struct PersonRecord {
    id: &'static str,
    name: &'static str,
    mailbox: &'static str,
}

#[derive(Serialize)]
struct Staff {
    id: &'static str,
    name: &'static str,
}

impl From<&Person> for Staff {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
        }
    }
}

impl<'a> Record<'a> {
    pub(super) fn new(
        base_url: &'a str,
        systems: &'a [System],
        log_public_key: &'a str,
        seal_certificate: &'a str,
    ) -> Self {
        let person = |it: &Person| PersonRecord {
            id: it.id,
            name: it.name,
            mailbox: if it.active { "active" } else { "inactive" },
        };
        Self {
            base_url,
            systems,
            persons: PERSONS.iter().map(person).collect(),
            auditor: (&AUDITOR).into(),
            operator: (&OPERATOR).into(),
            log_public_key,
            seal_certificate,
        }
    }
}

/// Writes JSON so that a reader sees all of it or nothing, readable by this user alone. Durable when it returns.
pub(super) fn write(file: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let half = file.with_extension("json.new");
    let text = serde_json::to_string_pretty(value)?;
    let write = || {
        let mut handle = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)?;
        handle.write_all(text.as_bytes())?;
        handle.write_all(b"\n")?;
        handle.sync_all()?;
        rename(&half, file)?;
        // The name is durable only when the folder is.
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_json_has_exactly_the_promised_shape() {
        let systems = [System {
            username: "u".into(),
            password: "p".into(),
            service_ids: vec!["s".into()],
            organisation: "0208573-0".into(),
        }];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.json");
        write(&file, &Record::new("http://127.0.0.1:8080", &systems, "vkey", "pem")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            keys(&json),
            [
                "auditor",
                "baseUrl",
                "logPublicKey",
                "operator",
                "persons",
                "sealCertificate",
                "systems"
            ]
        );
        assert_eq!(json["baseUrl"], "http://127.0.0.1:8080");
        assert_eq!(
            keys(&json["systems"][0]),
            ["organisation", "password", "serviceIds", "username"]
        );
        assert_eq!(keys(&json["auditor"]), ["id", "name"]);
        let persons = json["persons"].as_array().unwrap();
        assert!(persons.iter().all(|person| keys(person) == ["id", "mailbox", "name"]));
        let with = |state: &str| persons.iter().filter(|person| person["mailbox"] == state).count();
        assert!(with("active") >= 3 && with("inactive") >= 1);
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no half file is left"
        );
    }
}

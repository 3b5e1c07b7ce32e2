//! What the demo prints: where to click, and two commands to paste.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::record::System;
use super::sample::{AUDITOR, OPERATOR, PERSONS, RAKENNUSVALVONTA, TOWN_AUDITOR};

/// Tells a newcomer where to go.
pub(super) fn print(base_url: &str, systems: &[System], file: &Path, config: &Path) {
    println!("{}", text(base_url, systems, file, config));
}

/// Tells whoever let others reach the demo what that means.
pub(super) fn warn_of_strangers(listen: SocketAddr) {
    eprintln!(
        "\nWARNING: the demo listens on {listen}, where others can reach it. It speaks plain http, its identity provider believes anyone, and the\n\
         passwords above open it: put nothing real into it. Only this machine: --listen 127.0.0.1:{}",
        listen.port()
    );
}

fn text(base_url: &str, systems: &[System], file: &Path, config: &Path) -> String {
    let mut text = format!("Tiedoksi's demo is ready: {base_url}\n\nLog in as one of these (nobody here exists):\n");
    for person in &PERSONS {
        let mut notes = vec![if person.active {
            "mailbox open"
        } else {
            "mailbox not opened yet"
        }];
        notes.extend(person.acts_for.map(|_| "acts for a company"));
        notes.extend(person.note);
        text.push_str(&format!("  {}  {} ({})\n", person.id, person.name, notes.join(", ")));
    }
    for (person, role) in [
        (&AUDITOR, "auditor of the whole hub: /auditor"),
        (&TOWN_AUDITOR, "auditor of the town: /auditor"),
        (&OPERATOR, "operator: no pages of this role yet"),
    ] {
        text.push_str(&format!("  {}  {} ({role})\n", person.id, person.name));
    }
    if let Some(system) = systems.first() {
        text.push_str(&format!(
            "\nSend a decision as {}: a token, then the message.\n\n",
            system.username
        ));
        text.push_str(&commands(base_url, system));
    }
    text.push_str(&format!(
        "\n\nFor programs: {}\nMail that the demo would send: {}\nThe API in a browser: {base_url}/api-docs/\n\
         A print house for letters: tiedoksi admin --config {} print-house add NAME\nStop with Ctrl-C.",
        file.display(),
        config.with_file_name("mail").display(),
        config.display()
    ));
    text
}

fn commands(base_url: &str, system: &System) -> String {
    let login = json!({ "username": system.username, "password": system.password });
    format!(
        "TOKEN=$(curl -sS {base_url}/v1/token -H 'Content-Type: application/json' \\\n  -d {} | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\n\
         curl -sS {base_url}/v2/messages/electronic -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n  -d {}",
        quoted(&login.to_string()),
        quoted(&decision().to_string()).replace("EXTERNAL-ID", "'\"$(date +%s)\"'"),
    )
}

fn decision() -> Value {
    json!({
        "externalId": "kokeilu-EXTERNAL-ID",
        "recipient": { "id": PERSONS[0].id },
        "sender": { "serviceId": RAKENNUSVALVONTA },
        "electronic": {
            "title": "Päätös maisematyölupahakemukseen",
            "body": "# Päätös\n\nMaisematyölupa on **myönnetty**. Valitusaika alkaa tiedoksisaannista.",
            "bodyFormat": "Markdown",
            "attachments": [],
            "messageServiceType": "Verifiable",
            "replyAllowedBy": "Anyone",
            "notifications": {
                "senderDetailsInNotifications": "Organisation and service name",
                "unreadMessageNotification": { "reminder": "Default reminder" }
            }
        }
    })
}

/// A text as one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Draft;

    #[test]
    fn the_decision_is_one_that_the_hub_takes() {
        let draft = Draft::parse_electronic_v2(decision().to_string().as_bytes(), true);
        assert!(draft.is_ok(), "{draft:?}");
    }

    #[test]
    fn the_shell_reads_the_commands_as_they_are_meant() {
        let system = System {
            username: "u".into(),
            password: r#"it's "$HOME" \ `x`!"#.into(),
            service_ids: Vec::new(),
            organisation: String::new(),
        };
        // A curl that prints its last argument stands in for the real one.
        let script = format!(
            "curl() {{ for it; do :; done; printf '%s\\n' \"$it\"; }}\n{}\n",
            commands("http://x", &system)
        );
        let script = script.replace("TOKEN=$(", "(").replacen("| sed", "| cat #", 1);
        let script = script.replacen("\\1/')", "\n)", 1);
        let output = std::process::Command::new("sh")
            .arg("-c")
            .arg(&script)
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<Value> = printed
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines[0]["password"], system.password);
        let id = lines[1]["externalId"].as_str().unwrap();
        assert!(id.strip_prefix("kokeilu-").unwrap().parse::<u64>().is_ok(), "{id}");
    }
}

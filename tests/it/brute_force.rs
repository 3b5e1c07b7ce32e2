//! Identity codes are few enough to try them all: with every code of one birth year against all that the records themselves hold, nothing is
//! found. With the salt of a disclosure, which is handed to those alone who may know the person, the code is found at once.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::date;
use ring::digest::{SHA256, digest};
use tiedoksi::domain::mandate::Scope;
use tiedoksi::evidence::proof::{DeliveryProof, ProofEvent};
use tiedoksi::evidence::record::ParsedRecord;

use crate::agent::{EINO, HELMI, Session, grant, persons};
use crate::citizen::reply;
use crate::harness::{Database, Settings, Site};
use crate::sender::sender;

/// Century marks of the 1900s (decree in force 2023-01-01).
const MARKS: &[u8; 6] = b"-YXWVU";
const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

type Hash = [u8; 32];

/// Every well-formed code of people born in 1994, real and artificial numbers alike.
fn codes() -> Vec<[u8; 11]> {
    let mut codes = Vec::with_capacity(365 * 998 * MARKS.len());
    let mut day = date(1994, 1, 1);
    while day.year() == 1994 {
        let birth = format!("{:02}{:02}94", day.day(), day.month());
        for number in 2..=999_u32 {
            let digits: u64 = format!("{birth}{number:03}").parse().unwrap();
            let check = CHECKS[(digits % 31) as usize];
            for mark in MARKS {
                let mut code = [0; 11];
                code[..6].copy_from_slice(birth.as_bytes());
                code[6] = *mark;
                code[7..10].copy_from_slice(format!("{number:03}").as_bytes());
                code[10] = check;
                codes.push(code);
            }
        }
        day = day.tomorrow().unwrap();
    }
    codes
}

/// Everything of 32 bytes in a record, in any encoding: what could be a salt, and what could be a digest.
fn hashes(record: &serde_json::Value, found: &mut HashSet<Hash>) {
    match record {
        serde_json::Value::String(text) => {
            let readings = [URL_SAFE_NO_PAD.decode(text).ok(), hex::decode(text).ok()];
            found.extend(
                readings
                    .into_iter()
                    .flatten()
                    .filter_map(|bytes| Hash::try_from(bytes).ok()),
            );
        }
        serde_json::Value::Array(all) => all.iter().for_each(|it| hashes(it, found)),
        serde_json::Value::Object(all) => all.values().for_each(|it| hashes(it, found)),
        _ => {}
    }
}

/// The codes that some digest in the records gives away: bare, or with anything of the records before or after it.
fn found(known: &HashSet<Hash>, codes: &[[u8; 11]]) -> Vec<[u8; 11]> {
    // What a digest begins with is looked up first: an unoptimised set costs more than the digest.
    let mut begins = vec![false; 1 << 16];
    for hash in known {
        begins[usize::from(u16::from_le_bytes([hash[0], hash[1]]))] = true;
    }
    let is_known = |bytes: &[u8]| {
        let hash = digest(&SHA256, bytes);
        let hash = hash.as_ref();
        begins[usize::from(u16::from_le_bytes([hash[0], hash[1]]))] && known.contains(hash)
    };
    let (mut before, mut after) = ([0; 43], [0; 43]);
    let mut hits = Vec::new();
    for code in codes {
        before[32..].copy_from_slice(code);
        after[..11].copy_from_slice(code);
        let mut hit = is_known(code);
        for salt in known {
            before[..32].copy_from_slice(salt);
            after[11..].copy_from_slice(salt);
            hit |= is_known(&before) || is_known(&after);
        }
        if hit {
            hits.push(*code);
        }
    }
    hits
}

/// The same, on two threads.
fn search(known: &HashSet<Hash>, codes: &[[u8; 11]]) -> Vec<[u8; 11]> {
    let (first, second) = codes.split_at(codes.len() / 2);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| found(known, second));
        [found(known, first), second.join().unwrap()].concat()
    })
}

#[tokio::test]
async fn every_code_of_a_birth_year_against_the_records_finds_nobody() {
    let site = Site::start(&Database::Sqlite, persons(), Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let helmi = site.citizen(HELMI).await;
    site.hub.activate(&helmi).await.unwrap();
    let id = sender.sent(&sender.message("A-1", HELMI, "Verifiable")).await;
    let id = id.to_string().parse().unwrap();
    let mandate = grant(&site, EINO, Scope::Everything, None);
    site.hub.grant_mandate(&helmi, mandate).await.unwrap();
    let agent = Session::begin(&site, EINO)
        .await
        .act_for(&site, "Helmi Östersund")
        .await;
    site.hub.confirm(&agent, id).await.unwrap();
    let answer = reply(&site.hub, &helmi, id).await.unwrap();
    site.seal().await;

    let mut events: Vec<ProofEvent> = Vec::new();
    for message in [id, answer.id] {
        let proof = site.hub.proof_as_citizen(&helmi, message).await.unwrap();
        events.extend(DeliveryProof::parse(&proof).unwrap().events);
    }
    assert!(events.len() >= 5, "{}", events.len());

    let codes = codes();
    assert_eq!(codes.len(), 365 * 998 * 6);
    for code in [HELMI, EINO] {
        assert!(
            codes.iter().any(|it| it == code.as_bytes()),
            "the person is among those tried"
        );
    }
    let (mut disclosed, mut known) = (0, HashSet::new());
    for event in events {
        let record = event.event.unwrap();
        let parsed = ParsedRecord::parse(&record).unwrap();
        // Whoever holds the disclosure finds the person with it.
        let persons = event
            .disclosures
            .iter()
            .filter(|it| [HELMI, EINO].contains(&&*it.value));
        for it in persons {
            assert_eq!(parsed.body.reference(&it.field), Some(it.reference()));
            disclosed += 1;
        }
        let before = known.len();
        hashes(&serde_json::from_slice(&record).unwrap(), &mut known);
        assert!(known.len() >= before + 2, "{}", String::from_utf8_lossy(&record));
    }
    assert!(disclosed >= 5, "{disclosed}");
    assert_eq!(search(&known, &codes), Vec::<[u8; 11]>::new());
}

#[test]
fn the_search_finds_what_is_salted_with_what_the_record_shows() {
    let code = <[u8; 11]>::try_from(HELMI.as_bytes()).unwrap();
    let salt = [7; 32];
    for leak in [[&salt[..], &code].concat(), [&code, &salt[..]].concat(), code.to_vec()] {
        let leaky = serde_json::json!({
            "salt": URL_SAFE_NO_PAD.encode(salt),
            "recipient": { "ref": hex::encode(digest(&SHA256, &leak)) },
        });
        let mut known = HashSet::new();
        hashes(&leaky, &mut known);
        assert_eq!(search(&known, &[*b"010194-900A", code, *b"010194-900B"]), [code]);
    }
}

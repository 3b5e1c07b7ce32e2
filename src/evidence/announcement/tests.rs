//! Announcements are read as they were written, and only when both keys speak.

use super::*;
use crate::evidence::record::{RecordDraft, tests::full_draft};
use ring::rand::SystemRandom;

const ORIGIN: &str = "hub.example/log";

fn log_key() -> LogKey {
    LogKey::from_pkcs8(ORIGIN, &LogKey::generate(&SystemRandom::new()).unwrap()).unwrap()
}

fn seal() -> SealKey {
    let (from, to) = (
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2031-01-01T00:00:00Z".parse().unwrap(),
    );
    let pem = SealKey::generate("hub.example", from, to, &SystemRandom::new()).unwrap();
    SealKey::from_pem(&pem.key, &pem.chain).unwrap()
}

fn record(event: EventType, reasons: Vec<Reason>) -> ParsedRecord {
    let draft = RecordDraft {
        event,
        delivery: None,
        content: Vec::new(),
        reasons,
        ..full_draft()
    };
    ParsedRecord::parse(&draft.finish(&SystemRandom::new()).unwrap().bytes).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let reason = || "yearly change".to_owned();
    for announcement in [
        Announcement::of_log_key(reason(), ORIGIN, &log_key(), &log_key()).unwrap(),
        Announcement::of_seal(reason(), &seal(), seal().chain_pem(), &seal()).unwrap(),
    ] {
        let read = |event, reasons| Announcement::read(&record(event, reasons));
        let reasons = announcement.to_reasons();
        assert_eq!(read(EventType::KeyAnnounced, reasons.clone()), Some(announcement));
        assert_eq!(read(EventType::LogRestarted, reasons.clone()), None);
        let mut more = reasons.clone();
        more.push(reasons[0].clone());
        assert_eq!(read(EventType::KeyAnnounced, more), None);
        assert_eq!(read(EventType::KeyAnnounced, reasons[..1].to_vec()), None);
    }
}

#[test]
fn a_log_key_is_announced_by_both() {
    let (old, new) = (log_key(), log_key());
    let announced = Announcement::of_log_key("why".into(), ORIGIN, &old, &new).unwrap();
    let AnnouncedKey::Log { note } = announced.key else {
        panic!("another kind");
    };
    assert_eq!(log_keys(&note), Some((old.public().clone(), new.public().clone())));
    // One line is missing, or of a third key; the other words are another note's.
    let lines: Vec<&str> = note.lines().collect();
    let without = |at: usize| {
        let kept = lines.iter().enumerate().filter(|(number, _)| *number != at);
        kept.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    assert_eq!((log_keys(&without(5)), log_keys(&without(6))), (None, None));
    let text = note.split("\n\n").next().unwrap().to_owned() + "\n";
    let third = log_key().line(ORIGIN, &text).unwrap();
    assert_eq!(log_keys(&format!("{}{third}", without(6))), None);
    assert_eq!(log_keys(&note.replace("key announcement", "key announcements")), None);
    let itself = Announcement::of_log_key("why".into(), ORIGIN, &old, &old).unwrap();
    let AnnouncedKey::Log { note } = itself.key else {
        panic!("another kind");
    };
    assert_eq!(log_keys(&note), None);
    // A checkpoint is no announcement, and an announcement no checkpoint.
    let checkpoint = old.sign(ORIGIN, 5, &[7; 32]).unwrap();
    assert_eq!(log_keys(&checkpoint), None);
    assert!(crate::evidence::checkpoint::verify(&note, old.public()).is_err());
}

#[test]
fn a_sealing_key_says_itself_whom_it_follows() {
    let (old, new, other) = (seal(), seal(), seal());
    let announced = Announcement::of_seal("why".into(), &old, old.chain_pem(), &new).unwrap();
    let AnnouncedKey::Seal {
        replaced,
        chain,
        by_new,
        replaced_chain,
    } = announced.key
    else {
        panic!("another kind");
    };
    assert_eq!(seal_key(&replaced, &chain, &by_new).as_ref(), Some(new.public()));
    assert_eq!(replaced_chain, chain_sha256(old.chain_pem()));
    assert_eq!(seal_key(&other.public().kid(), &chain, &by_new), None);
    assert_eq!(seal_key(&replaced, other.chain_pem(), &by_new), None);
    let by_other = other.seal(b"anything").unwrap();
    assert_eq!(seal_key(&replaced, &chain, &by_other), None);
}

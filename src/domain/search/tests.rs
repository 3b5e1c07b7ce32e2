//! Whatever is built and merged finds what a naive search finds, and whatever is read is refused or harmless.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn document(id: i64) -> Document {
    Document {
        created_at: 1_700_000_000_000_000 + id / 2,
        id,
    }
}

/// What a query finds in a segment, as the hub asks it.
fn search(segment: &Segment, query: &[&str]) -> Vec<Document> {
    let header = Header::read(&segment.header).unwrap();
    let count = header.documents().len();
    let mut all: Option<Found> = None;
    for word in query {
        let mut found = Found::none(count);
        for position in header.blocks_of(word) {
            find(&segment.blocks[position], word, count, &mut found).unwrap();
        }
        match &mut all {
            Some(all) => all.retain(&found),
            None => all = Some(found),
        }
    }
    all.unwrap().iter().map(|number| header.documents()[number]).collect()
}

type Mail = Vec<(i64, Vec<String>)>;

fn naive(mail: &Mail, query: &[&str]) -> Vec<Document> {
    let mut words_of: BTreeMap<i64, Vec<&String>> = BTreeMap::new();
    for (id, words) in mail {
        words_of.entry(*id).or_default().extend(words);
    }
    let holds = |words: &[&String], beginning: &str| words.iter().any(|word| word.starts_with(beginning));
    let found = words_of
        .into_iter()
        .rev()
        .filter(|(_, words)| query.iter().all(|word| holds(words, word)));
    found.map(|(id, _)| document(id)).collect()
}

fn build_of(mail: &[(i64, Vec<String>)]) -> Segment {
    build(mail.iter().map(|(id, words)| (document(*id), words.clone())))
}

fn mail() -> impl Strategy<Value = Mail> {
    let words = proptest::collection::vec("[abcå]{1,3}", 0..6);
    proptest::collection::vec((0_i64..40, words), 1..40)
}

proptest! {
    #[test]
    fn a_segment_finds_what_a_naive_search_finds(mail in mail(), query in proptest::collection::vec("[abcå]{1,3}", 1..3)) {
        let query: Vec<&str> = query.iter().map(String::as_str).collect();
        prop_assert_eq!(search(&build_of(&mail), &query), naive(&mail, &query));
    }

    #[test]
    fn merging_finds_the_same(mail in mail(), cuts in proptest::collection::vec(0_usize..40, 0..4), query in "[abcå]{1,2}") {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(mail.len())).chain([0, mail.len()]).collect();
        cuts.sort_unstable();
        let segments: Vec<Segment> = cuts.windows(2).map(|ends| build_of(&mail[ends[0]..ends[1]])).collect();
        let merged = merge(&segments).unwrap();
        prop_assert_eq!(&merged, &build_of(&mail));
        prop_assert_eq!(search(&merged, &[&query]), naive(&mail, &[&query]));
    }

    #[test]
    fn hostile_bytes_are_harmless(header in proptest::collection::vec(any::<u8>(), 0..200), block in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(read) = Header::read(&header) {
            // Whatever is read as a header means what is written of it.
            prop_assert_eq!(Header::read(&read.write()), Ok(read));
        }
        find(&block, "", 70, &mut Found::none(70)).ok();
        merge(&[Segment { header, blocks: vec![block], documents: 1 }]).ok();
    }

    #[test]
    fn an_altered_segment_is_harmless(mail in mail(), at in any::<prop::sample::Index>(), bit in 0..8_u32, cut in any::<prop::sample::Index>()) {
        let segment = build_of(&mail);
        let mut altered = segment.clone();
        let bytes = altered.blocks.first_mut().unwrap_or(&mut altered.header);
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        merge(&[altered.clone()]).ok();
        let count = segment.documents;
        for block in &altered.blocks {
            find(block, "a", count, &mut Found::none(count)).ok();
        }
        let cut = cut.index(segment.header.len());
        prop_assert_eq!(Header::read(&segment.header[..cut]), Err(Damaged));
    }
}

#[test]
fn a_large_segment_is_read_block_by_block() {
    let words = |id: i64| {
        (0..20)
            .map(move |n| format!("sana{}", (id * 7919 + n * 104_729) % 30_011))
            .chain(["ja".to_owned()])
    };
    let mail: Mail = (0..5_000).map(|id| (id, words(id).collect())).collect();
    let segment = build_of(&mail);
    let header = Header::read(&segment.header).unwrap();
    assert!(header.blocks() > 5 && segment.blocks.iter().all(|block| block.len() < 80 * 1024));
    assert!(header.blocks_of("sana1234").len() <= 2);
    for query in [
        &["sana12"][..],
        &["ja", "sana1"],
        &["sana29999"],
        &["x"],
        &["s"],
        &[""],
        &["sana3", "sana4", "sana5"],
    ] {
        assert_eq!(search(&segment, query), naive(&mail, query), "{query:?}");
    }
    let halves = [build_of(&mail[..2_500]), build_of(&mail[2_500..])];
    assert_eq!(merge(&halves).unwrap(), segment);
}

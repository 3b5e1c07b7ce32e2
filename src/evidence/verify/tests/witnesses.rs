//! Witnesses whom the reader names.

use super::*;

fn witness(name: &str) -> WitnessKey {
    WitnessKey::from_pkcs8(name, &WitnessKey::generate(&SystemRandom::new()).unwrap()).unwrap()
}

/// The proof with lines of these witnesses under every checkpoint.
fn cosigned(witnesses: &[&WitnessKey]) -> DeliveryProof {
    let mut proof = PROOF.clone();
    for event in &mut proof.events {
        let mut place: TlogProof = event.tlog_proof.as_ref().unwrap().parse().unwrap();
        let text = HUB.log.public().open(&place.checkpoint).unwrap().to_owned();
        for witness in witnesses {
            place.checkpoint += &witness.cosign(&text, 1_772_445_600);
        }
        event.tlog_proof = Some(place.to_string());
    }
    proof
}

#[test]
fn witnesses_that_the_reader_names_must_have_cosigned() {
    let [one, two, three] = ["w/1", "w/2", "w/3"].map(witness);
    let with = |policy: Option<&str>| {
        let (log, seal) = (HUB.log.vkey(), HUB.seal.chain_pem());
        let keys: String = [&one, &two, &three]
            .iter()
            .map(|it| format!("{}\n", it.public()))
            .collect();
        let mut files = vec![
            ("log.vkey", log.as_bytes()),
            ("seal_chain.pem", seal.as_bytes()),
            ("witness.vkey", keys.as_bytes()),
        ];
        files.extend(policy.map(|policy| ("witness.policy", policy.as_bytes())));
        Trust::from_files(files).unwrap()
    };
    let (two_of_three, all, any) = (with(Some("quorum 2\n")), with(None), with(Some("quorum 1\n")));
    for (witnesses, codes) in [
        (vec![], [1, 1, 1]),
        (vec![&one], [1, 1, 0]),
        (vec![&one, &one], [1, 1, 0]),
        (vec![&one, &three], [0, 1, 0]),
        (vec![&one, &two, &three], [0, 0, 0]),
        (vec![&witness("w/1"), &two], [1, 1, 0]),
    ] {
        let proof = cosigned(&witnesses);
        assert_eq!([&two_of_three, &all, &any].map(|trust| code(&proof, trust)), codes);
        // Who names no witnesses is not bothered by their lines, and is told that nobody was asked.
        let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(verdict.to_string().contains("nobody but the hub"), "{verdict}");
    }
    let unknown = |trust: &Trust| {
        let verdict = verify_proof(&cosigned(&[&one, &two, &three]).to_bytes().unwrap(), trust);
        verdict.cannot_know.join("\n")
    };
    let same = "the same tree to everybody";
    assert!(unknown(&HUB.trust()).contains(same));
    assert!(unknown(&any).contains(same), "one of three is no majority");
    assert!(!unknown(&two_of_three).contains(same) && unknown(&two_of_three).contains("only if 1 of the 3 did not"));

    // A line over another tree, under one event only.
    let mut proof = cosigned(&[&one, &two, &three]);
    let text = proof.events[2].tlog_proof.as_mut().unwrap();
    *text += &one.cosign("hub.example/log\n8\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", 1);
    assert_eq!(code(&proof, &two_of_three), 1);
}

#[test]
fn a_choice_of_witnesses_that_cannot_be_used_is_told() {
    let one = witness("w/1").public().to_string();
    let log = HUB.log.vkey();
    for files in [
        vec![("witness.policy", "quorum 1")],
        vec![("witness.vkey", one.as_str()), ("witness.policy", "quorum 2")],
        vec![("witness.vkey", one.as_str()), ("witness.policy", "two of three")],
        vec![("witness1.vkey", one.as_str()), ("witness2.vkey", one.as_str())],
        vec![("witness.vkey", log.as_str())],
        vec![("witness.vkey", "")],
        vec![("log.vkey", one.as_str())],
    ] {
        let files = files.iter().map(|(name, text)| (*name, text.as_bytes()));
        assert!(Trust::from_files(files).is_err());
    }
}

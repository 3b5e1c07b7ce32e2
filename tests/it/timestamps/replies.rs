//! Replies of an authority as they are, and as they must not be; `openssl ts -verify` is asked about each that should hold.

use std::path::Path;

use jiff::SignedDuration;
use ring::rand::SystemRandom;
use tiedoksi::domain::time::{Clock as _, SystemClock};
use tiedoksi::evidence::timestamp::{Authorities, REPLY_LIMIT, StampError, StampRequest, verify_stamp};

use crate::faketime::TEN_YEARS_ON;
use crate::tsa::{Authority, Kind, NAME, POLICIES, openssl_verifies};

const DATA: &[u8] = b"koe.example/log\n7\n";

fn request(policy: Option<&str>) -> StampRequest {
    let policy = policy.map(|policy| policy.parse().unwrap());
    StampRequest::new(DATA, policy, &SystemRandom::new()).unwrap()
}

#[test]
fn what_openssl_stamps_holds_and_openssl_agrees() {
    let kinds = [
        (Kind::Rsa, ""),
        (Kind::P256, ""),
        // The certificate is named by SHA-1 in the old attribute; the time has a fraction; all certificates are named.
        (Kind::P256, "ess_cert_id_alg = sha1"),
        (Kind::P256, "clock_precision_digits = 3\ntsa_name = yes\nordering = yes"),
    ];
    for (kind, settings) in kinds {
        let authority = Authority::with(kind, settings);
        for policy in [None, Some(POLICIES[1])] {
            let request = request(policy);
            let reply = authority.reply(request.to_der(), "tsa");
            let stamp = request.accept(&reply, &authority.authorities()).unwrap();
            assert_eq!(stamp.authority, NAME);
            assert!(SystemClock.now().duration_since(stamp.time).abs() < SignedDuration::from_secs(60));
            assert_eq!(
                verify_stamp(&reply, DATA, Some(&authority.authorities())),
                Ok(stamp.clone())
            );
            assert_eq!(verify_stamp(&reply, DATA, None), Ok(stamp.clone()));

            let ca = authority.path("ca.pem");
            let at = stamp.time.as_second().to_string();
            assert!(openssl_verifies(Path::new(&ca), DATA, &reply, None, None), "{settings}");
            // The certificate holds thirty days: ten years on, at the time that the stamp states.
            assert!(openssl_verifies(
                Path::new(&ca),
                DATA,
                &reply,
                Some(&at),
                Some(TEN_YEARS_ON)
            ));
            assert!(!openssl_verifies(
                Path::new(&ca),
                DATA,
                &reply,
                None,
                Some(TEN_YEARS_ON)
            ));
        }
    }
}

#[test]
fn a_reply_to_something_else_is_refused() {
    let authority = Authority::new(Kind::P256);
    let (asked, other) = (request(None), request(None));
    let reply = authority.reply(asked.to_der(), "tsa");
    let authorities = authority.authorities();
    assert_eq!(other.accept(&reply, &authorities), Err(StampError::OtherRequest));
    assert_eq!(
        verify_stamp(&reply, b"other data", Some(&authorities)),
        Err(StampError::OtherContent)
    );
    // Under the authority's usual policy, where another was asked for.
    let wants = request(Some(POLICIES[1]));
    let reply = authority.reply(wants.to_der(), "tsa");
    assert!(wants.accept(&reply, &authorities).is_ok());
    // A policy that it does not have: it says no.
    let wants = request(Some("1.2.3.4.9"));
    let reply = authority.reply(wants.to_der(), "tsa");
    assert_eq!(wants.accept(&reply, &authorities), Err(StampError::Rejected(2)));
    let stranger = Authority::new(Kind::P256);
    let reply = authority.reply(asked.to_der(), "tsa");
    assert_eq!(asked.accept(&reply, &stranger.authorities()), Err(StampError::Chain));
}

#[test]
fn an_authority_between_comes_with_the_reply_or_from_the_reader() {
    let authority = Authority::new(Kind::P256);
    authority.certify_below();
    let request = request(None);
    let (root, between) = (authority.path("ca.pem"), authority.path("mid.pem"));
    let pem = [&root, &between].map(|file| std::fs::read_to_string(file).unwrap());
    let both = authority.path("both.pem");
    std::fs::write(&both, pem.concat()).unwrap();
    let (root_alone, with_between) = (authority.authorities(), Authorities::from_pem(&pem.concat()).unwrap());

    let without = authority.reply(request.to_der(), "below");
    assert_eq!(request.accept(&without, &root_alone), Err(StampError::Chain));
    assert!(request.accept(&without, &with_between).is_ok());
    assert!(!openssl_verifies(Path::new(&root), DATA, &without, None, None));
    assert!(openssl_verifies(Path::new(&both), DATA, &without, None, None));

    let whole = authority.reply_with(request.to_der(), "below", &["-chain", &between]);
    assert!(request.accept(&whole, &root_alone).is_ok());
    assert!(openssl_verifies(Path::new(&root), DATA, &whole, None, None));
}

#[test]
fn only_certificates_for_time_stamps_alone_that_were_valid_then_count() {
    let authority = Authority::new(Kind::P256);
    let authorities = authority.authorities();
    let request = request(None);
    // The way of signing is fine: with the right certificate the stamp holds.
    let reply = authority.reply_by_cms(request.to_der(), "tsa");
    assert!(
        request.accept(&reply, &authorities).is_ok(),
        "{:?}",
        request.accept(&reply, &authorities)
    );
    for section in ["uncritical", "wide", "tls", "agreement", "plain"] {
        authority.certify(section, section, None);
        let reply = authority.reply_by_cms(request.to_der(), section);
        assert_eq!(
            request.accept(&reply, &authorities),
            Err(StampError::Purpose),
            "{section}"
        );
        let ca = authority.path("ca.pem");
        assert!(!openssl_verifies(Path::new(&ca), DATA, &reply, None, None), "{section}");
    }
    for at in ["2020-01-01 12:00:00", "2090-01-01 12:00:00"] {
        authority.certify("then", "tsa", Some(at));
        let reply = authority.reply(request.to_der(), "then");
        assert_eq!(request.accept(&reply, &authorities), Err(StampError::Chain), "{at}");
    }
}

#[test]
fn no_changed_bit_goes_unnoticed() {
    for kind in [Kind::Rsa, Kind::P256] {
        let authority = Authority::new(kind);
        let authorities = authority.authorities();
        let request = request(None);
        let reply = authority.reply(request.to_der(), "tsa");
        let right = request.accept(&reply, &authorities).unwrap();
        let mut unnoticed = Vec::new();
        for at in 0..reply.len() {
            let mut changed = reply.clone();
            changed[at] ^= 1 << (at % 8);
            if let Ok(stamp) = request.accept(&changed, &authorities) {
                assert_eq!(stamp, right);
                unnoticed.push(at);
            }
        }
        // What nothing is derived from and no signature covers: the words beside the status, versions, and the list of digests.
        assert!(unnoticed.len() <= 24, "{unnoticed:?} of {}", reply.len());
        for length in 0..reply.len() {
            assert!(verify_stamp(&reply[..length], DATA, Some(&authorities)).is_err());
        }
        let longer = [&reply[..], b"\0"].concat();
        assert_eq!(request.accept(&longer, &authorities), Err(StampError::Malformed));
    }
}

#[test]
fn hostile_lengths_and_depths_are_refused_quickly() {
    let begun = std::time::Instant::now();
    let authorities = Authority::new(Kind::P256).authorities();
    assert_eq!(
        verify_stamp(&vec![0; REPLY_LIMIT + 1], DATA, Some(&authorities)),
        Err(StampError::TooLong)
    );
    let deep = [0x30, 0x80].repeat(REPLY_LIMIT / 2);
    assert_eq!(
        verify_stamp(&deep, DATA, Some(&authorities)),
        Err(StampError::Malformed)
    );
    for length in [
        [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        [0x30, 0x83, 0x7f, 0xff, 0xff, 0x00],
    ] {
        assert_eq!(
            verify_stamp(&length, DATA, Some(&authorities)),
            Err(StampError::Malformed)
        );
    }
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    for bad in [
        "",
        "not PEM",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        assert!(Authorities::from_pem(bad).is_err());
    }
}

//! `POST /v2/attachments`, through the whole router of a real hub: the answer is one of those the contract has, what was stored is what
//! stood in the form, and neither depends on how the network cuts the body.
//!
//! An input is the request's Content-Type, a line feed, and its body.

#![no_main]

mod site;

use std::convert::Infallible;
use std::sync::{LazyLock, Mutex};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use futures::{StreamExt as _, stream};
use libfuzzer_sys::{Corpus, fuzz_target};
use ring::digest::{SHA256, digest};
use serde_json::Value;
use tiedoksi::domain::attachment::{Disposition, FileName, MediaType};
use tiedoksi::http::filename::filename;
use tokio::runtime::{Builder, Runtime};

use site::{Site, Stored};

static HUB: LazyLock<Mutex<(Runtime, Site)>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(Site::start());
    Mutex::new((runtime, site))
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else {
        return Corpus::Reject;
    };
    let (content_type, body) = (&data[..end], &data[end + 1..]);
    if HeaderValue::from_bytes(content_type).is_err() {
        return Corpus::Reject;
    }
    names_survive_being_offered(body);
    let hub = &mut *HUB.lock().unwrap();
    let whole = upload(hub, content_type, vec![Bytes::copy_from_slice(body)]);
    if let Some(stored) = &whole.1 {
        assert!(MediaType::ALL.iter().any(|it| it.as_str() == stored.media_type));
        assert!(stands_in(body, stored), "{stored:?} stands nowhere in the form");
    }
    // A form's reader sees large pieces alone: what stands before the form makes the first one long enough to end anywhere within it.
    let (first, second) = body.split_at(digest(&SHA256, body).as_ref()[0] as usize * body.len() / 255);
    let first = [&[b'\n'; 64 * 1024], first].concat();
    let cut = upload(hub, content_type, vec![first.into(), Bytes::copy_from_slice(second)]);
    assert_eq!(whole, cut, "the answer depends on how the body is cut");
    Corpus::Keep
});

/// Uploads the body in these pieces, each some time after the one before.
fn upload(
    (runtime, site): &mut (Runtime, Site),
    content_type: &[u8],
    pieces: Vec<Bytes>,
) -> (StatusCode, Option<Stored>) {
    let pieces = stream::iter(pieces).then(async |piece| {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(piece)
    });
    let (status, answer, stored) = runtime.block_on(site.upload(content_type, Body::from_stream(pieces)));
    match status {
        StatusCode::CREATED => {}
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            assert!(
                answer["reason"].as_str().is_some_and(|reason| reason.ends_with('.')),
                "{answer}"
            );
        }
        _ => panic!("{status}"),
    }
    (status, stored)
}

/// Whether these very bytes lie between the end of a part's headers and a delimiter.
fn stands_in(body: &[u8], stored: &Stored) -> bool {
    let starts = body
        .windows(4)
        .enumerate()
        .filter(|(_, it)| it == b"\r\n\r\n")
        .map(|(at, _)| at + 4);
    starts.into_iter().any(|start| {
        let Some((content, rest)) = body[start..].split_at_checked(stored.size) else {
            return false;
        };
        rest.starts_with(b"\r\n--") && digest(&SHA256, content).as_ref() == stored.sha256
    })
}

/// A name that was taken and is offered for download reads as the name for people, in every header of the body that could give one.
fn names_survive_being_offered(body: &[u8]) {
    for line in body.split(|byte| *byte == b'\n') {
        let value = line.splitn(2, |byte| *byte == b':').nth(1).unwrap_or(line).trim_ascii();
        let Some(given) = disposition(value).and_then(|it| filename(&it)) else {
            continue;
        };
        let Ok(name) = FileName::parse(&given) else { continue };
        let offered = name.content_disposition(Disposition::Attachment);
        let read = disposition(offered.as_bytes()).and_then(|it| filename(&it));
        // What is no name for a file somewhere may get a mark in front.
        assert!(read.is_some_and(|read| read.ends_with(&name.display())), "{offered}");
    }
}

fn disposition(value: &[u8]) -> Option<HeaderMap> {
    let value = HeaderValue::from_bytes(value).ok()?;
    Some(HeaderMap::from_iter([(header::CONTENT_DISPOSITION, value)]))
}

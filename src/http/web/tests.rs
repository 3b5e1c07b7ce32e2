//! Every page in every language, from sample data: well formed, labelled, in its language, and safe with hostile texts.

mod samples;

use axum::http::header;
use axum::response::IntoResponse as _;

use self::samples::{Sample, pages};
use super::attachment;
use super::dress::{Dress, WithScript, explain};
use super::error::{Kind, PageError, error_page};
use super::*;
use crate::domain::name::Language;
use crate::hub::ActError;

const VOID: [&str; 6] = ["meta", "link", "img", "input", "br", "hr"];

/// The tags of a page with their attributes; fails on what is not closed in order.
fn tags(sample: &Sample) -> Vec<String> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for piece in sample.html.split('<').skip(1) {
        let (tag, _) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("{}: {piece}", sample.name));
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{} {:?}", sample.name, sample.language);
        } else if !tag.starts_with('!') {
            if !VOID.contains(&name) {
                open.push(name);
            }
            found.push(tag.to_owned());
        }
    }
    assert!(open.is_empty(), "{}: {open:?}", sample.name);
    found
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The tags of the scripts that a page may load.
fn our_scripts() -> [String; 2] {
    [assets::writing_path(), assets::exports_path()].map(|path| format!("script src=\"{path}\" defer"))
}

#[test]
fn every_page_is_well_formed_in_its_language() {
    for sample in pages() {
        let tags = tags(&sample);
        let what = format!("{} {:?}", sample.name, sample.language);
        assert!(
            !sample.html.contains('⟦') && !sample.html.contains("{$"),
            "{what}: a text is missing"
        );
        assert_eq!(attribute(&tags[0], "lang"), Some(sample.language.code()), "{what}");
        let headings: Vec<_> = tags.iter().filter(|it| *it == "h1" || it.starts_with("h1 ")).collect();
        assert_eq!(headings.len(), 1, "{what}");
        let ids: Vec<_> = tags.iter().filter_map(|it| attribute(it, "id")).collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{what}: {ids:?}");
        for tag in &tags {
            for reference in ["for", "aria-labelledby", "aria-describedby"] {
                for id in attribute(tag, reference).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(&id), "{what}: {tag}");
                }
            }
            if let Some(id) = attribute(tag, "href").and_then(|it| it.strip_prefix('#')) {
                assert!(ids.contains(&id), "{what}: {tag}");
            }
            let names: String = tag.split('"').step_by(2).collect();
            let inline = names.contains(" style=") || names.contains(" on");
            let script = tag.starts_with("script") && our_scripts().iter().all(|it| it != tag);
            assert!(!inline && !script, "{what}: {tag}");
        }
    }
}

/// The browser's tests look at every page in every state: `TIEDOKSI_PAGE_SAMPLES` says where they find them.
#[test]
fn every_page_lies_ready_for_the_browser() {
    let Some(folder) = std::env::var_os("TIEDOKSI_PAGE_SAMPLES") else {
        return;
    };
    let folder = std::path::Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    for sample in pages() {
        let name = format!("{}.{}.html", sample.name, sample.language.code());
        std::fs::write(folder.join(name), &sample.html).unwrap();
    }
}

#[test]
fn every_field_has_its_label_and_every_form_its_token() {
    for sample in pages() {
        let tags = tags(&sample);
        let is_field = |it: &&String| it.starts_with("input ") || it.starts_with("textarea ");
        for field in tags
            .iter()
            .filter(is_field)
            .filter(|it| attribute(it, "type") != Some("hidden"))
        {
            let id = attribute(field, "id").unwrap_or_else(|| panic!("{}: {field}", sample.name));
            assert!(
                tags.iter()
                    .any(|it| it.starts_with("label") && attribute(it, "for") == Some(id)),
                "{field}"
            );
        }
        // A search is no act, and a token has no place in an address.
        let forms = tags
            .iter()
            .filter(|it| it.starts_with("form ") && attribute(it, "method") == Some("post"));
        let forms = forms.count();
        let tokens = sample
            .html
            .matches(r#"<input type="hidden" name="csrf" value="token-of-the-session">"#)
            .count();
        assert_eq!(forms, tokens, "{}", sample.name);
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for sample in pages() {
        for bad in ["<script", "<img src=x", "javascript:", "\u{202e}", "\"><b "] {
            let html = our_scripts()
                .iter()
                .fold(sample.html.clone(), |html, it| html.replace(&format!("<{it}>"), ""));
            assert!(!html.contains(bad), "{} holds {bad}", sample.name);
        }
    }
    let shown = pages()
        .into_iter()
        .filter(|it| it.html.contains("&#60;script&#62;"))
        .count();
    assert!(shown >= 9, "the hostile samples are on {shown} pages");
}

#[test]
fn pages_hold_what_tests_and_people_look_for() {
    let page = |name: &str| pages().into_iter().find(|it| it.name == name).unwrap().html;
    for (name, marks) in [
        ("front", &["login"][..]),
        ("activate", &["step", "activate", "logout"]),
        ("contact-new", &["step", "send-code"]),
        ("contact", &["address-in-use", "address-waits", "send-code"]),
        ("contact-code", &["step", "verify-code", "send-again"]),
        ("history", &["choice", "agent", "history-proof", "next-page"]),
        ("sender", &["sender-state", "choice-give", "choice-refuse"]),
        ("inbox", &["inbox-row", "needs-confirmation", "next-page"]),
        ("gate", &["gate", "confirm"]),
        ("gate-passed", &["gate", "confirm"]),
        (
            "message",
            &[
                "receipt",
                "body",
                "attachment",
                "attachments-zip",
                "deadline",
                "last-day",
                "reply",
                "delivery-receipt",
                "proof",
                "bundle",
            ],
        ),
        (
            "sent-message",
            &[
                "receipt",
                "reference",
                "hash",
                "seal",
                "body",
                "delivery-receipt",
                "proof",
                "bundle",
            ],
        ),
        ("erased", &["erased", "erased-why", "proof", "bundle"]),
        (
            "erased-order",
            &["erased-reason", "erased-number", "erased-unconfirmed"],
        ),
        ("draft", &["kept", "reply-send", "save", "delete"]),
        ("draft-closed", &["hindrance", "save", "delete"]),
        ("drafts", &["draft-row"]),
        ("write-found", &["service", "write-to", "topic", "authority"]),
        (
            "search",
            &[
                "search",
                "found",
                "next-page",
                "incomplete",
                "cut",
                "needs-confirmation",
            ],
        ),
        ("search-nothing", &["search", "nothing-found"]),
        ("search-no-words", &["search", "no-words"]),
        ("access-log", &["access", "next-page"]),
        (
            "proofs",
            &["proof-row", "delivery-receipt", "proof", "bundle", "next-page"],
        ),
        ("auditor", &["find", "audit-row", "next-page"]),
        (
            "auditor-delivery",
            &["line", "step", "proof", "bundle", "look", "request", "grant", "refuse"],
        ),
        ("auditor-delivery-wrong", &["ask"]),
        (
            "auditor-exports",
            &[
                "export-row",
                "export-state",
                "export-file",
                "export-cancel",
                "next-page",
                "export-ask",
            ],
        ),
        ("auditor-exports-wrong", &["problems", "too-many", "no-exports"]),
        ("auditor-counts", &["plot", "numbers", "services"]),
        ("auditor-content", &["looking", "body", "attachment"]),
        ("export", &["export"]),
        ("export-busy", &["busy", "export"]),
        (
            "settings",
            &["mailbox-state", "sender", "choice-give", "choice-refuse", "withdraw"],
        ),
    ] {
        let html = page(name);
        for mark in marks {
            assert!(html.contains(&format!("data-testid=\"{mark}\"")), "{name} lacks {mark}");
        }
    }
    let message = page("message");
    assert!(message.contains(r#"<time datetime="2026-11-22T15:05:09.123Z">22.11.2026 klo 17.05.09</time>"#));
    assert!(message.contains("Laskettu, ei todiste"));
    assert!(!page("gate").contains("data-testid=\"body\"") && !page("gate").contains("/attachments/"));
    assert!(page("gate-passed").contains("ei enää pidetä tiedoksiantona"));
    assert!(page("draft-wrong").contains("Kirjoita viestille otsikko."));
    for name in ["draft-wrong", "draft-new", "draft-closed"] {
        assert!(!page(name).contains("reply-send"), "{name} could not be sent");
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    let origins = ["https://idp.example".to_owned(), "x; script-src *".to_owned()];
    let mut response = error_page(ActError::NotFound, Language::Fi);
    Dress::new(&origins, true).finish(&mut response, Some(Language::Sv));
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https://idp.example; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("strict-transport-security"), "max-age=31536000");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(
        header("set-cookie"),
        "tiedoksi_lang=sv; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly; Secure"
    );
    let mut scripted = StatusCode::OK.into_response();
    scripted.extensions_mut().insert(WithScript);
    Dress::new(&origins, true).finish(&mut scripted, None);
    assert_eq!(
        scripted.headers()["content-security-policy"].to_str().unwrap(),
        format!("{policy}; script-src 'self'; connect-src 'self'")
    );
    let mut plain = StatusCode::OK.into_response();
    Dress::new(&[], false).finish(&mut plain, None);
    assert!(!plain.headers().contains_key("strict-transport-security") && !plain.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn bare_errors_become_pages() {
    for kind in Kind::ALL {
        let response = explain(PageError::Bare(kind).into_response(), Language::En);
        assert_eq!(response.status(), kind.status());
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    }
    let bytes = |response: axum::response::Response| axum::body::to_bytes(response.into_body(), usize::MAX);
    let limit = explain(StatusCode::PAYLOAD_TOO_LARGE.into_response(), Language::Fi);
    assert!(
        String::from_utf8(bytes(limit).await.unwrap().to_vec())
            .unwrap()
            .contains("Lähetys on liian suuri")
    );
    let absent = bytes(explain(
        PageError::from(ActError::NotFound).into_response(),
        Language::Fi,
    ))
    .await
    .unwrap();
    let nowhere = bytes(explain(StatusCode::NOT_FOUND.into_response(), Language::Fi))
        .await
        .unwrap();
    assert_eq!(absent, nowhere);
    let page = (
        StatusCode::UNPROCESSABLE_ENTITY,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        "form",
    );
    assert_eq!(
        bytes(explain(page.into_response(), Language::Fi)).await.unwrap(),
        "form"
    );
}

#[test]
fn the_routes_do_not_collide() {
    let _: Router<Arc<App>> = dressed(Dress::new(&[], true), Patience::USUAL);
}

#[test]
fn files_are_saved_and_only_pdfs_are_shown() {
    let headers = |name: &str, media_type: &str| {
        let headers = attachment::headers(&samples::file(name, media_type));
        headers.map(|(_, value)| value).join(" | ")
    };
    let pdf = headers("päätös.pdf", "application/pdf");
    assert!(
        pdf.starts_with("application/pdf | 245300 | inline; filename=\"paatos.pdf\""),
        "{pdf}"
    );
    assert!(pdf.contains("frame-ancestors 'self'; default-src 'none'") && !pdf.contains("sandbox"));
    for media_type in ["image/png", "text/plain", "text/html", "image/svg+xml"] {
        let other = headers("x.bin", media_type);
        assert!(
            other.contains("attachment; filename=") && other.contains("sandbox"),
            "{other}"
        );
        assert!(!other.starts_with("text/html") && !other.contains("svg"), "{other}");
    }
}

#[tokio::test]
async fn assets_may_be_kept_for_ever() {
    let name = |path: &str| axum::extract::Path(path.strip_prefix("/assets/").unwrap().to_owned());
    let style = assets::show(name(assets::style_path())).await;
    assert_eq!(style.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert!(
        style.headers()[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(
        assets::show(name("/assets/style.css")).await.status(),
        StatusCode::NOT_FOUND
    );
}

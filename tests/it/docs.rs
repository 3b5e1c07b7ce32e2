//! The descriptions of the APIs as the hub serves them, and the page that shows one of them.

use reqwest::{Response, StatusCode};

use crate::harness::{Database, Settings, Site};

async fn site() -> Site {
    // Nothing here comes from the database.
    Site::start(&Database::Sqlite, Vec::new(), Settings::default()).await
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn the_descriptions_are_served_as_they_lie_in_the_tree() {
    let site = site().await;
    for (path, file) in [
        (
            "/docs/messages-api.yaml",
            include_str!("../../api-spec/messages-api.yaml"),
        ),
        (
            "/suomifi/docs/messages-api.yaml",
            include_str!("../../api-spec/messages-api.yaml"),
        ),
        ("/docs/hub-api.yaml", include_str!("../../api-spec/hub-api.yaml")),
    ] {
        let answer = site.browser().get(site.at(path)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&answer, "content-type"), "application/yaml");
        assert_eq!(header(&answer, "cache-control"), "no-cache");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert!(answer.text().await.unwrap() == file, "{path}");
        // A description that names no server is about the hub it came from: a token goes nowhere else.
        assert!(!file.contains("\nservers:"), "{path}");
    }
    for path in ["/docs/other.yaml", "/suomifi/docs/other.yaml", "/api-docs/other.js"] {
        assert_eq!(
            site.browser().get(site.at(path)).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_page_of_the_sender_api_runs_only_scripts_of_the_hub() {
    let site = site().await;
    let page = site.browser().follow(site.at("/api-docs")).await;
    assert_eq!(page.url().path(), "/api-docs/");
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-cache");
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    assert_eq!(header(&page, "x-frame-options"), "DENY");
    assert_eq!(header(&page, "referrer-policy"), "no-referrer");
    let policies: Vec<_> = page.headers().get_all("content-security-policy").iter().collect();
    assert_eq!(policies.len(), 1);
    let policy: Vec<_> = policies[0].to_str().unwrap().split("; ").collect();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(&part), "{policy:?}");
    }
    let html = page.text().await.unwrap();
    assert!(
        !html.contains("<script>") && !html.contains("<style") && !html.contains("http"),
        "{html}"
    );
    let addresses: Vec<_> = html
        .split(['"'])
        .filter(|text| text.starts_with("/api-docs/"))
        .collect();
    assert_eq!(addresses.len(), 3, "{html}");
    for (path, kind) in addresses
        .into_iter()
        .zip(["text/css", "text/javascript", "text/javascript"])
    {
        let answer = site.browser().get(site.at(path)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert!(header(&answer, "content-type").starts_with(kind), "{path}");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert!(!answer.bytes().await.unwrap().is_empty(), "{path}");
    }
}

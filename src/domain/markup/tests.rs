//! What bodies become, and what they cannot become.

use proptest::prelude::*;

use super::*;

fn markdown(body: &str) -> String {
    render(body, BodyFormat::Markdown).0.replace('\n', "")
}

#[test]
fn text_keeps_paragraphs_and_lines() {
    let html = render("Hei <b>\r\nmaailma & \"muut\"\r\n\r\n\r\nLoppu\n", BodyFormat::Text);
    assert_eq!(
        html.as_str(),
        "<p>Hei &lt;b&gt;<br>\nmaailma &amp; &quot;muut&quot;</p>\n<p>Loppu</p>\n"
    );
    assert_eq!(render("", BodyFormat::Text).as_str(), "");
    assert_eq!(plain_text("a\r\n*b*", BodyFormat::Text), "a\r\n*b*");
}

#[test]
fn the_subset_of_markdown() {
    let rel = "rel=\"noopener noreferrer nofollow\"";
    let cases = [
        (
            "# Päätös\n\nTeksti\njatkuu",
            "<h2>Päätös</h2><p>Tekstijatkuu</p>".to_owned(),
        ),
        ("###### h", "<h6>h</h6>".into()),
        (
            "- a\n- b\n  1. c",
            "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>".into(),
        ),
        ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>".into()),
        (
            "**b** __c__ *d* _e_ `f`",
            "<p><strong>b</strong> <strong>c</strong> d e f</p>".into(),
        ),
        ("a  \nb", "<p>a<br>b</p>".into()),
        (
            "[kunta](https://viitasaari.fi/a?b=1&c=2)",
            format!("<p><a href=\"https://viitasaari.fi/a?b=1&amp;c=2\" {rel}>kunta</a></p>"),
        ),
        (
            "[**x**][1]\n\n[1]: https://a.fi",
            format!("<p><a href=\"https://a.fi/\" {rel}><strong>x</strong></a></p>"),
        ),
        (
            "[](https://a.fi)",
            format!("<p><a href=\"https://a.fi/\" {rel}>https://a.fi/</a></p>"),
        ),
        (
            "[x](HTTPS://a.fi)",
            format!("<p><a href=\"https://a.fi/\" {rel}>x</a></p>"),
        ),
        ("    code <b>\n    two", "<p>code &lt;b&gt;<br>two</p>".into()),
        ("```html\n<b>\n```", "<p>&lt;b&gt;</p>".into()),
        ("> quote", "<p>quote</p>".into()),
        ("a\n\n---\n\nb", "<p>a</p><p>b</p>".into()),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "<p>| a | b ||---|---|| 1 | 2 |</p>".into(),
        ),
        ("&lt;&amp;&#x41;", "<p>&lt;&amp;A</p>".into()),
    ];
    for (body, html) in cases {
        assert_eq!(markdown(body), html, "{body}");
    }
}

#[test]
fn nothing_else_becomes_a_link_an_image_or_a_tag() {
    let cases = [
        ("[x](http://a.fi)", "<p>x</p>"),
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](JaVaScRiPt:alert`1`)", "<p>x</p>"),
        ("[x](java&#10;script:alert(1))", "<p>x</p>"),
        ("[x](data:text/html;base64,PHM+)", "<p>x</p>"),
        ("[x](//a.fi)", "<p>x</p>"),
        ("[x](/logout)", "<p>x</p>"),
        ("[x](mailto:a@b.fi)", "<p>x</p>"),
        ("[x](https://suomi.fi@evil.example)", "<p>x</p>"),
        ("[x](https:)", "<p>x</p>"),
        ("<https://a.fi>", "<p>https://a.fi</p>"),
        ("<a@b.fi>", "<p>a@b.fi</p>"),
        ("https://a.fi", "<p>https://a.fi</p>"),
        ("![kuva](https://a.fi/x.png)", "<p>kuva</p>"),
        (
            "a <img src=x onerror=alert(1)> b",
            "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>",
        ),
        (
            "<script>alert(1)</script>",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        ),
        ("<div>\n**x**\n</div>", "<p>&lt;div&gt;<br>**x**<br>&lt;/div&gt;</p>"),
        ("<!-- c -->", "<p>&lt;!-- c --&gt;</p>"),
    ];
    for (body, html) in cases {
        assert_eq!(markdown(body), html, "{body}");
    }
    let quoted = markdown(r#"[x](https://a.fi/"onmouseover="alert(1) "t\" onclick=y")"#);
    assert!(
        !quoted.contains("\"onmouseover") && !quoted.contains("onclick"),
        "{quoted}"
    );
}

#[test]
fn plain_text_keeps_the_words() {
    let body = "# Otsikko\n\nTeksti **tässä** [linkki](https://a.fi/) ja [muu](http://b.fi).\n\n1. yksi\n2. kaksi\n   - ala\n\n<b>";
    let expected = "Otsikko\nTeksti tässä linkki (https://a.fi/) ja muu.\n1. yksi\n2. kaksi\n- ala\n<b>";
    assert_eq!(plain_text(body, BodyFormat::Markdown).trim_end(), expected);
}

#[test]
fn hostile_nesting_is_flat_and_quick() {
    let bombs = [
        "- ".repeat(20_000),
        "> ".repeat(20_000),
        "[".repeat(40_000),
        "*a ".repeat(13_000),
        "<".repeat(40_000),
        "![".repeat(20_000),
    ];
    let begin = std::time::Instant::now();
    for bomb in bombs {
        assert_balanced(&render(&bomb, BodyFormat::Markdown).0);
        let _ = plain_text(&bomb, BodyFormat::Markdown);
    }
    // Unoptimised, on a busy machine: only quadratic work would take this long.
    assert!(begin.elapsed().as_secs() < 20);
}

/// Reads the output as a strict tokenizer would: only the tags and attributes promised, each closed in its turn.
#[track_caller]
fn assert_balanced(html: &str) {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (tag, after) = rest[at + 1..].split_once('>').expect("a tag ends");
        rest = after;
        let attribute_free = ["p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong"];
        if tag == "br" {
        } else if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
        } else if attribute_free.contains(&tag) {
            open.push(tag);
        } else if let Some(start) = tag.strip_prefix("ol start=\"") {
            assert!(
                start.strip_suffix('"').unwrap().bytes().all(|b| b.is_ascii_digit()),
                "{html}"
            );
            open.push("ol");
        } else {
            let address = tag
                .strip_prefix("a href=\"")
                .and_then(|it| it.strip_suffix("\" rel=\"noopener noreferrer nofollow\""));
            let address = address.unwrap_or_else(|| panic!("an unknown tag in {html}"));
            assert!(
                address.starts_with("https://") && !address.contains(['"', '<', '\'', ' ']),
                "{html}"
            );
            open.push("a");
        }
    }
    assert!(open.is_empty(), "{html}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_markdown_is_safe(body in "([-*_#>`!&<\"' \n\t\\[\\]()/1a.:=]|https://a|javascript:|<script|</p>|onload=|\\]\\(|<img |~~~\n){0,60}") {
        let html = render(&body, BodyFormat::Markdown).0;
        assert_balanced(&html);
        prop_assert!(!html.contains("<script") && !html.contains("href=\"javascript:"));
        let _ = plain_text(&body, BodyFormat::Markdown);
    }

    #[test]
    fn any_text_is_safe(body in "\\PC{0,40}[<>&\n\"']{0,9}\\PC{0,40}") {
        assert_balanced(&render(&body, BodyFormat::Text).0);
        assert_balanced(&render(&body, BodyFormat::Markdown).0);
    }
}

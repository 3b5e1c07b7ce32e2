//! The pages of the demo's provider, in Finnish, without scripts or styles of their own.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

use super::{Asked, DemoPerson};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!DOCTYPE html>
<html lang="fi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Koetunnistautuminen</title></head>
<body><main>
<h1>Koetunnistautuminen</h1>
<p>Tämä on kokeilun tunnistuspalvelu. Henkilöt ovat keksittyjä. Valitse, kenenä kirjaudut.</p>
<form method="post">
{% for (name, value) in fields %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}<ul>
{% for person in persons %}<li><button type="submit" name="person" value="{{ person.id }}">{{ person.name }} ({{ person.id }})</button></li>
{% endfor %}</ul>
<p><button type="submit" name="cancel" value="1">Peruuta</button></p>
</form>
</main></body>
</html>
"#
)]
struct Choose<'a> {
    fields: Vec<(&'static str, &'a str)>,
    persons: &'a [DemoPerson],
}

/// The list of persons; the form carries the request on.
pub(super) fn choose(asked: &Asked, persons: &[DemoPerson]) -> Response {
    let optional = [
        ("state", &asked.state),
        ("nonce", &asked.nonce),
        ("code_challenge", &asked.code_challenge),
        ("code_challenge_method", &asked.code_challenge_method),
        ("resource", &asked.resource),
        ("prompt", &asked.prompt),
        ("max_age", &asked.max_age),
    ];
    let mut fields = vec![
        ("response_type", asked.response_type.as_str()),
        ("client_id", asked.client_id.as_str()),
        ("redirect_uri", asked.redirect_uri.as_str()),
        ("scope", asked.scope.as_str()),
    ];
    fields.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?))),
    );
    match (Choose { fields, persons }).render() {
        Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Where a logout ends that names no address to return to.
pub(super) fn logged_out() -> Response {
    Html(
        "<!DOCTYPE html><html lang=\"fi\"><head><meta charset=\"utf-8\"><title>Uloskirjautuminen</title></head>\
         <body><main><h1>Olet kirjautunut ulos</h1></main></body></html>",
    )
    .into_response()
}

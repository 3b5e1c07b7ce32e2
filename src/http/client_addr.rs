//! Whose address a request comes from, when a proxy stands in between.
//!
//! `X-Forwarded-For` is read from its end, and believed only as far as the proxies that wrote it are trusted: a client cannot choose its address.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use super::error::reason;

/// Stands for a client whose address cannot be read.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The client's address, in the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddr {
    type Rejection = Infallible;

    /// Without [`resolve`] before it every caller is 0.0.0.0: one source, and in nobody's list of networks.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get().copied();
        Ok(known.unwrap_or(Self(Ipv4Addr::UNSPECIFIED.into())))
    }
}

/// Who may connect, and who is believed about whom.
#[derive(Debug, Clone)]
pub struct Peers {
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted: Arc<[IpNet]>,
    /// Whether no one else may connect, but this machine: what comes past the proxy that does TLS is plain text on a network.
    pub alone: bool,
}

/// Puts [`ClientAddr`] into the request, or answers 403. Needs `ConnectInfo<SocketAddr>`.
pub async fn resolve(State(peers): State<Peers>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let peer = peer.ip().to_canonical();
        if peers.alone && !peer.is_loopback() && !is_trusted(peer, &peers.trusted) {
            return reason(
                StatusCode::FORBIDDEN,
                "The hub is reached through its proxy alone. Use its https address; server.trusted_proxies names the proxies.",
            );
        }
        let client = client(peer, request.headers(), &peers.trusted);
        request.extensions_mut().insert(ClientAddr(client));
    }
    next.run(request).await
}

fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    let hops = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops {
        if !is_trusted(client, trusted) {
            break;
        }
        // What a trusted proxy passes on of a client that it does not name is nobody's address, and above all not the proxy's own.
        client = std::str::from_utf8(hop)
            .ok()
            .and_then(|hop| address(hop.trim()))
            .unwrap_or(NOBODY);
    }
    client
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.parse().ok();
    bare.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(line));
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
    }

    #[tokio::test]
    async fn past_the_proxy_nobody_comes_in() {
        use tower::ServiceExt as _;
        let status = async |peer: &str, alone| {
            let trusted = Arc::from(["10.0.0.0/8".parse().unwrap()]);
            let app = axum::Router::new()
                .route("/", axum::routing::get(|| async {}))
                .layer(axum::middleware::from_fn_with_state(Peers { trusted, alone }, resolve));
            let mut request = Request::new(axum::body::Body::empty());
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            app.oneshot(request).await.unwrap().status().as_u16()
        };
        for peer in [
            "127.0.0.1:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
            "10.1.2.3:1",
            "[::ffff:10.1.2.3]:1",
        ] {
            assert_eq!(status(peer, true).await, 200, "{peer}");
        }
        for peer in ["203.0.113.9:1", "[2001:db8::1]:1"] {
            assert_eq!(
                (status(peer, true).await, status(peer, false).await),
                (403, 200),
                "{peer}"
            );
        }
    }

    #[test]
    fn what_a_client_puts_in_front_counts_for_nothing() {
        assert_eq!(seen("10.0.0.1", &["192.0.2.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("::1", &["192.0.2.1", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["192.0.2.1, nonsense"]), "0.0.0.0");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        // The proxy's own hop counts, whatever bytes a client put in front of it.
        let mut headers = HeaderMap::new();
        let line = axum::http::HeaderValue::from_bytes(b"\xe9, 203.0.113.9").unwrap();
        headers.append("x-forwarded-for", line);
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(
            client("10.0.0.1".parse().unwrap(), &headers, &trusted).to_string(),
            "203.0.113.9"
        );
    }
}

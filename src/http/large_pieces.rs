//! The body of a form in large pieces, however small those are that the network hands over.
//!
//! The reader of multipart forms (multer) searches everything that it has not passed yet, whenever something comes: in small pieces, a form
//! whose part never begins costs the square of its length. A piece of this size bounds that. The same reader takes a form for cut off when
//! all of it and its end come between two looks for the first part, so the end comes in a turn of its own. The length of the form is limited
//! before its pieces are gathered: one that is a byte too long is refused at that byte, and does not wait for a piece to fill. Leaves out: how
//! long a form may take (`http::patience`).

use std::error::Error;
use std::future::ready;
use std::iter::successors;

use axum::BoxError;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::map_request;
use axum::routing::MethodRouter;
use bytes::BytesMut;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http_body_util::{BodyDataStream, LengthLimitError, Limited};

/// Fewest bytes of a piece, the last one aside.
const PIECE: usize = 64 * 1024;

/// Routes that take a form of at most so many bytes, framing included: to their handlers a longer one ends in an error whose [`status`] is 413.
pub fn form<S: Clone + Send + Sync + 'static>(routes: MethodRouter<S>, limit: usize) -> MethodRouter<S> {
    routes
        .layer(DefaultBodyLimit::disable())
        .layer(map_request(move |request: Request| {
            ready(in_large_pieces(request, limit))
        }))
}

/// The request, its body in pieces of at least 64 KiB, and its end by itself. An error of the body, and the limit's, comes in place of the piece
/// that it broke off.
fn in_large_pieces(request: Request, limit: usize) -> Request {
    request.map(|body| {
        let limited = BodyDataStream::new(Limited::new(body, limit));
        let pieces = stream::try_unfold(limited.fuse(), |mut rest| async move {
            let mut piece = BytesMut::new();
            while piece.len() < PIECE {
                let Some(bytes) = rest.try_next().await? else { break };
                piece.extend_from_slice(&bytes);
            }
            if piece.is_empty() {
                tokio::task::yield_now().await;
                return Ok::<_, BoxError>(None);
            }
            Ok(Some((piece.freeze(), rest)))
        });
        Body::from_stream(pieces)
    })
}

/// The status of what ended a form: 413 when it is too long, else what axum says of the error. (axum looks for its own limit, one layer deep.)
pub fn status(error: &MultipartError) -> StatusCode {
    let mut causes = successors(Some(error as &dyn Error), |&error| error.source());
    match causes.any(|cause| cause.is::<LengthLimitError>()) {
        true => StatusCode::PAYLOAD_TOO_LARGE,
        false => error.status(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use axum::extract::{FromRequest as _, Multipart};
    use bytes::Bytes;

    use super::*;

    async fn pieces(of: Vec<io::Result<Bytes>>) -> Vec<Result<Bytes, axum::Error>> {
        let request = Request::new(Body::from_stream(stream::iter(of)));
        let body = in_large_pieces(request, usize::MAX).into_body();
        body.into_data_stream().collect().await
    }

    #[tokio::test]
    async fn a_body_in_crumbs_comes_in_large_pieces() {
        let crumbs: Vec<_> = (0..200_001_u32)
            .map(|at| Bytes::from(vec![at.to_le_bytes()[0]]))
            .collect();
        let whole = crumbs.concat();
        let pieces = pieces(crumbs.into_iter().map(Ok).collect()).await;
        let pieces: Vec<_> = pieces.into_iter().map(Result::unwrap).collect();
        let lengths: Vec<_> = pieces.iter().map(Bytes::len).collect();
        assert_eq!(lengths, [PIECE, PIECE, PIECE, 200_001 - 3 * PIECE]);
        assert_eq!(pieces.concat(), whole);
    }

    #[tokio::test]
    async fn nothing_stays_nothing_and_an_error_stays_one() {
        assert!(pieces(Vec::new()).await.is_empty());
        let broken = vec![Ok(Bytes::from_static(b"a")), Err(io::ErrorKind::TimedOut.into())];
        let pieces = pieces(broken).await;
        assert!(matches!(&pieces[..], [Err(_)]), "{pieces:?}");
    }

    #[tokio::test]
    async fn a_form_that_comes_all_at_once_but_late_is_whole() {
        let form = "--X\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na\r\n--X--\r\n";
        let late = stream::once(async move {
            tokio::task::yield_now().await;
            Ok::<_, io::Error>(Bytes::from(form))
        });
        let request = Request::post("/").header("content-type", "multipart/form-data; boundary=X");
        let request = in_large_pieces(request.body(Body::from_stream(late)).unwrap(), form.len());
        let mut form = Multipart::from_request(request, &()).await.unwrap();
        let part = form.next_field().await.unwrap().unwrap();
        assert_eq!(part.bytes().await.unwrap(), "a");
    }

    #[tokio::test]
    async fn a_form_that_is_a_byte_too_long_is_refused_at_that_byte() {
        let form = "--X\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na\r\n--X--\r\n";
        let waiting = stream::once(async move { Ok::<_, io::Error>(Bytes::from(form)) }).chain(stream::pending());
        let request = Request::post("/").header("content-type", "multipart/form-data; boundary=X");
        let body = Body::from_stream(waiting);
        let request = request.body(body).unwrap();
        let request = in_large_pieces(request, form.len() - 1);
        let mut form = Multipart::from_request(request, &()).await.unwrap();
        let refused = form.next_field().await.unwrap_err();
        assert_eq!(status(&refused), StatusCode::PAYLOAD_TOO_LARGE);
    }
}

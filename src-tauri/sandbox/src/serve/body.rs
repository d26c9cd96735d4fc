//! Answer bodies that behave badly: cut off, or slow.

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// How long the beginning of a cut answer is given to reach the socket before the end comes.
const FLUSH: Duration = Duration::from_millis(20);

/// A body that comes whole, or in pieces, or not to its end.
pub(super) enum Answer {
    /// At once.
    Whole(Full<Bytes>),
    /// Piece by piece with a pause between, and with an error at the end if it is to be cut.
    Pieces {
        rest: Bytes,
        piece: usize,
        pause: Duration,
        cut: bool,
        sleep: Option<Pin<Box<Sleep>>>,
    },
}

/// The answer ends here on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the answer is cut off on purpose")]
pub(super) struct CutOff;

impl Answer {
    pub(super) fn whole(body: Vec<u8>) -> Self {
        Self::Whole(Full::new(Bytes::from(body)))
    }

    /// The first part of a body, and then the connection ends.
    pub(super) fn cut(mut body: Vec<u8>, at: usize) -> Self {
        body.truncate(at);
        Self::Pieces {
            rest: body.into(),
            piece: at.max(1),
            pause: FLUSH,
            cut: true,
            sleep: None,
        }
    }

    /// So many bytes a second, ten pieces a second.
    pub(super) fn drip(body: Vec<u8>, bytes_per_second: u32) -> Self {
        let piece = usize::try_from(bytes_per_second / 10).unwrap_or(1).max(1);
        let pause = Duration::from_millis(100);
        Self::Pieces {
            rest: body.into(),
            piece,
            pause,
            cut: false,
            sleep: None,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        match self.get_mut() {
            Self::Whole(body) => match Pin::new(body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(frame))),
                Poll::Ready(_) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            },
            Self::Pieces {
                rest,
                piece,
                pause,
                cut,
                sleep,
            } => {
                if let Some(waiting) = sleep {
                    if waiting.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                    *sleep = None;
                }
                if rest.is_empty() {
                    return Poll::Ready(cut.then(|| Err(CutOff)));
                }
                let next = rest.split_to((*piece).min(rest.len()));
                *sleep = Some(Box::pin(tokio::time::sleep(*pause)));
                Poll::Ready(Some(Ok(Frame::data(next))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            // Unknown on purpose: the header says what the client is to believe.
            Self::Pieces { .. } => SizeHint::default(),
        }
    }
}

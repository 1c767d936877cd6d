//! HTTP: connections, limits, routes, and the pipeline from a request to its answer.

mod address;
mod answer;
mod body;
mod coding;
mod descriptions;
mod exchange;
mod framing;
mod guard;
mod log;
mod media_type;
mod password_page;
pub mod pipeline;
mod portal;
mod rest;
mod room;
mod routes;
mod threads;

pub use routes::path;
pub use threads::JOBS;

use crate::config::Settings;
use crate::service::Installation;
use descriptions::Descriptions;
use exchange::Ends;
use guard::Guard;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use room::Room;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// When the server stops, a client that keeps its connection busy gets this long to send a request
/// that crosses with the news; the answer to it closes the connection.
const LAST_CALL: Duration = Duration::from_millis(200);
/// After that, a request that has arrived in part gets no more than this.
const HALF_SENT: Duration = Duration::from_millis(500);

/// Header fields that the library allows of its own accord, which is quicker than being told.
const HEADERS: usize = 100;

/// What every request of a server shares.
struct Site {
    settings: Settings,
    installation: Arc<Installation>,
    /// For the bodies of requests.
    room: Room,
    descriptions: Descriptions,
    /// Whether answers close their connections.
    stopping: AtomicBool,
}

/// A server that has its port, and does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// The address cannot be resolved, or is in use, or not ours.
    pub async fn bind(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(&settings.listen).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            settings,
        })
    }

    /// Address and port that were taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `stop` is ready; then takes no more connections, closes idle ones,
    /// and returns when the requests under way are answered or the time for that is over.
    pub async fn run(self, installation: Arc<Installation>, stop: impl Future<Output = ()>) {
        let limits = self.settings.http;
        let site = Arc::new(Site {
            // Otherwise the longest one would never fit.
            room: Room::new(limits.bodies_bytes.max(self.settings.message.body_bytes)),
            settings: self.settings,
            installation,
            descriptions: Descriptions::default(),
            stopping: AtomicBool::new(false),
        });
        let places = Arc::new(Semaphore::new(limits.connections as usize));
        let (stop_sender, stopping) = watch::channel(());
        let start = |stream, peer, place: OwnedSemaphorePermit| {
            let site = Arc::clone(&site);
            let stopping = stopping.clone();
            tokio::spawn(async move {
                serve(&site, stream, peer, stopping).await;
                drop(place);
            });
        };
        let accept = async || {
            let place = Arc::clone(&places).acquire_owned().await;
            let place = place.map_err(io::Error::other)?;
            let (stream, peer) = self.listener.accept().await?;
            Ok::<_, io::Error>((stream, peer, place))
        };

        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = accept() => accepted,
            };
            match accepted {
                Ok((stream, peer, place)) => start(stream, peer, place),
                Err(error) => {
                    // Mostly out of file handles: others have to be closed first.
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
        site.stopping.store(true, Ordering::Relaxed);
        // Those who wait to be accepted have been promised an answer by the system already.
        while let Ok(Ok((stream, peer, place))) = timeout(Duration::ZERO, accept()).await {
            start(stream, peer, place);
        }
        drop(self.listener);
        drop(stop_sender);
        let all_closed = places.acquire_many(limits.connections);
        if timeout(limits.stop_time, all_closed).await.is_err() {
            tracing::warn!("stopped with requests under way");
        }
    }
}

/// Serves one connection until it is closed, or the server stops.
async fn serve(
    site: &Arc<Site>,
    stream: TcpStream,
    peer: SocketAddr,
    mut stopping: watch::Receiver<()>,
) {
    let limits = &site.settings.http;
    let (Ok(()), Ok(local)) = (stream.set_nodelay(true), stream.local_addr()) else {
        return;
    };
    let ends = Ends {
        peer: peer.ip().to_canonical(),
        local,
    };
    let waiting = AtomicBool::new(false);
    let mut guard = Guard::new(stream, limits, &waiting);
    loop {
        // Nothing but the socket and its guard is there while the client sends nothing.
        let awake = tokio::select! {
            awake = guard.awake() => awake,
            _ = stopping.changed() => timeout(LAST_CALL, guard.awake()).await.unwrap_or(false),
        };
        if !awake {
            return;
        }
        Box::pin(converse(site, ends, &mut guard, &waiting, &mut stopping)).await;
        if !guard.rests() {
            return;
        }
    }
}

/// Answers requests until the connection is closed or rests, or the server stops.
async fn converse(
    site: &Arc<Site>,
    ends: Ends,
    guard: &mut Guard<'_>,
    waiting: &AtomicBool,
    stopping: &mut watch::Receiver<()>,
) {
    let limits = &site.settings.http;
    let under_way = AtomicUsize::new(0);
    let respond = service_fn(|request| {
        let under_way = &under_way;
        async move {
            under_way.fetch_add(1, Ordering::Relaxed);
            let response = exchange::respond(site, ends, request).await;
            under_way.fetch_sub(1, Ordering::Relaxed);
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = http1::Builder::new();
    if limits.headers != HEADERS {
        builder.max_headers(limits.headers);
    }
    let connection = builder
        .half_close(true)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.max(64 * 1024))
        // The guard has its own, finer ones.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(guard), respond);
    let mut connection = pin!(connection);
    let mut news = pin!(stopping.changed());
    let mut subscribed = false;
    let closed = poll_fn(|cx| {
        // To ask once is enough to be woken, and asking takes a lock that all connections share.
        let stops = match std::mem::replace(&mut subscribed, true) {
            false => news.as_mut().poll(cx).is_ready(),
            true => site.stopping.load(Ordering::Relaxed),
        };
        match connection.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if stops => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    });
    if closed.await || timeout(LAST_CALL, connection.as_mut()).await.is_ok() {
        return;
    }
    connection.as_mut().graceful_shutdown();
    // Errors of a connection concern its client, who is gone.
    if timeout(HALF_SENT, connection.as_mut()).await.is_err()
        && (under_way.load(Ordering::Relaxed) > 0 || waiting.load(Ordering::Relaxed))
    {
        let _ = timeout(limits.stop_time, connection).await;
    }
}

use super::*;
use axum::{extract::State, routing::get};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use std::{
    collections::HashSet,
    future::Future,
    thread::{self, ThreadId},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    runtime::{self, Handle},
    sync::{mpsc, Notify},
    task::JoinHandle,
};

/// What a handler saw: its thread, how many connections that serves, the thread of a task that it spawned.
type Seen = (ThreadId, Option<usize>, ThreadId);

struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    over: JoinHandle<io::Result<()>>,
    seen: mpsc::UnboundedReceiver<Seen>,
    /// Lets one held call go.
    go: Arc<Notify>,
}

async fn fail() -> &'static str {
    panic!("as it should")
}

impl Served {
    async fn start(threads: Threads) -> Self {
        let (sender, seen) = mpsc::unbounded_channel();
        let go = Arc::new(Notify::new());
        let look = |State((sender, _)): State<(mpsc::UnboundedSender<Seen>, Arc<Notify>)>| async move {
            let spawned = tokio::spawn(async { thread::current().id() }).await.unwrap();
            sender.send((thread::current().id(), connections(), spawned)).unwrap();
            "seen"
        };
        let hold = |State((sender, go)): State<(mpsc::UnboundedSender<Seen>, Arc<Notify>)>| async move {
            sender.send((thread::current().id(), connections(), thread::current().id())).unwrap();
            go.notified().await;
            "held"
        };
        let router = Router::new().route("/look", get(look)).route("/hold", get(hold));
        let router = router.route("/fail", get(fail)).with_state((sender, go.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let over = tokio::spawn(async move { serve(listener, None, router, &threads, stopped).await });
        Self { address, stop, over, seen, go }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn look(&mut self, on: &mut TcpStream) -> Seen {
        ask(on, "/look").await;
        assert!(answered(on).await.ends_with("seen"));
        self.seen.recv().await.unwrap()
    }
}

async fn ask(on: &mut TcpStream, path: &str) {
    on.write_all(format!("GET {path} HTTP/1.1\r\nhost: here\r\n\r\n").as_bytes()).await.unwrap();
}

/// What comes next; nothing when the connection is closed.
async fn answered(on: &mut TcpStream) -> String {
    let mut bytes = [0; 1024];
    let length = on.read(&mut bytes).await.unwrap_or(0);
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

/// A runtime whose only thread is this one's: whatever else runs a task is seen.
fn here<F: Future>(test: F) -> F::Output {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

#[test]
fn connection_should_have_a_thread_of_its_own_when_there_is_one() {
    here(async {
        let mut served = Served::start(Threads::whole()).await;
        let (mut one, mut other) = (served.connect().await, served.connect().await);
        let first = served.look(&mut one).await;
        let second = served.look(&mut other).await;
        assert_eq!((first.1, second.1), (Some(1), Some(1)));
        assert_ne!(first.0, second.0);
        assert_eq!((first.0, second.0), (first.2, second.2), "tasks stay");
        assert_eq!(served.look(&mut one).await, first);
        assert!(connections().is_none(), "this thread serves none");
    });
}

#[test]
fn tasks_should_go_aside_when_a_runtime_is_named() {
    here(async {
        let mut served = Served::start(Threads::beside(Handle::current())).await;
        let mut one = served.connect().await;
        let (handler, connections, spawned) = served.look(&mut one).await;
        assert_eq!((connections, spawned), (Some(1), thread::current().id()));
        assert_ne!(handler, spawned);
    });
}

#[test]
fn threads_should_be_shared_when_there_are_no_more() {
    here(async {
        let mut served = Served::start(Threads::of(2, None)).await;
        let (mut one, mut two, mut three) = (served.connect().await, served.connect().await, served.connect().await);
        let seen = [served.look(&mut one).await, served.look(&mut two).await, served.look(&mut three).await];
        let threads: HashSet<_> = seen.iter().map(|seen| seen.0).collect();
        assert!(threads.len() == 2 && seen.iter().any(|seen| seen.1 == Some(2)), "{seen:?}");
        // One that is held keeps nobody else waiting.
        ask(&mut one, "/hold").await;
        served.seen.recv().await.unwrap();
        served.look(&mut two).await;
        served.look(&mut three).await;
        served.go.notify_one();
        assert!(answered(&mut one).await.ends_with("held"));
    });
}

#[test]
fn thread_should_be_free_again_when_its_connection_ended() {
    here(async {
        let mut served = Served::start(Threads::of(1, None)).await;
        // However it ended: by a handler that panics, too.
        for path in ["/look", "/fail"] {
            let mut one = served.connect().await;
            ask(&mut one, path).await;
            if path == "/look" {
                served.seen.recv().await.unwrap();
            } else {
                assert_eq!(answered(&mut one).await, "");
            }
            drop(one);
            let mut next = served.connect().await;
            while served.look(&mut next).await.1 != Some(1) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    });
}

#[test]
fn streams_should_go_aside_when_a_connection_has_several() {
    here(async {
        let mut served = Served::start(Threads::beside(Handle::current())).await;
        let stream = TokioIo::new(served.connect().await);
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake::<_, _, Empty<Bytes>>(TokioExecutor::new(), stream).await.unwrap();
        tokio::spawn(connection);
        let request = |path| Request::get(format!("http://here{path}")).body(Empty::new()).unwrap();
        let held = tokio::spawn(sender.send_request(request("/hold")));
        assert_eq!(served.seen.recv().await.unwrap().1, None);
        let seen = sender.send_request(request("/look")).await.unwrap();
        assert_eq!(seen.into_body().collect().await.unwrap().to_bytes(), "seen");
        assert_eq!(served.seen.recv().await.unwrap().0, thread::current().id());
        served.go.notify_one();
        assert!(held.await.unwrap().unwrap().status().is_success());
    });
}

#[test]
fn open_calls_should_end_when_the_server_stops() {
    here(async {
        let mut served = Served::start(Threads::whole()).await;
        let (mut silent, mut idle, mut busy) = (served.connect().await, served.connect().await, served.connect().await);
        served.look(&mut idle).await;
        ask(&mut busy, "/hold").await;
        served.seen.recv().await.unwrap();
        served.stop.send(true).unwrap();
        for nothing_open in [&mut silent, &mut idle] {
            assert_eq!(answered(nothing_open).await, "");
        }
        assert!(TcpStream::connect(served.address).await.is_err());
        assert!(!served.over.is_finished());
        served.go.notify_one();
        assert!(answered(&mut busy).await.ends_with("held"));
        served.over.await.unwrap().unwrap();
    });
}

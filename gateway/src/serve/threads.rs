//! The threads that serve connections.

use std::{
    cell::OnceCell,
    future::{poll_fn, Future},
    io,
    pin::{pin, Pin},
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex, PoisonError,
    },
    thread,
};
use tokio::{
    net::TcpStream,
    runtime::{self, Handle},
    sync::mpsc,
};

/// Most threads.
const MOST: usize = 64;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

thread_local! {
    static OWN: OnceCell<Arc<AtomicUsize>> = const { OnceCell::new() };
}

/// How many connections this thread serves; nothing if that is not what it is for.
pub fn connections() -> Option<usize> {
    OWN.with(|own| own.get().map(|connections| connections.load(Ordering::Relaxed)))
}

/// A thread that serves connections.
struct Server {
    connections: Arc<AtomicUsize>,
    give: mpsc::UnboundedSender<Job>,
}

impl Server {
    fn start(number: usize) -> io::Result<Self> {
        let (give, mut take) = mpsc::unbounded_channel::<Job>();
        let connections = Arc::new(AtomicUsize::new(0));
        let own = connections.clone();
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name(format!("connection-{number}")).spawn(move || {
            OWN.with(|known| drop(known.set(own)));
            runtime.block_on(async {
                while let Some(job) = take.recv().await {
                    tokio::spawn(job);
                }
            });
        })?;
        Ok(Self { connections, give })
    }
}

/// The threads that serve connections. They are started when they are needed, and end with this.
pub struct Threads {
    most: usize,
    /// Where what handlers begin goes on, if not on their threads.
    aside: Option<Handle>,
    servers: Mutex<Vec<Server>>,
}

/// One connection less, when it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Threads {
    /// Threads on which handlers may work: tasks that they spawn, and streams of HTTP/2, run on this runtime.
    pub const fn beside(runtime: Handle) -> Self {
        Self::of(MOST, Some(runtime))
    }

    /// Threads on which handlers never work for long: tasks that they spawn stay on them.
    pub const fn whole() -> Self {
        Self::of(MOST, None)
    }

    pub(super) const fn of(most: usize, aside: Option<Handle>) -> Self {
        Self { most, aside, servers: Mutex::new(Vec::new()) }
    }

    /// Have a connection served: by a thread that has nothing else to do, else by a new one, else by the one that has least.
    pub(super) fn hand<Served>(
        &self,
        stream: std::net::TcpStream,
        serve: impl FnOnce(TcpStream) -> Served + Send + 'static,
    ) -> io::Result<()>
    where
        Served: Future<Output = ()> + Send + 'static,
    {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let serves = |server: &Server| server.connections.load(Ordering::Relaxed);
        if servers.len() < self.most && servers.iter().all(|server| serves(server) > 0) {
            match Server::start(servers.len()) {
                Ok(server) => servers.push(server),
                Err(error) if servers.is_empty() => return Err(error),
                Err(error) => tracing::warn!(%error, "no more threads: connections share those that there are"),
            }
        }
        let Some(server) = servers.iter().min_by_key(|server| serves(server)) else {
            return Err(io::Error::other("there are no threads"));
        };
        server.connections.fetch_add(1, Ordering::Relaxed);
        let (counted, aside) = (Counted(server.connections.clone()), self.aside.clone());
        let job = async move {
            // Of this thread's runtime, which wakes it when something comes.
            match TcpStream::from_std(stream) {
                Ok(stream) => within(aside, serve(stream)).await,
                Err(error) => tracing::debug!(%error, "a connection is gone before it was served"),
            }
            drop(counted);
        };
        server.give.send(Box::pin(job)).map_err(|_| io::Error::other("a thread is gone"))
    }
}

/// Poll a future with this runtime as the one that it spawns tasks on.
async fn within(runtime: Option<Handle>, future: impl Future<Output = ()>) {
    let Some(runtime) = runtime else { return future.await };
    let mut future = pin!(future);
    poll_fn(|context| {
        let _entered = runtime.enter();
        future.as_mut().poll(context)
    })
    .await;
}

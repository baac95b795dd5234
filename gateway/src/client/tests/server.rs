//! A server that answers what it is told to, byte by byte.

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request as it came.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: Vec<u8>,
}

/// What is answered, and whether the connection is closed after it.
pub(super) enum Reply {
    Keep(Vec<u8>),
    Close(Vec<u8>),
    /// Never.
    Silence,
}

pub(super) struct Server {
    pub(super) url: String,
    pub(super) connections: Arc<AtomicUsize>,
}

/// An answer with a length.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

impl Server {
    pub(super) async fn start(reply: impl Fn(Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/base/", listener.local_addr().unwrap());
        let (reply, connections) = (Arc::new(reply), Arc::new(AtomicUsize::new(0)));
        let counted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, reply.clone()));
            }
        });
        Self { url, connections }
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, reply: Arc<impl Fn(Asked) -> Reply>) {
    let mut bytes = Vec::new();
    loop {
        let Some(asked) = read(&mut stream, &mut bytes).await else { return };
        match reply(asked) {
            Reply::Keep(answer) => stream.write_all(&answer).await.unwrap(),
            Reply::Close(answer) => return stream.write_all(&answer).await.unwrap(),
            Reply::Silence => std::future::pending().await,
        }
    }
}

async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Asked> {
    loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut lines = head.split("\r\n");
            let mut words = lines.next().unwrap().split(' ').map(str::to_owned);
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            let pairs = lines.filter_map(|line| line.split_once(": "));
            let headers: HashMap<_, _> = pairs.map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
            let length = headers.get("content-length").map_or(0, |l| l.parse().unwrap());
            while bytes.len() < end + 4 + length {
                if stream.read_buf(bytes).await.unwrap() == 0 {
                    return None;
                }
            }
            let body = bytes[end + 4..end + 4 + length].to_vec();
            bytes.drain(..end + 4 + length);
            return Some(Asked { method, path, headers, body });
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}

//! A client that costs little and the same for all servers.

use crate::Result;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// One kept connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// Where an answer lies in the client's buffer.
struct Head {
    body: usize,
    /// End of the whole answer.
    end: usize,
    /// Length of the JSON, if bytes follow it.
    json: Option<usize>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).map_err(|e| format!("{address}: {e}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream, buffer: vec![0; 1 << 22] })
    }

    /// Send a request and wait for the whole answer: its body, and in it where bytes begin behind the JSON.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<(&[u8], Option<usize>)> {
        self.stream.write_all(request)?;
        let (mut filled, mut head) = (0, None::<Head>);
        loop {
            if let Some(Head { body, end, json }) = &head {
                if filled >= *end {
                    return Ok((&self.buffer[*body..*end], *json));
                }
            }
            let read = self.stream.read(&mut self.buffer[filled..])?;
            if read == 0 {
                return Err("the server hung up, or its answer is too large".into());
            }
            filled += read;
            if head.is_none() {
                head = parse(&self.buffer[..filled])?;
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..at])?;
    if !text.starts_with("HTTP/1.1 200") {
        return Err(String::from_utf8_lossy(&bytes[..bytes.len().min(1000)]).into());
    }
    let header = |wanted: &str| {
        text.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
            name.eq_ignore_ascii_case(wanted).then(|| value.trim().parse::<usize>().ok()).flatten()
        })
    };
    let length = header("content-length").ok_or("an answer without its length")?;
    Ok(Some(Head { body: at + 4, end: at + 4 + length, json: header("inference-header-content-length") }))
}

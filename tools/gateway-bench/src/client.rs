//! A client that costs little and the same for all servers.

use crate::Result;
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// One kept connection.
pub(crate) struct Client {
    address: String,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What the head of an answer says.
struct Head {
    /// Where the body begins in the buffer.
    body: usize,
    /// Its length; none if it comes in chunks.
    length: Option<usize>,
    /// Length of the JSON, if bytes follow it.
    json: Option<usize>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Result<Self> {
        Ok(Self { address: address.into(), stream: open(address)?, buffer: vec![0; 1 << 22] })
    }

    /// Connect anew if the server hung up meanwhile: some do after five seconds.
    pub(crate) fn wake(&mut self) -> Result<()> {
        self.stream.set_nonblocking(true)?;
        let hung_up = !matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false)?;
        if hung_up {
            self.stream = open(&self.address)?;
        }
        Ok(())
    }

    /// Send a request and wait for the whole answer: its body, and in it where bytes begin behind the JSON.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<(&[u8], Option<usize>)> {
        self.stream.write_all(request)?;
        let (mut filled, mut head) = (0, None::<Head>);
        loop {
            if let Some(head) = &head {
                let end = match head.length {
                    Some(length) => (filled >= head.body + length).then_some(head.body + length),
                    None => unchunk(&mut self.buffer[head.body..filled])?.map(|length| head.body + length),
                };
                if let Some(end) = end {
                    return Ok((&self.buffer[head.body..end], head.json));
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

fn open(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).map_err(|e| format!("{address}: {e}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(stream)
}

/// Join the chunks of a body (RFC 9112, section 7.1) at its beginning, if all have come. Gives its length.
fn unchunk(bytes: &mut [u8]) -> Result<Option<usize>> {
    if !bytes.ends_with(b"0\r\n\r\n") {
        return Ok(None);
    }
    let (mut from, mut to) = (0, 0);
    loop {
        let Some(line) = bytes[from..].windows(2).position(|end| end == b"\r\n") else { return Ok(None) };
        let size = std::str::from_utf8(&bytes[from..from + line])?.split(';').next().unwrap_or_default();
        let (start, size) = (from + line + 2, usize::from_str_radix(size.trim(), 16)?);
        if size == 0 {
            return Ok(Some(to));
        }
        if start + size + 2 > bytes.len() {
            return Ok(None);
        }
        bytes.copy_within(start..start + size, to);
        (from, to) = (start + size + 2, to + size);
    }
}

fn parse(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..at])?;
    if !text.starts_with("HTTP/1.1 200") {
        return Err(String::from_utf8_lossy(&bytes[..bytes.len().min(1000)]).into());
    }
    let header = |wanted: &str| {
        text.lines()
            .filter_map(|line| line.split_once(':'))
            .find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned()))
    };
    let number = |name| header(name).and_then(|value| value.parse::<usize>().ok());
    let length = number("content-length");
    if length.is_none() && header("transfer-encoding").is_none_or(|how| !how.eq_ignore_ascii_case("chunked")) {
        return Err(format!("an answer without its length: {text}").into());
    }
    Ok(Some(Head { body: at + 4, length, json: number("inference-header-content-length") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_should_be_answered_when_the_server_hung_up_before_it() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            for _ in 0..2 {
                let mut stream = listener.accept().unwrap().0;
                for _ in 0..2 {
                    stream.read_exact(&mut [0; 3]).unwrap();
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
                }
            }
        });
        let mut client = Client::connect(&address).unwrap();
        for _ in 0..2 {
            for _ in 0..2 {
                client.wake().unwrap();
                assert_eq!(client.ask(b"ask").unwrap().0, b"ok");
            }
            // Until the end of the connection has come.
            let _ = client.stream.peek(&mut [0]);
        }
        server.join().unwrap();
    }

    #[test]
    fn chunks_should_be_joined_when_all_have_come() {
        let mut bytes = *b"4\r\nWiki\r\nc;x=1\r\npedia in 10\n\r\n0\r\n\r\n";
        let length = unchunk(&mut bytes).unwrap().unwrap();
        assert_eq!(&bytes[..length], b"Wikipedia in 10\n");
        assert_eq!(unchunk(&mut b"4\r\nWi".to_vec()).unwrap(), None);
        // What looks like the end may stand within a chunk.
        assert_eq!(unchunk(&mut b"a\r\nab0\r\n\r\n".to_vec()).unwrap(), None);
    }
}

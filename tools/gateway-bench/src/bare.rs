//! ONNX Runtime in another process, behind a socket and nothing else: what any server costs, whatever it does.
//!
//! It reads where a request ends, and nothing more of it, runs the model on inputs that it has, and writes the outputs' bytes.
//! What it takes longer than the same run in the client's process is the machine's: waking another process, twice, and
//! caches that others used meanwhile.

use crate::{
    plan::{Plan, Workload},
    raw::Raw,
    Result,
};
use candor_verifier::library::Library;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{mpsc, Arc, Mutex, PoisonError},
    thread,
};

/// The name of its rows.
pub(crate) const NAME: &str = "ONNX Runtime behind a bare socket";

/// The other process, until it is dropped.
pub(crate) struct Bare {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
}

impl Drop for Bare {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Bare {
    /// Start this program once more, for one workload of the plan.
    pub(crate) fn start(plan: &str, workload: &Workload) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.args(["--bare", plan, &workload.name]).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        let said = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut address)).transpose();
        let bare = Self { child, address: address.trim().to_owned() };
        match said {
            Ok(Some(1..)) => Ok(bare),
            _ => Err("the process behind the bare socket did not start".into()),
        }
    }
}

/// Serve a workload until the process is ended. As many calls run at once as there are cores.
pub(crate) fn serve(plan: &Plan, name: &str) -> Result<()> {
    let workload = plan.workloads.iter().find(|workload| workload.name == name).ok_or("no such workload")?;
    let library = Library::load(None)?;
    let (give, take) = mpsc::channel();
    for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
        give.send(Raw::open(library, workload)?)?;
    }
    let take = Arc::new(Mutex::new(take));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, give, take) = (stream?, give.clone(), take.clone());
        thread::spawn(move || {
            // It ends with the connection.
            if let Err(error) = answer(&stream, &give, &take) {
                eprintln!("a connection ended: {error}");
            }
        });
    }
    Ok(())
}

fn answer(stream: &TcpStream, give: &mpsc::Sender<Raw>, take: &Mutex<mpsc::Receiver<Raw>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::with_capacity(1 << 16, stream), stream);
    let mut body = Vec::new();
    while let Some(length) = head(&mut reader)? {
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        let mut raw = take.lock().unwrap_or_else(PoisonError::into_inner).recv()?;
        let outputs = raw.call(true);
        give.send(raw)?;
        let outputs = outputs?;
        let head = "HTTP/1.1 200 OK\r\ninference-header-content-length: 0\r\ncontent-length: ";
        writer.write_all(&[format!("{head}{}\r\n\r\n", outputs.len()).as_bytes(), &outputs].concat())?;
    }
    Ok(())
}

/// Length of the body that follows the next head; nothing at the end.
fn head(reader: &mut impl BufRead) -> Result<Option<usize>> {
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 0 {
        if line == "\r\n" {
            return Ok(Some(length));
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse()?;
        }
        line.clear();
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_should_be_that_of_the_body_when_a_head_has_come() {
        let mut bytes = &b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc"[..];
        assert_eq!(head(&mut bytes).unwrap(), Some(3));
        assert_eq!(bytes, b"abc");
        assert_eq!(head(&mut &b""[..]).unwrap(), None);
    }
}

//! Plays Linux' interface to attesting hardware (`tsm/report` in configfs) in an ordinary folder.
//!
//! The entry is there from the start, with `provider` and `generation`. `outblob` is a pipe: whoever reads it gets a quote bound to
//! what lies in `inblob`, signed by the test maker. Afterwards `generation` has grown by the files that were written.

use crate::{Amd, Intel};
use rustix::fs::{mknodat, FileType, Mode, OFlags, CWD};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    thread::JoinHandle,
    time::Duration,
};

/// Who makes the evidence.
// One lives at a time.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub enum Machine {
    /// TDX.
    Intel(Intel),
    /// SEV-SNP.
    Amd(Amd),
}

impl Machine {
    /// `outblob` and `auxblob`, bound to `data`.
    fn blobs(&mut self, data: [u8; 64]) -> (Vec<u8>, Vec<u8>) {
        match self {
            Self::Intel(maker) => {
                maker.set_report_data(data);
                (maker.quote(), Vec::new())
            },
            Self::Amd(maker) => {
                maker.set_report_data(data);
                let evidence = maker.evidence();
                let (report, certificate) = evidence.split_at(candor_attestation::amd::REPORT);
                (report.to_vec(), table(certificate))
            },
        }
    }

    fn provider(&self) -> &'static str {
        match self {
            Self::Intel(_) => "tdx_guest",
            Self::Amd(_) => "sev_guest",
        }
    }
}

/// The host's table of certificates with the processor's (VCEK) alone.
fn table(certificate: &[u8]) -> Vec<u8> {
    let vcek = hex::decode("63da758de6644564adc5f4b93be8accd").unwrap();
    let length = u32::try_from(certificate.len()).unwrap();
    [&vcek[..], &48u32.to_le_bytes(), &length.to_le_bytes(), &[0; 24], certificate].concat()
}

/// The interface, until it is dropped.
pub struct Tsm {
    entry: PathBuf,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tsm {
    /// Plays the interface in `reports`, for who asks under the name `entry`. `certified`: whether an AMD host gives
    /// certificates.
    pub fn start(reports: &Path, entry: &str, machine: Machine, certified: bool) -> io::Result<Self> {
        let entry = reports.join(entry);
        fs::create_dir_all(&entry)?;
        fs::write(entry.join("provider"), format!("{}\n", machine.provider()))?;
        fs::write(entry.join("generation"), "0\n")?;
        fs::write(entry.join("inblob"), "")?;
        if matches!(machine, Machine::Amd(_)) {
            fs::write(entry.join("privlevel"), "")?;
            fs::write(entry.join("privlevel_floor"), "0\n")?;
            fs::write(entry.join("auxblob"), "")?;
        }
        pipe(&entry)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, folder) = (stop.clone(), entry.clone());
        let thread = std::thread::Builder::new().name("tsm".into()).spawn(move || {
            let mut device = Playing { entry: folder, machine, certified, generation: 0 };
            while !stopped.load(Ordering::Relaxed) {
                if let Err(error) = device.answer() {
                    // Whoever asked went away, or the folder did.
                    eprintln!("tsm: {error}");
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
        })?;
        Ok(Self { entry, stop, thread: Some(thread) })
    }

    /// Plays until the process ends.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Tsm {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread.take() else { return };
        while !thread.is_finished() {
            // It waits for a reader.
            let flags = OFlags::RDONLY | OFlags::NONBLOCK;
            let Ok(_reader) = rustix::fs::open(self.entry.join("outblob"), flags, Mode::empty()) else {
                // The folder is gone, and with it every reader: the thread ends with the process.
                return;
            };
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = thread.join();
    }
}

/// A new pipe in the place of the last: a reader that is not done with that one is none of this one.
fn pipe(entry: &Path) -> io::Result<()> {
    let new = entry.join(".outblob");
    let _ = fs::remove_file(&new);
    mknodat(CWD, &new, FileType::Fifo, Mode::from_raw_mode(0o600), 0)?;
    fs::rename(new, entry.join("outblob"))
}

struct Playing {
    entry: PathBuf,
    machine: Machine,
    certified: bool,
    generation: u64,
}

impl Playing {
    /// Waits for a reader and answers it.
    fn answer(&mut self) -> io::Result<()> {
        let mut reader = fs::OpenOptions::new().write(true).open(self.entry.join("outblob"))?;
        let mut asked = Vec::new();
        for name in ["inblob", "privlevel"] {
            let path = self.entry.join(name);
            let written = if path.exists() { fs::read(&path)? } else { Vec::new() };
            if !written.is_empty() {
                self.generation += 1;
                fs::write(&path, "")?;
            }
            if name == "inblob" {
                asked = written;
            }
        }
        let blob = match <[u8; 64]>::try_from(asked) {
            Ok(data) => {
                let (out, aux) = self.machine.blobs(data);
                if matches!(self.machine, Machine::Amd(_)) {
                    fs::write(self.entry.join("auxblob"), if self.certified { aux } else { Vec::new() })?;
                }
                out
            },
            // As the kernel: nothing was asked, nothing is answered.
            Err(_) => Vec::new(),
        };
        fs::write(self.entry.join("generation"), format!("{}\n", self.generation))?;
        pipe(&self.entry)?;
        reader.write_all(&blob)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_attestation::{AmdSnp, IntelDcap};

    /// What a program that asks does.
    fn ask(entry: &Path, data: [u8; 64]) -> Vec<u8> {
        fs::write(entry.join("inblob"), data).unwrap();
        fs::read(entry.join("outblob")).unwrap()
    }

    #[test]
    fn device_should_answer_with_what_was_asked_when_read_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let device = Tsm::start(folder.path(), "me", Machine::Intel(Intel::tdx()), true).unwrap();
        let entry = folder.path().join("me");
        for number in 1..50u8 {
            let quote = ask(&entry, [number; 64]);
            assert_eq!(IntelDcap::claimed(&quote).unwrap().report_data, [number; 64]);
            assert_eq!(fs::read_to_string(entry.join("generation")).unwrap(), format!("{number}\n"));
        }
        assert_eq!(fs::read(entry.join("outblob")).unwrap(), b"", "nothing was asked");
        drop(device);
    }

    #[test]
    fn device_should_give_report_and_certificate_apart_when_it_is_of_amd() {
        let folder = tempfile::tempdir().unwrap();
        let _device = Tsm::start(folder.path(), "me", Machine::Amd(Amd::milan()), true).unwrap();
        let entry = folder.path().join("me");
        let report = ask(&entry, [3; 64]);
        assert_eq!(report.len(), 1184);
        let table = fs::read(entry.join("auxblob")).unwrap();
        let evidence = [&report[..], &table[48..]].concat();
        assert_eq!(AmdSnp::claimed(&evidence).unwrap().report_data, [3; 64]);
    }
}

//! Devices, against a device of the tests and against hostile bytes.

use super::{
    certificates::{self, VCEK, VLEK},
    device::{certified, checked},
    qgs, sev_guest, tdx_guest, tsm, Device, Paths, TeeError,
};
use candor_attestation::{AmdSnp, AttestationVerifier, IntelDcap};
use candor_primitives::TeeVendor;
use candor_test_attestation::{Amd, Intel, Machine, Tsm};
use proptest::prelude::*;
use std::{
    fs,
    io::{self, Cursor, Read, Write},
    path::Path,
};
use tempfile::TempDir;

/// Nothing is there but what a test puts there.
pub(crate) fn paths(folder: &Path) -> Paths {
    Paths {
        tsm: folder.join("tsm"),
        sev_guest: folder.join("sev-guest"),
        tdx_guest: folder.join("tdx_guest"),
        quote_service: folder.join("tdx-attest.conf"),
        vcek: None,
    }
}

fn machine(machine: Machine, certified: bool) -> (TempDir, Paths, Tsm) {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    let device = Tsm::start(&paths.tsm, tsm::ENTRY, machine, certified).unwrap();
    (folder, paths, device)
}

/// An entry of files only: `outblob` answers always the same, and `generation` stands still.
fn still(provider: &str, out: &[u8]) -> (TempDir, Paths) {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    let entry = paths.tsm.join(tsm::ENTRY);
    fs::create_dir_all(&entry).unwrap();
    for (name, content) in
        [("provider", provider.as_bytes()), ("generation", b"7\n"), ("inblob", b""), ("outblob", out)]
    {
        fs::write(entry.join(name), content).unwrap();
    }
    (folder, paths)
}

fn entry(guid: &[u8; 16], offset: u32, length: u32) -> Vec<u8> {
    [&guid[..], &offset.to_le_bytes(), &length.to_le_bytes()].concat()
}

#[test]
fn quote_should_verify_when_the_machine_is_of_intel() {
    let maker = Intel::tdx();
    let (_folder, paths, _device) = machine(Machine::Intel(maker.clone()), true);
    let device = Device::find(&paths).unwrap().unwrap();
    assert_eq!((device, device.to_string().as_str()), (Device::Tsm(tsm::Provider::Tdx), "tdx"));
    let collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
    for number in 0..3 {
        let quote = device.evidence(&paths, &[number; 64]).unwrap();
        let found = IntelDcap::verify(&maker.roots(), &quote, &collateral, maker.now).unwrap();
        assert_eq!(found.report_data, [number; 64]);
    }
}

#[test]
fn report_should_verify_when_the_machine_is_of_amd() {
    let maker = Amd::milan();
    let (_folder, paths, _device) = machine(Machine::Amd(maker.clone()), true);
    let device = Device::find(&paths).unwrap().unwrap();
    assert_eq!((device, device.to_string().as_str()), (Device::Tsm(tsm::Provider::SevSnp), "sev-snp"));
    let evidence = device.evidence(&paths, &[4; 64]).unwrap();
    let collateral = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
    let found = AmdSnp::verify(&maker.roots(), &evidence, &collateral, maker.now).unwrap();
    assert_eq!(found.report_data, [4; 64]);
}

#[test]
fn operators_certificate_should_be_taken_when_the_host_gives_none() {
    let maker = Amd::milan();
    let (folder, mut paths, _device) = machine(Machine::Amd(maker.clone()), false);
    let device = Device::find(&paths).unwrap().unwrap();
    assert!(matches!(device.evidence(&paths, &[4; 64]), Err(TeeError::NoCertificate)));
    let file = folder.path().join("vcek.der");
    paths.vcek = Some(file.clone());
    assert!(matches!(device.evidence(&paths, &[4; 64]), Err(TeeError::File { .. })));
    fs::write(&file, "-----BEGIN CERTIFICATE-----").unwrap();
    assert!(matches!(device.evidence(&paths, &[4; 64]), Err(TeeError::Evidence(_))));
    fs::write(&file, maker.certificate()).unwrap();
    assert!(device.evidence(&paths, &[4; 64]).unwrap().ends_with(&maker.certificate()));
}

#[test]
fn device_should_be_none_when_the_machine_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    assert_eq!(Device::find(&paths).unwrap(), None);
    // The interface without a provider behind it, as an empty folder: the entry is taken away again.
    fs::create_dir(&paths.tsm).unwrap();
    assert_eq!(Device::find(&paths).unwrap(), None);
    assert_eq!(fs::read_dir(&paths.tsm).unwrap().count(), 0);
    assert!(matches!(Device::Tsm(tsm::Provider::Tdx).evidence(&paths, &[0; 64]), Err(TeeError::Gone)));
}

#[test]
fn older_devices_should_be_found_when_there_is_no_tsm_interface() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    fs::write(&paths.tdx_guest, "").unwrap();
    assert!(matches!(Device::find(&paths), Err(TeeError::NoQuoteService(_))));
    fs::write(&paths.quote_service, "# host's service\n port = 4050 \n").unwrap();
    assert_eq!(Device::find(&paths).unwrap(), Some(Device::TdxGuest(4050)));
    fs::write(&paths.sev_guest, "").unwrap();
    assert_eq!(Device::find(&paths).unwrap(), Some(Device::SevGuest));
    for device in [Device::SevGuest, Device::TdxGuest(4050)] {
        // They are ordinary files, which take no such request.
        assert!(matches!(device.evidence(&paths, &[0; 64]), Err(TeeError::File { .. })));
    }
}

#[test]
fn entry_should_be_used_when_a_crash_left_it() {
    let maker = Intel::tdx();
    // The device of the tests makes the entry before anybody asks.
    let (_folder, paths, _device) = machine(Machine::Intel(maker), true);
    fs::write(paths.tsm.join(tsm::ENTRY).join("inblob"), [1; 64]).unwrap();
    // What lay there is not counted as the engine's.
    let report = tsm::report(&paths.tsm, &[2; 64]);
    assert!(report.is_ok_and(|report| IntelDcap::claimed(&report.out).unwrap().report_data == [2; 64]));
}

#[test]
fn report_should_be_refused_when_generation_does_not_count_what_was_written() {
    let quote = Intel::tdx().quote();
    let (_folder, paths) = still("tdx_guest\n", &quote);
    assert!(matches!(tsm::report(&paths.tsm, &[0; 64]), Err(TeeError::Conflict)));
    fs::write(paths.tsm.join(tsm::ENTRY).join("generation"), "many").unwrap();
    assert!(matches!(tsm::report(&paths.tsm, &[0; 64]), Err(TeeError::File { .. })));
}

#[test]
fn provider_should_be_refused_when_nobody_knows_it() {
    let (_folder, paths) = still("riscv_cove\n", b"");
    let error = Device::find(&paths).unwrap_err().to_string();
    assert!(error.contains("riscv_cove"), "{error}");
}

#[test]
fn evidence_should_be_refused_when_it_is_bound_to_other_bytes() {
    let mut maker = Intel::tdx();
    maker.set_report_data([1; 64]);
    let quote = maker.quote();
    maker.padding = 3_000;
    assert_eq!(checked(TeeVendor::Intel, maker.quote(), &[1; 64]).unwrap(), quote, "without the padding");
    assert!(matches!(checked(TeeVendor::Intel, quote.clone(), &[2; 64]), Err(TeeError::OtherData)));
    assert!(matches!(checked(TeeVendor::Amd, quote, &[1; 64]), Err(TeeError::Evidence(_))));
    assert!(matches!(checked(TeeVendor::Intel, Vec::new(), &[1; 64]), Err(TeeError::Evidence(_))));
}

#[test]
fn certificate_should_be_found_when_the_table_has_it() {
    let table = [entry(&VLEK, 72, 3), entry(&VCEK, 75, 4), entry(&[0; 16], 0, 0), b"vlkvcek".to_vec()].concat();
    assert_eq!(certificates::find(&table, &VCEK).unwrap().unwrap(), b"vcek");
    assert_eq!(certificates::find(&table, &VLEK).unwrap().unwrap(), b"vlk");
    assert_eq!(certificates::find(&table, &[9; 16]).unwrap(), None);
    assert_eq!(certificates::find(&[], &VCEK).unwrap(), None);
    assert_eq!(certificates::find(&[0; 4096], &VCEK).unwrap(), None);
}

#[test]
fn table_should_be_refused_when_the_host_writes_nonsense() {
    let end = entry(&[0; 16], 0, 0);
    for (offset, length) in [(48, 1), (0, 49), (u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX), (0, 0)] {
        let table = [entry(&VCEK, offset, length), end.clone()].concat();
        assert!(matches!(certificates::find(&table, &VCEK), Err(TeeError::Table(_))), "{offset} {length}");
        assert!(certificates::find(&table, &VLEK).unwrap().is_none());
    }
    for cut in 1..24 {
        let table = entry(&VLEK, 0, 1);
        assert!(matches!(certificates::find(&table[..cut], &VCEK), Err(TeeError::Table(_))));
    }
}

#[test]
fn clouds_key_should_be_named_when_the_host_gives_no_other() {
    let table = [entry(&VLEK, 48, 4), entry(&[0; 16], 0, 0), b"vlek".to_vec()].concat();
    assert!(matches!(certified(vec![0; 1184], &table, None), Err(TeeError::CloudKey)));
}

#[test]
fn requests_should_be_laid_out_as_the_kernel_has_them() {
    // include/uapi/linux/sev-guest.h: sizes, offsets, _IOWR('S', 2, struct snp_guest_request_ioctl).
    assert_eq!(sev_guest::LAYOUT, [112, 32, 96, 24, 0xc020_5302]);
    // include/uapi/linux/tdx-guest.h: _IOWR('T', 1, struct tdx_report_req).
    assert_eq!(tdx_guest::LAYOUT, [1088, 0xc440_5401]);
}

#[test]
fn firmwares_answer_should_be_refused_when_its_status_is_not_zero() {
    let mut answer = [0; 4000];
    answer[4..8].copy_from_slice(&1184u32.to_le_bytes());
    answer[32] = 3;
    let report = sev_guest::body(&answer).unwrap();
    assert_eq!((report.len(), report[0]), (1184, 3));
    answer[4] = 0;
    assert!(matches!(sev_guest::body(&answer), Err(TeeError::Evidence(_))));
    answer[0] = 0x16;
    assert!(matches!(sev_guest::body(&answer), Err(TeeError::Firmware(0x16))));
}

#[test]
fn port_should_be_read_as_intels_library_reads_it() {
    assert_eq!(tdx_guest::port_in("port=4050"), Some(4050));
    assert_eq!(tdx_guest::port_in("# port = 1\n\n  port =  4051  \nport=2"), Some(4051));
    for none in ["", "port", "port=", "port=0", "port=x", "support=3", "#port=4"] {
        assert_eq!(tdx_guest::port_in(none), None, "{none}");
    }
}

/// A quote generation service that answers these bytes.
struct Service(Vec<u8>, Cursor<Vec<u8>>);

impl Read for Service {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.read(buffer)
    }
}

impl Write for Service {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn answer(version: u16, kind: u32, error: u32, id: &[u8], quote: &[u8]) -> Vec<u8> {
    let size = 24 + id.len() + quote.len();
    let numbers = [kind, size as u32, error, id.len() as u32, quote.len() as u32];
    let mut bytes = [version.to_le_bytes(), 1u16.to_le_bytes()].concat();
    bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    [bytes, id.to_vec(), quote.to_vec()].concat()
}

fn ask(answer: &[u8]) -> (Result<Vec<u8>, TeeError>, Vec<u8>) {
    let framed = [&(answer.len() as u32).to_be_bytes()[..], answer].concat();
    let mut service = Service(Vec::new(), Cursor::new(framed));
    (qgs::quote(&mut service, &[5; 1024]), service.0)
}

#[test]
fn service_should_be_asked_as_intel_says_when_a_quote_is_wanted() {
    let (quote, asked) = ask(&answer(1, 1, 0, b"id", b"quote"));
    assert_eq!(quote.unwrap(), b"quote");
    assert_eq!(asked.len(), 4 + 24 + 1024);
    // Length, version 1.1, request, size, no error, length of the report, no list of ids.
    assert_eq!(
        hex::encode(&asked[..28]),
        "00000418 01000100 00000000 18040000 00000000 00040000 00000000".replace(' ', "")
    );
    assert_eq!(asked[28..], [5; 1024]);
}

#[test]
fn service_should_be_refused_when_it_answers_otherwise() {
    let good = answer(1, 1, 0, b"", b"quote");
    let mut long = good.clone();
    long.push(0);
    let mut lying = good.clone();
    lying[20] = 200;
    for wrong in [
        answer(2, 1, 0, b"", b"quote"),
        answer(1, 0, 0, b"", b"quote"),
        answer(1, 1, 0x12001, b"", b"quote"),
        answer(1, 1, 0, b"id", b""),
        good[..20].to_vec(),
        good[..26].to_vec(),
        long,
        lying,
        Vec::new(),
    ] {
        assert!(matches!(ask(&wrong).0, Err(TeeError::QuoteService(_))), "{wrong:?}");
    }
    let mut endless = Service(Vec::new(), Cursor::new(vec![0xff; 4]));
    assert!(matches!(qgs::quote(&mut endless, &[0; 4]), Err(TeeError::QuoteService(_))));
    let mut silent = Service(Vec::new(), Cursor::default());
    assert!(matches!(qgs::quote(&mut silent, &[0; 4]), Err(TeeError::QuoteService(_))));
}

proptest! {
    #[test]
    fn nothing_should_panic_when_bytes_are_arbitrary(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = certificates::find(&bytes, &VCEK);
        let named = [&VCEK[..], &bytes].concat();
        let _ = certificates::find(&named, &VCEK);
        let _ = qgs::quote_in(&bytes);
        let _ = checked(TeeVendor::Intel, bytes.clone(), &[0; 64]);
        let _ = checked(TeeVendor::Amd, bytes, &[0; 64]);
    }
}

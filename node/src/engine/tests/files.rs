use crate::engine::{error::EngineError, files};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tempfile::tempdir;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn program(dir: &Path, mode: u32) -> PathBuf {
    fs::create_dir_all(dir).unwrap();
    let path = dir.join("candor-engine");
    fs::write(&path, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn program_should_be_the_named_one_when_a_path_is_given() {
    let dir = tempdir().unwrap();
    let named = program(&dir.path().join("named"), 0o755);
    program(&dir.path().join("beside"), 0o755);
    let node = dir.path().join("beside/candor-node");
    assert_eq!(files::resolve_program(Some(&named), Some(&node), None).unwrap(), named);
}

#[test]
fn program_should_be_refused_when_the_named_file_is_not_executable() {
    let dir = tempdir().unwrap();
    let plain = program(dir.path(), 0o644);
    for path in [plain.as_path(), dir.path(), Path::new("/nowhere/candor-engine")] {
        let error = files::resolve_program(Some(path), None, None).unwrap_err();
        assert!(matches!(error, EngineError::NotExecutable(_)), "{error}");
    }
}

#[test]
fn program_should_be_the_one_beside_the_node_when_both_exist() {
    let dir = tempdir().unwrap();
    let beside = program(&dir.path().join("beside"), 0o755);
    program(&dir.path().join("bin"), 0o755);
    let node = dir.path().join("beside/candor-node");
    let search = dir.path().join("bin").into_os_string();
    assert_eq!(files::resolve_program(None, Some(&node), Some(&search)).unwrap(), beside);
}

#[test]
fn program_should_come_from_the_search_path_when_none_is_beside_the_node() {
    let dir = tempdir().unwrap();
    let not_executable = dir.path().join("first");
    program(&not_executable, 0o644);
    let second = program(&dir.path().join("second"), 0o755);
    let search = std::env::join_paths([not_executable, dir.path().join("second")]).unwrap();
    let node = dir.path().join("candor-node");
    assert_eq!(files::resolve_program(None, Some(&node), Some(&search)).unwrap(), second);
}

#[test]
fn program_should_say_what_to_build_when_there_is_none() {
    let dir = tempdir().unwrap();
    let error = files::resolve_program(None, Some(&dir.path().join("candor-node")), None).unwrap_err().to_string();
    assert!(error.contains("cargo build --release -p candor-engine"), "{error}");
    assert!(error.contains("--engine-path"), "{error}");
}

#[test]
fn folder_should_be_closed_to_others_when_it_was_open() {
    let dir = tempdir().unwrap();
    let keystore = dir.path().join("a/keystore");
    files::private_dir(&keystore).unwrap();
    assert_eq!(mode(&keystore), 0o700);
    fs::set_permissions(&keystore, fs::Permissions::from_mode(0o755)).unwrap();
    files::private_dir(&keystore).unwrap();
    assert_eq!(mode(&keystore), 0o700);
}

#[test]
fn token_should_be_private_and_kept_when_asked_for_twice() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("token");
    let token = files::own_token(&path).unwrap();
    assert_eq!(token.len(), 64);
    assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(mode(&path), 0o600);

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(files::own_token(&path).unwrap(), token);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(files::read_token(&path).unwrap(), token);
}

#[test]
fn token_should_be_made_anew_when_the_file_holds_none() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("token");
    fs::write(&path, "half a tok").unwrap();
    let token = files::own_token(&path).unwrap();
    assert_eq!(token.len(), 64);
    assert_eq!(mode(&path), 0o600);
    assert_ne!(files::own_token(&dir.path().join("other")).unwrap(), token);
}

#[test]
fn token_of_an_operator_should_be_refused_when_empty_or_missing() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("token");
    assert!(matches!(files::read_token(&path), Err(EngineError::BadTokenFile { .. })));
    fs::write(&path, " \n").unwrap();
    assert!(matches!(files::read_token(&path), Err(EngineError::BadTokenFile { .. })));
    fs::write(&path, "two words\n").unwrap();
    assert!(matches!(files::read_token(&path), Err(EngineError::BadTokenFile { .. })));
    fs::write(&path, "secret\n").unwrap();
    assert_eq!(files::read_token(&path).unwrap(), "secret");
}

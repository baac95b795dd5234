//! What others must not see: the data folder, tokens, passwords in URLs.

use super::{config, declared, models, World};
use crate::{engine::Engine, remote::RemoteConfig};
use candor_primitives::DType;
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    time::Duration,
};

#[tokio::test]
async fn data_folder_should_be_closed_to_others_when_the_engine_starts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("engine");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    let _engine = Engine::start(config(&data)).unwrap();
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn settings_should_hide_tokens_when_they_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.token = "hunter2".to_owned().into();
    config.remote = Some(RemoteConfig { token: Some("hunter3".to_owned().into()), ..RemoteConfig::default() });
    let printed = format!("{config:?}");
    assert!(printed.contains("<secret>") && !printed.contains("hunter"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reason_of_a_failed_release_should_hide_the_password_of_a_source() {
    let world = World::tuned(
        &models::identity(DType::Float32),
        vec![declared("x", DType::Float32, &["n"])],
        vec![declared("y", DType::Float32, &["n"])],
        |config| {
            config.retry = Duration::from_secs(60);
            config.sources = vec![
                "http://me:hunter2@127.0.0.1:1/models".into(),
                "http://me:hunter2@127.0.0.1:1/models?signature=hunter2".into(),
                "ftp://me:hunter2@127.0.0.1/models".into(),
            ];
        },
    );
    fs::remove_dir_all(world.folder.path().join("published")).unwrap();
    world.engine.load(1);
    let reason = world.engine.ready(1).await.map(drop).unwrap_err().to_string();
    for shown in ["http://...@127.0.0.1:1/models", "http://...@127.0.0.1:1/models?...", "ftp://...@127.0.0.1/models"] {
        assert!(reason.contains(shown), "{reason}");
    }
    assert!(!reason.contains("hunter2"), "{reason}");
}

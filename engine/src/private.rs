//! Folders that are closed to the other users of the machine.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

/// Make a folder, with those above it, that only its owner enters; close it if it is there and open. What lies inside
/// needs no permissions of its own then: inputs and outputs of calls that somebody paid for, receipts, keys.
///
/// A folder of somebody else cannot be closed: it is said in the log, and used.
///
/// # Errors
/// If the folder cannot be made, or what has its name is no folder.
pub fn folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if fs::metadata(path)?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    if let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(0o700)) {
        tracing::warn!(%error, folder = %path.display(), "other users of the machine can read this folder");
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn folder_should_be_closed_to_others_when_it_is_made() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a").join("b");
        folder(&path).unwrap();
        assert_eq!((mode(&path), mode(&base.path().join("a"))), (0o700, 0o700));
    }

    #[test]
    fn folder_should_be_closed_to_others_when_it_was_open() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(path.join("kept"), "kept").unwrap();
        folder(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        assert_eq!(fs::read_to_string(path.join("kept")).unwrap(), "kept");
    }

    #[test]
    fn folder_should_fail_when_a_file_has_its_name() {
        let base = tempfile::tempdir().unwrap();
        fs::write(base.path().join("a"), "").unwrap();
        assert!(folder(&base.path().join("a")).is_err());
    }
}

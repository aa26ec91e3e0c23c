//! Golden files: expected text beside the tests, rewritten by `BLESS=1 cargo test`.

use std::path::Path;

use crate::diff;

/// Whether golden files are to be rewritten instead of checked.
pub fn blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// Compares `actual` with the file at `path`, or writes it there under `BLESS=1`. The error is the difference.
pub fn check_golden(path: &Path, actual: &str) -> Result<(), String> {
    let show = path.display();
    if blessing() {
        if std::fs::read_to_string(path).is_ok_and(|old| old == actual) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        return std::fs::write(path, actual).map_err(|e| format!("{show}: {e}"));
    }
    match std::fs::read_to_string(path) {
        Ok(expected) if expected == actual => Ok(()),
        Ok(expected) => {
            Err(format!("{show} differs (BLESS=1 rewrites it):\n{}", diff(&expected, actual)))
        }
        Err(error) => Err(format!("{show}: {error} (BLESS=1 writes it); the text is:\n{actual}")),
    }
}

/// As [`check_golden`], and panics with the difference.
#[track_caller]
pub fn golden(path: impl AsRef<Path>, actual: &str) {
    if let Err(difference) = check_golden(path.as_ref(), actual) {
        panic!("{difference}");
    }
}

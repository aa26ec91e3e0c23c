//! `-X dump=trace,opt,clif,asm,events[:PATH]`: the stages of compilation as text, and what happens to the trees, on
//! stderr or appended to a file.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::Write;

/// Which stages are written, and where.
pub(crate) struct Dump {
    stages: Vec<String>,
    path: Option<String>,
}

impl Dump {
    /// From the value of the option, if it was given.
    pub(crate) fn new(option: Option<&str>) -> Dump {
        let Some(text) = option else { return Dump { stages: Vec::new(), path: None } };
        let (stages, path) = match text.split_once(':') {
            Some((stages, path)) => (stages, Some(path.to_owned())),
            None => (text, None),
        };
        Dump { stages: stages.split(',').map(str::to_owned).collect(), path }
    }

    /// Whether a stage is wanted.
    pub(crate) fn wants(&self, stage: &str) -> bool {
        self.stages.iter().any(|s| s == stage)
    }

    /// Writes a stage's text if it is wanted; a file that cannot be written is ignored, as for any log.
    pub(crate) fn stage(&self, stage: &str, text: &impl Display) {
        if !self.wants(stage) {
            return;
        }
        self.write(&format!("; {stage}\n{text}\n"));
    }

    /// Writes a line of the log of events, if it is wanted.
    pub(crate) fn event(&self, text: &impl Display) {
        if self.wants("events") {
            self.write(&format!("event: {text}\n"));
        }
    }

    fn write(&self, text: &str) {
        match &self.path {
            Some(path) => {
                if let Ok(mut f) = OpenOptions::new().create(true).append(true).open(path) {
                    let _ = f.write_all(text.as_bytes());
                }
            }
            None => eprint!("{text}"),
        }
    }
}

//! The command line: CPython's options and ours, and the environment variables that stand for them.
//!
//! `letters` are the options without argument, `keys` those of `-X`.

mod keys;
mod letters;

use habu_vm::Options;
use std::ffi::OsString;

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A program file, or a folder with a `__main__.py`.
    File(OsString),
    /// `-c`
    Command(String),
    /// `-m`
    Module(String),
    /// Program text from standard input.
    Stdin,
    /// `habu tokens|ast|dis|trace FILE`
    Show(String, OsString),
    /// `-V`, with more when given twice.
    Version(u8),
    /// `-h` and its relatives: the text.
    Help(String),
}

/// The parsed command line.
pub struct CommandLine {
    /// What is to be run.
    pub task: Task,
    /// Arguments after the program, for `sys.argv[1:]`.
    pub args: Vec<OsString>,
    /// What the runtime is told.
    pub options: Options,
    /// `-X dump=KINDS:PATH`
    pub dump: Option<String>,
    /// `-X jit-stats`
    pub jit_stats: bool,
    /// `-x`
    pub skip_first_line: bool,
}

/// Settings for `habu trace`, where the command line does not say otherwise.
fn observe(c: &mut CommandLine) {
    keys::keep(c, "jit-stats", "on");
    if !c.options.x.iter().any(|(key, _)| key == "jit-compile") {
        keys::keep(c, "jit-compile", "inline");
    }
}

/// Parses the arguments after the program's own name, and the environment. The error is a message for stderr.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<CommandLine, String> {
    let args: Vec<OsString> = args.collect();
    let mut c = CommandLine {
        task: Task::Stdin,
        args: Vec::new(),
        options: Options::default(),
        dump: None,
        jit_stats: false,
        skip_first_line: false,
    };
    // What the environment says counts less than the options; whether it counts is one of them.
    command_line(&mut c, &args)?;
    let given = std::mem::take(&mut c.options.flags);
    let mut c = CommandLine { options: Options::default(), ..c };
    c.options.flags.ignore_environment = given.ignore_environment;
    environment(&mut c)?;
    command_line(&mut c, &args)?;
    Ok(c)
}

fn command_line(c: &mut CommandLine, args: &[OsString]) -> Result<(), String> {
    c.task = Task::Stdin;
    let mut args = args.iter().cloned().peekable();
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy().into_owned();
        match text.as_str() {
            "tokens" | "ast" | "dis" | "trace" if args.peek().is_some() => {
                let file = args.next().unwrap_or_default();
                if text == "trace" {
                    observe(c);
                }
                c.task = Task::Show(text, file);
                c.args = args.collect();
                return Ok(());
            }
            "-" => {
                c.args = args.collect();
                return Ok(());
            }
            "--version" => version(c),
            "--help" => c.task = Task::Help(help()),
            "--help-env" => c.task = Task::Help(help_environment()),
            "--help-xoptions" => c.task = Task::Help(keys::help()),
            "--help-all" => {
                c.task = Task::Help(format!("{}\n{}", help(), help_environment()));
            }
            "--check-hash-based-pycs" => {
                let mode = args.next().unwrap_or_default();
                if !matches!(&*mode.to_string_lossy(), "always" | "default" | "never") {
                    return Err("--check-hash-based-pycs must be one of 'default', 'always', or \
                                'never'"
                        .to_owned());
                }
            }
            _ if text.starts_with("--") => return Err(format!("unknown option {text}")),
            _ if text.starts_with('-') => {
                if cluster(c, &text[1..], &mut args)? {
                    c.args = args.collect();
                    return Ok(());
                }
            }
            _ => {
                c.task = Task::File(arg);
                c.args = args.collect();
                return Ok(());
            }
        }
        if matches!(c.task, Task::Help(_)) {
            return Ok(());
        }
    }
    Ok(())
}

/// A cluster of one-letter options; true if it named the task, after which come the program's arguments.
fn cluster(
    c: &mut CommandLine,
    letters: &str,
    args: &mut impl Iterator<Item = OsString>,
) -> Result<bool, String> {
    for (i, letter) in letters.char_indices() {
        let rest = &letters[i + letter.len_utf8()..];
        let mut argument = || -> Result<String, String> {
            if !rest.is_empty() {
                return Ok(rest.to_owned());
            }
            match args.next() {
                Some(a) => Ok(a.to_string_lossy().into_owned()),
                None => Err(format!("Argument expected for the -{letter} option")),
            }
        };
        match letter {
            'c' => {
                c.task = Task::Command(argument()?);
                return Ok(true);
            }
            'm' => {
                c.task = Task::Module(argument()?);
                return Ok(true);
            }
            'X' => {
                let text = argument()?;
                keys::set_key(c, &text)?;
                return Ok(false);
            }
            'W' => {
                let text = argument()?;
                c.options.warn_options.push(text);
                return Ok(false);
            }
            'V' => version(c),
            'h' | '?' => c.task = Task::Help(help()),
            _ => match letters::LETTERS.iter().find(|l| l.letter == letter) {
                Some(l) => (l.set)(c, 1),
                None => return Err(format!("Unknown option: -{letter}")),
            },
        }
    }
    Ok(false)
}

fn version(c: &mut CommandLine) {
    let times = if let Task::Version(n) = c.task { n } else { 0 };
    c.task = Task::Version(times + 1);
}

/// An environment variable that is set and not empty; Python's may be ignored.
fn variable(c: &CommandLine, name: &str) -> Option<String> {
    if c.options.flags.ignore_environment && name.starts_with("PYTHON") {
        return None;
    }
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

fn environment(c: &mut CommandLine) -> Result<(), String> {
    letters::environment(c);
    if let Some(v) = variable(c, "PYTHONHASHSEED")
        && v != "random"
    {
        match v.parse() {
            Ok(n) => c.options.hash_seed = Some(n),
            Err(_) => {
                return Err(
                    "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
                        .to_owned(),
                );
            }
        }
    }
    if let Some(v) = variable(c, "PYTHONWARNINGS") {
        c.options.warn_options.extend(v.split(',').map(str::to_owned));
    }
    c.options.python_path = variable(c, "PYTHONPATH");
    c.options.io_encoding = variable(c, "PYTHONIOENCODING");
    keys::environment(c)
}

/// The line that says how to call the program.
pub const USAGE: &str = "usage: habu [option] ... [-c cmd | -m mod | file | -] [arg] ...";

/// The text of `-h`.
fn help() -> String {
    format!(
        "{USAGE}\n       habu tokens|ast|dis|trace file\nOptions:\n{}\
         -c cmd : run this text as the program\n\
         -h     : print this and exit; also -? and --help; --help-env, --help-xoptions and --help-all tell more\n\
         -m mod : run a module, or the __main__ module of a package\n\
         -V     : print the version and exit; also --version; twice for more\n\
         -W arg : which warnings are shown: action:message:category:module:line; also PYTHONWARNINGS=arg\n\
         -X opt : set an option of this implementation:\n{}\
         file   : run a program file, or the __main__.py of a folder\n\
         -      : run the program that comes from standard input\n\
         arg ...: what the program finds in sys.argv[1:]\n",
        letters::help(),
        keys::help().lines().map(|line| format!("         {line}\n")).collect::<String>(),
    )
}

/// The text of `--help-env`.
fn help_environment() -> String {
    "Environment variables beside those that stand for options:\n\
     PYTHONPATH      : folders for sys.path, separated by colons\n\
     PYTHONHASHSEED  : a number that makes the hashes of text repeatable, or random\n\
     PYTHONIOENCODING: encoding[:errors] of the standard streams\n"
        .to_owned()
}

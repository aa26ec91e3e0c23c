//! The command line: one table of `-X` keys with their environment variables, and the flags CPython has.

use habu_vm::Options;
use std::ffi::OsString;

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A program file.
    File(OsString),
    /// `-c`
    Command(String),
    /// `-m`
    Module(String),
    /// Program text from standard input.
    Stdin,
    /// `habu tokens|ast|dis|trace FILE`
    Show(String, OsString),
    /// `-V`
    Version,
    /// `-h`
    Help,
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
}

/// A `-X` key: name, environment variable, values allowed, help.
struct Key {
    name: &'static str,
    env: &'static str,
    values: &'static str,
    help: &'static str,
    set: fn(&mut CommandLine, &str) -> bool,
}

/// Every `-X` key. `values` is shown when a value is refused.
static KEYS: &[Key] = &[
    Key {
        name: "jit",
        env: "HABU_JIT",
        values: "on, off",
        help: "compile hot code (default on)",
        set: |c, v| switch(&mut c.options.jit, v),
    },
    Key {
        name: "jit-hot",
        env: "HABU_JIT_HOT",
        values: "a number from 1",
        help: "iterations before a loop is compiled",
        set: |c, v| match v.parse() {
            Ok(n) if n > 0 => {
                c.options.jit_hot = n;
                true
            }
            _ => false,
        },
    },
    Key {
        name: "jit-compile",
        env: "HABU_JIT_COMPILE",
        values: "background, inline",
        help: "compile on a thread of its own (default), or at once, so that every run takes the same way",
        set: |c, v| matches!(v, "background" | "inline") && keep(c, "jit-compile", v),
    },
    Key {
        name: "jit-stats",
        env: "HABU_JIT_STATS",
        values: "on, off",
        help: "print the JIT's counters at exit",
        set: |c, v| switch(&mut c.jit_stats, v) && (!c.jit_stats || keep(c, "jit-stats", "on")),
    },
    Key {
        name: "jit-opt",
        env: "HABU_JIT_OPT",
        values: "none, all, or pass names separated by commas",
        help: "optimiser passes to run",
        set: |c, v| keep(c, "jit-opt", v),
    },
    Key {
        name: "jit-stress",
        env: "HABU_JIT_STRESS",
        values: "exits, off",
        help: "make every guard fail once",
        set: |c, v| matches!(v, "exits" | "off") && keep(c, "jit-stress", v),
    },
    Key {
        name: "gc-stress",
        env: "HABU_GC_STRESS",
        values: "on, off",
        help: "collect garbage at every allocation",
        set: |c, v| switch(&mut c.options.gc_stress, v),
    },
    Key {
        name: "max-heap",
        env: "HABU_MAX_HEAP",
        values: "a size such as 64M or 2G",
        help: "heap limit; MemoryError beyond it",
        set: |c, v| match size(v) {
            Some(n) => {
                c.options.max_heap = Some(n);
                true
            }
            None => false,
        },
    },
    Key {
        name: "dump",
        env: "HABU_DUMP",
        values: "tokens, ast, bytecode, trace, opt, clif, asm, events, separated by commas, perhaps :PATH",
        help: "write the stages of compilation",
        set: |c, v| {
            c.dump = Some(v.to_owned());
            keep(c, "dump", v)
        },
    },
];

fn switch(target: &mut bool, v: &str) -> bool {
    match v {
        "on" | "1" | "" => *target = true,
        "off" | "0" => *target = false,
        _ => return false,
    }
    true
}

/// Settings for `habu trace`, where the command line does not say otherwise.
fn observe(c: &mut CommandLine) {
    keep(c, "jit-stats", "on");
    if !c.options.x.iter().any(|(key, _)| key == "jit-compile") {
        keep(c, "jit-compile", "inline");
    }
}

fn keep(c: &mut CommandLine, key: &str, v: &str) -> bool {
    c.options.x.push((key.to_owned(), v.to_owned()));
    true
}

fn size(v: &str) -> Option<usize> {
    let (digits, unit) = match v.char_indices().last()? {
        (i, 'K' | 'k') => (&v[..i], 1usize << 10),
        (i, 'M' | 'm') => (&v[..i], 1 << 20),
        (i, 'G' | 'g') => (&v[..i], 1 << 30),
        _ => (v, 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}

fn set_key(c: &mut CommandLine, text: &str) -> Result<(), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let Some(key) = KEYS.iter().find(|k| k.name == name) else {
        let known: Vec<&str> = KEYS.iter().map(|k| k.name).collect();
        return Err(format!("unknown option -X {name}; known keys: {}", known.join(", ")));
    };
    if (key.set)(c, value) {
        Ok(())
    } else {
        Err(format!("bad value '{value}' for -X {name}; allowed: {}", key.values))
    }
}

/// Parses the arguments after the program's own name, and the environment.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<CommandLine, String> {
    let mut c = CommandLine {
        task: Task::Stdin,
        args: Vec::new(),
        options: Options::default(),
        dump: None,
        jit_stats: false,
    };
    environment(&mut c)?;
    let mut args = args.peekable();
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy().into_owned();
        match text.as_str() {
            "tokens" | "ast" | "dis" | "trace" if args.peek().is_some() => {
                let file = args.next().unwrap_or_default();
                if text == "trace" {
                    observe(&mut c);
                }
                c.task = Task::Show(text, file);
                c.args = args.collect();
                return Ok(c);
            }
            "-" => {
                c.task = Task::Stdin;
                c.args = args.collect();
                return Ok(c);
            }
            "-V" | "--version" => c.task = Task::Version,
            "-h" | "--help" | "-?" => c.task = Task::Help,
            _ if text.starts_with("--") => return Err(format!("unknown option {text}")),
            _ if text.starts_with('-') => {
                if flags(&mut c, &text[1..], &mut args)? {
                    c.args = args.collect();
                    return Ok(c);
                }
            }
            _ => {
                c.task = Task::File(arg);
                c.args = args.collect();
                return Ok(c);
            }
        }
        if matches!(c.task, Task::Version | Task::Help) {
            return Ok(c);
        }
    }
    Ok(c)
}

/// A cluster of one-letter flags; true if it named the task, after which come the program's arguments.
fn flags(
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
                set_key(c, &text)?;
                return Ok(false);
            }
            'W' => {
                argument()?;
                return Ok(false);
            }
            'B' => c.options.dont_write_bytecode = true,
            'O' => c.options.optimize = (c.options.optimize + 1).min(2),
            'V' => c.task = Task::Version,
            'h' | '?' => c.task = Task::Help,
            'u' | 'I' | 'E' | 's' | 'S' | 'q' | 'v' | 'b' | 'i' | 'P' => {}
            _ => return Err(format!("Unknown option: -{letter}")),
        }
    }
    Ok(false)
}

fn environment(c: &mut CommandLine) -> Result<(), String> {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    if set("PYTHONDONTWRITEBYTECODE").is_some() {
        c.options.dont_write_bytecode = true;
    }
    if let Some(v) = set("PYTHONOPTIMIZE") {
        c.options.optimize = v.parse::<u8>().unwrap_or(1).min(2);
    }
    if let Some(v) = set("PYTHONHASHSEED")
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
    for key in KEYS {
        if let Some(v) = set(key.env)
            && !(key.set)(c, &v)
        {
            return Err(format!("bad value '{v}' for {}; allowed: {}", key.env, key.values));
        }
    }
    Ok(())
}

/// The text of `-h`.
pub fn help() -> String {
    let mut out = String::from(
        "usage: habu [option] ... [-c cmd | -m mod | file | -] [arg] ...\n       \
         habu tokens|ast|dis|trace file\n\
         Options:\n\
         -B     : don't write .pyc files; also PYTHONDONTWRITEBYTECODE=x\n\
         -c cmd : program passed in as string\n\
         -h     : print this help message and exit\n\
         -m mod : run library module as a script\n\
         -O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x\n\
         -OO    : do -O changes and also discard docstrings\n\
         -V     : print the version number and exit\n\
         -X opt : set an option of this implementation:\n",
    );
    for key in KEYS {
        out.push_str(&format!(
            "         -X {}: {} [{}]; also {}\n",
            key.name, key.help, key.values, key.env
        ));
    }
    out.push_str("file   : program read from script file\n-      : program read from stdin\n");
    out
}

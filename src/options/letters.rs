//! The one-letter options of CPython that take no argument, with the environment variables that stand for them.

use super::CommandLine;

/// An option: its letter, the variable that stands for it, help, and what it does when given `n` times.
pub(super) struct Letter {
    pub(super) letter: char,
    env: &'static str,
    help: &'static str,
    pub(super) set: fn(&mut CommandLine, u8),
}

/// Every such option.
pub(super) static LETTERS: &[Letter] = &[
    Letter {
        letter: 'b',
        env: "",
        help: "warn where bytes are taken for text; -bb: raise",
        set: |c, n| c.options.flags.bytes_warning += n,
    },
    Letter {
        letter: 'B',
        env: "PYTHONDONTWRITEBYTECODE",
        help: "write no bytecode files",
        set: |c, _| c.options.dont_write_bytecode = true,
    },
    Letter {
        letter: 'd',
        env: "PYTHONDEBUG",
        help: "a flag for debug builds of CPython",
        set: |c, n| c.options.flags.debug += n,
    },
    Letter {
        letter: 'E',
        env: "",
        help: "ignore the environment variables that begin with PYTHON",
        set: |c, _| c.options.flags.ignore_environment = true,
    },
    Letter {
        letter: 'i',
        env: "PYTHONINSPECT",
        help: "a flag only: there is no interactive mode",
        set: |c, n| c.options.flags.inspect += n,
    },
    Letter {
        letter: 'I',
        env: "",
        help: "isolated: -E, -P and -s",
        set: |c, _| {
            let flags = &mut c.options.flags;
            flags.isolated = true;
            flags.ignore_environment = true;
            flags.no_user_site = true;
            flags.safe_path = true;
        },
    },
    Letter {
        letter: 'O',
        env: "PYTHONOPTIMIZE",
        help: "leave out assert statements; -OO: docstrings, too",
        set: |c, n| c.options.optimize = c.options.optimize.saturating_add(n).min(2),
    },
    Letter {
        letter: 'P',
        env: "PYTHONSAFEPATH",
        help: "do not put the program's folder on sys.path",
        set: |c, _| c.options.flags.safe_path = true,
    },
    Letter {
        letter: 'q',
        env: "",
        help: "no greeting in interactive mode",
        set: |c, n| c.options.flags.quiet += n,
    },
    Letter {
        letter: 's',
        env: "PYTHONNOUSERSITE",
        help: "no folder of the user's on sys.path",
        set: |c, _| c.options.flags.no_user_site = true,
    },
    Letter {
        letter: 'S',
        env: "",
        help: "do not import module site",
        set: |c, _| c.options.flags.no_site = true,
    },
    Letter {
        letter: 'u',
        env: "PYTHONUNBUFFERED",
        help: "pass output on at once",
        set: |c, _| c.options.flags.unbuffered = true,
    },
    Letter {
        letter: 'v',
        env: "PYTHONVERBOSE",
        help: "say what is imported",
        set: |c, n| c.options.flags.verbose += n,
    },
    Letter {
        letter: 'x',
        env: "",
        help: "skip the first line of the program",
        set: |c, _| c.skip_first_line = true,
    },
];

/// What the environment says. A number counts as that many letters, any other text as one.
pub(super) fn environment(c: &mut CommandLine) {
    for l in LETTERS.iter().filter(|l| !l.env.is_empty()) {
        if let Some(v) = super::variable(c, l.env) {
            match v.parse::<u8>() {
                Ok(0) => {}
                Ok(n) => (l.set)(c, n),
                Err(_) => (l.set)(c, 1),
            }
        }
    }
}

/// The lines of the help about these options.
pub(super) fn help() -> String {
    let mut out = String::new();
    for l in LETTERS {
        let also = if l.env.is_empty() { String::new() } else { format!("; also {}=x", l.env) };
        out.push_str(&format!("-{}     : {}{also}\n", l.letter, l.help));
    }
    out
}

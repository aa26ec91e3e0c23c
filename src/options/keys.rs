//! The `-X` keys: Habu's own, with the values they allow, and CPython's.

use super::CommandLine;

/// A `-X` key: name, environment variable, values allowed, help.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) env: &'static str,
    values: &'static str,
    help: &'static str,
    set: fn(&mut CommandLine, &str) -> bool,
}

/// Every `-X` key. `values` is shown when a value is refused; no help means that the key is CPython's and taken for
/// compatibility.
pub(super) static KEYS: &[Key] = &[
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
        name: "jit-code",
        env: "HABU_JIT_CODE",
        values: "a size such as 1M",
        help: "memory for compiled code; when it is full, all code goes and what is hot is compiled again",
        set: |c, v| size(v).is_some_and(|n| keep(c, "jit-code", &n.to_string())),
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
    Key {
        name: "dev",
        env: "PYTHONDEVMODE",
        values: "nothing",
        help: "show warnings that are hidden by default",
        set: |c, _| {
            c.options.flags.dev_mode = true;
            true
        },
    },
    Key {
        name: "utf8",
        env: "PYTHONUTF8",
        values: "0, 1",
        help: "UTF-8 mode, which is always on",
        set: |_, v| matches!(v, "" | "0" | "1"),
    },
    Key {
        name: "int_max_str_digits",
        env: "PYTHONINTMAXSTRDIGITS",
        values: "0, or a number from 640",
        help: "longest int in decimal; 0 for no limit",
        set: |c, v| match v.parse() {
            Ok(n) if n == 0 || (640..=i32::MAX as usize).contains(&n) => {
                c.options.int_max_str_digits = n;
                true
            }
            _ => false,
        },
    },
    Key {
        name: "pycache_prefix",
        env: "PYTHONPYCACHEPREFIX",
        values: "a folder",
        help: "where bytecode is kept instead of beside its source",
        set: |c, v| {
            c.options.pycache_prefix = Some(v.to_owned()).filter(|v| !v.is_empty());
            true
        },
    },
    Key {
        name: "no_debug_ranges",
        env: "PYTHONNODEBUGRANGES",
        values: "nothing",
        help: "tracebacks without marks",
        set: |c, _| {
            c.options.flags.no_debug_ranges = true;
            true
        },
    },
    compatible("importtime", "PYTHONPROFILEIMPORTTIME"),
    compatible("faulthandler", "PYTHONFAULTHANDLER"),
    compatible("frozen_modules", "PYTHON_FROZEN_MODULES"),
    compatible("perf", "PYTHONPERFSUPPORT"),
    compatible("perf_jit", "PYTHON_PERF_JIT_SUPPORT"),
    compatible("tracemalloc", "PYTHONTRACEMALLOC"),
    compatible("warn_default_encoding", "PYTHONWARNDEFAULTENCODING"),
    compatible("cpu_count", "PYTHON_CPU_COUNT"),
    compatible("gil", "PYTHON_GIL"),
    compatible("showrefcount", ""),
    compatible("disable_remote_debug", "PYTHON_DISABLE_REMOTE_DEBUG"),
    compatible("context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS"),
    compatible("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT"),
];

/// A key of CPython's that nothing here depends on.
const fn compatible(name: &'static str, env: &'static str) -> Key {
    Key { name, env, values: "", help: "", set: |_, _| true }
}

fn switch(target: &mut bool, v: &str) -> bool {
    match v {
        "on" | "1" | "" => *target = true,
        "off" | "0" => *target = false,
        _ => return false,
    }
    true
}

/// Passes a setting on to the upper floors.
pub(super) fn keep(c: &mut CommandLine, key: &str, v: &str) -> bool {
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

/// `-X name` or `-X name=value`
pub(super) fn set_key(c: &mut CommandLine, text: &str) -> Result<(), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    c.options.x_given.push((name.to_owned(), value.map(str::to_owned)));
    let value = value.unwrap_or("");
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

/// What the environment says, unless its Python variables are to be ignored.
pub(super) fn environment(c: &mut CommandLine) -> Result<(), String> {
    for key in KEYS.iter().filter(|k| !k.env.is_empty()) {
        if let Some(v) = super::variable(c, key.env)
            && !(key.set)(c, &v)
        {
            return Err(format!("bad value '{v}' for {}; allowed: {}", key.env, key.values));
        }
    }
    Ok(())
}

/// The lines of the help about the keys.
pub(super) fn help() -> String {
    let mut out = String::new();
    for key in KEYS.iter().filter(|k| !k.help.is_empty()) {
        out.push_str(&format!(
            "-X {}: {} [{}]; also {}\n",
            key.name, key.help, key.values, key.env
        ));
    }
    out
}

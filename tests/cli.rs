//! The command line: what each option does, what the exit code is, and what bad input gets.

use std::fs;
use std::path::Path;
use std::time::Duration;

use habu_testkit::{Outcome, Program};

use crate::habu::{habu, scratch};

fn c(code: &str) -> Outcome {
    habu().args(["-c", code]).run()
}

#[track_caller]
fn prints(outcome: &Outcome, stdout: &str) {
    assert_eq!(
        (outcome.stdout.as_str(), outcome.ending().as_str()),
        (stdout, "exit 0"),
        "stderr:\n{}",
        outcome.stderr
    );
}

/// Ends with this code, without a panic, and says something with these words in it.
#[track_caller]
fn complains(outcome: &Outcome, code: i32, words: &[&str]) {
    let shown =
        format!("{}\nstdout:\n{}\nstderr:\n{}", outcome.ending(), outcome.stdout, outcome.stderr);
    assert_eq!(outcome.code, Some(code), "{shown}");
    assert!(!outcome.stderr.contains("panicked"), "{shown}");
    for word in words {
        assert!(outcome.stderr.contains(word), "{word:?} is missing: {shown}");
    }
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.join(name), text).unwrap_or_else(|e| panic!("{name}: {e}"));
}

#[test]
fn code_from_the_command_line_runs_with_its_arguments() {
    prints(&c("print(6 * 7)"), "42\n");
    prints(
        &habu().args(["-c", "import sys; print(sys.argv)", "a", "-b"]).run(),
        "['-c', 'a', '-b']\n",
    );
}

#[test]
fn code_from_standard_input_runs() {
    prints(&habu().input("print(__name__)\n").run(), "__main__\n");
    prints(&habu().args(["-", "x"]).input("import sys; print(sys.argv)").run(), "['-', 'x']\n");
}

#[test]
fn a_file_runs_with_its_arguments_and_its_folder_on_the_path() {
    let folder = scratch("cli-file");
    write(&folder, "helper.py", "value = 5\n");
    write(&folder, "prog.py", "import sys, helper\nprint(helper.value, sys.argv[1:], __name__)\n");
    let outcome = habu().arg(folder.join("prog.py")).args(["-x", "y"]).run();
    prints(&outcome, "5 ['-x', 'y'] __main__\n");
}

#[test]
fn a_module_runs_by_name() {
    let folder = scratch("cli-module");
    fs::create_dir_all(folder.join("pack")).expect("folder");
    write(&folder, "pack/__init__.py", "");
    write(&folder, "pack/tool.py", "import sys\nprint(__name__, sys.argv[1:])\n");
    prints(&habu().args(["-m", "pack.tool", "1"]).folder(&folder).run(), "__main__ ['1']\n");
    complains(&habu().args(["-m", "no_such_module"]).folder(&folder).run(), 1, &["no_such_module"]);
}

#[test]
fn version_and_help_are_printed() {
    let version = habu().arg("-V").run();
    assert!(version.code == Some(0) && version.stdout.contains("3.14"), "{version:?}");
    let help = habu().arg("-h").run();
    assert!(help.code == Some(0) && help.stdout.contains("-X"), "{help:?}");
}

#[test]
fn exit_codes_are_pythons() {
    assert_eq!(c("import sys; sys.exit(7)").code, Some(7));
    assert_eq!(c("import sys; sys.exit()").code, Some(0));
    assert_eq!(c("raise SystemExit(3)").code, Some(3));
    complains(&c("import sys; sys.exit('bye')"), 1, &["bye"]);
    complains(
        &c("1/0"),
        1,
        &["Traceback (most recent call last):", "ZeroDivisionError: division by zero"],
    );
    complains(&c("def f(:\n"), 1, &["SyntaxError"]);
}

#[test]
fn unknown_options_are_named() {
    complains(&habu().arg("--no-such-option").run(), 2, &["no-such-option"]);
    complains(&habu().args(["-X", "no-such-key=1", "-c", ""]).run(), 2, &["no-such-key", "jit"]);
    complains(&habu().args(["-X", "jit=sometimes", "-c", ""]).run(), 2, &["jit", "sometimes"]);
    complains(&habu().args(["-X", "jit-hot=many", "-c", ""]).run(), 2, &["jit-hot", "many"]);
    complains(&habu().args(["-X", "max-heap=lots", "-c", ""]).run(), 2, &["max-heap", "lots"]);
    complains(&habu().arg("-c").run(), 2, &["-c"]);
    complains(&habu().arg("-X").run(), 2, &["-X"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    complains(&habu().arg("no_such_file.py").run(), 2, &["no_such_file.py"]);
    let folder = scratch("cli-unreadable");
    complains(&habu().arg(&folder).run(), 1, &["__main__"]);
    write(&folder, "bytes.py", b"x = '\xff\xfe'\n");
    complains(&habu().arg(folder.join("bytes.py")).run(), 1, &["SyntaxError", "bytes.py"]);
    write(&folder, "zero.py", b"x = 1\0\n");
    complains(&habu().arg(folder.join("zero.py")).run(), 1, &["SyntaxError"]);
}

#[test]
fn encodings_are_honoured() {
    let folder = scratch("cli-encodings");
    write(&folder, "latin.py", b"# -*- coding: latin-1 -*-\nprint(len('\xe9'), ord('\xe9'))\n");
    prints(&habu().arg(folder.join("latin.py")).run(), "1 233\n");
    write(&folder, "bom.py", b"\xef\xbb\xbfprint(ord('\xc3\xa9'))\n");
    prints(&habu().arg(folder.join("bom.py")).run(), "233\n");
    write(&folder, "unknown.py", b"# coding: no-such-codec\n");
    complains(&habu().arg(folder.join("unknown.py")).run(), 1, &["SyntaxError", "no-such-codec"]);
}

#[test]
fn every_stage_can_be_seen() {
    let folder = scratch("cli-stages");
    write(&folder, "prog.py", "def f(n):\n    return n + 1\nprint(f(1))\n");
    for (stage, word) in [("tokens", "def"), ("ast", "FunctionDef"), ("dis", "AddI"), ("trace", "")]
    {
        let outcome = habu().arg(stage).arg(folder.join("prog.py")).run();
        assert!(outcome.code == Some(0) && outcome.stdout.contains(word), "{stage}: {outcome:?}");
    }
    complains(&habu().args(["dis", "no_such_file.py"]).run(), 2, &["no_such_file.py"]);
}

/// The `.pyc` of module `m` in `folder`.
fn pyc(folder: &Path) -> std::path::PathBuf {
    folder.join("__pycache__").join("m.habu-314.pyc")
}

fn import_m(folder: &Path) -> Outcome {
    habu().args(["-c", "import m; print(m.f(4))"]).folder(folder).run()
}

#[test]
fn imported_modules_are_cached_and_rebuilt_when_stale() {
    let folder = scratch("cli-pyc");
    write(&folder, "m.py", "def f(n):\n    return n * 10\n");
    prints(&import_m(&folder), "40\n");
    let first = fs::read(pyc(&folder)).expect("the module was cached");
    assert_eq!(first[2..8], *b"\r\n\0\0\0\0");
    prints(&import_m(&folder), "40\n");
    write(&folder, "m.py", "def f(n):\n    return n * 10000\n");
    prints(&import_m(&folder), "40000\n");
    assert_ne!(fs::read(pyc(&folder)).expect("cached again"), first);
}

#[test]
fn writing_bytecode_can_be_switched_off() {
    let folder = scratch("cli-no-pyc");
    write(&folder, "m.py", "def f(n):\n    return n * 10\n");
    prints(&habu().args(["-B", "-c", "import m; print(m.f(4))"]).folder(&folder).run(), "40\n");
    let program =
        habu().env("PYTHONDONTWRITEBYTECODE", "1").args(["-c", "import m; print(m.f(4))"]);
    prints(&program.folder(&folder).run(), "40\n");
    assert!(!folder.join("__pycache__").exists());
}

#[test]
fn damaged_bytecode_files_are_rebuilt() {
    let folder = scratch("cli-damaged-pyc");
    write(&folder, "m.py", "def f(n):\n    return n * 10\n");
    prints(&import_m(&folder), "40\n");
    let good = fs::read(pyc(&folder)).expect("the module was cached");
    let mut damaged: Vec<Vec<u8>> = [0, 1, 4, 15, 16, 20, 24, good.len() / 2, good.len() - 1]
        .iter()
        .map(|n| good[..*n].to_vec())
        .collect();
    for at in [0, 2, 5, 17, 25, 30, good.len() / 2, good.len() - 1] {
        let mut file = good.clone();
        file[at] ^= 0x10;
        damaged.push(file);
    }
    damaged.push(b"\xf3\r\r\n\0\0\0\0".repeat(4));
    for (n, file) in damaged.iter().enumerate() {
        fs::write(pyc(&folder), file).expect("write");
        let outcome = import_m(&folder);
        assert_eq!(
            (outcome.stdout.as_str(), outcome.code),
            ("40\n", Some(0)),
            "damage {n}: {}",
            outcome.stderr
        );
        assert_eq!(
            fs::read(pyc(&folder)).ok().as_ref(),
            Some(&good),
            "damage {n} was not repaired"
        );
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_error() {
    let folder = scratch("cli-pyc-folder");
    write(&folder, "m.py", "def f(n):\n    return n * 10\n");
    write(&folder, "__pycache__", "a file where the folder should be");
    prints(&import_m(&folder), "40\n");
}

const MODES: &[&[&str]] = &[&["-X", "jit=off"], &[], &["-X", "jit-hot=1"]];

/// Interrupts a program half a second after it says it is ready.
fn interrupted(code: &str, mode: &[&str]) -> Outcome {
    let program: Program = habu().args(mode.iter().copied()).args(["-c", code]);
    program.signal_after(Duration::from_millis(500), "INT").limit(Duration::from_secs(30)).run()
}

#[test]
fn control_c_ends_a_hot_loop() {
    let loops = [
        "print('ready', flush=True)\nwhile True:\n  pass",
        "def f():\n  i = 0\n  while True:\n    i = (i + 1) & 1023\nprint('ready', flush=True)\nf()",
        "def g(x): return x + 1\ndef f():\n  while True:\n    for i in range(100): g(i)\nprint('ready', flush=True)\nf()",
        "print('ready', flush=True)\nx = sum(i for i in iter(int, 1))",
    ];
    for code in loops {
        for mode in MODES {
            let outcome = interrupted(code, mode);
            // As CPython: the traceback, then death by the signal; a shell shows both as 130.
            assert!(
                outcome.signal == Some(2) || outcome.code == Some(130),
                "{mode:?} {code}\n{outcome:?}"
            );
            assert!(outcome.stderr.contains("KeyboardInterrupt"), "{mode:?} {code}\n{outcome:?}");
        }
    }
}

#[test]
fn control_c_can_be_caught() {
    let code = "print('ready', flush=True)\ntry:\n  i = 0\n  while True: i += 1\nexcept KeyboardInterrupt:\n  print('caught', i > 0)";
    for mode in MODES {
        let outcome = interrupted(code, mode);
        assert_eq!(
            (outcome.stdout.as_str(), outcome.code),
            ("ready\ncaught True\n", Some(0)),
            "{outcome:?}"
        );
    }
}

#[test]
fn deep_recursion_is_an_error_and_no_crash() {
    let programs = [
        "def f(n): return f(n + 1) + 1\nf(0)",
        "class A:\n  def __add__(self, other): return self + other\nA() + 1",
        "class A:\n  def __getattr__(self, name): return self.other\nA().x",
        "class A:\n  def __init__(self): A()\nA()",
        "class A:\n  def __repr__(self): return repr(self)\nrepr(A())",
        "class A:\n  def __eq__(self, other): return [self] == [other]\nA() == A()",
        "class A:\n  def __iter__(self): return iter(list(self))\nlist(A())",
        "class A:\n  def __lt__(self, other): return sorted([self, other])\nsorted([A(), A()])",
        "x = []\nfor i in range(200000): x = [x]\nrepr(x)",
        "def g(): yield from g()\nlist(g())",
        "f = lambda: max(map(lambda x: f(), [1]))\nf()",
    ];
    for code in programs {
        for mode in MODES {
            let outcome = habu().args(mode.iter().copied()).args(["-c", code]).run();
            assert!(
                outcome.code == Some(1) && outcome.stderr.contains("RecursionError"),
                "{mode:?} {code}\n{}\n{}",
                outcome.ending(),
                last(&outcome.stderr)
            );
        }
    }
}

fn last(text: &str) -> &str {
    text.trim_end().rsplit('\n').next().unwrap_or("")
}

#[test]
fn recursion_errors_can_be_caught_again_and_again() {
    let code = "def f(n): return f(n + 1)\nfor i in range(20):\n  try: f(0)\n  except RecursionError: pass\nprint('fine')";
    for mode in MODES {
        prints(&habu().args(mode.iter().copied()).args(["-c", code]).run(), "fine\n");
    }
}

#[test]
fn deeply_nested_source_is_an_error_and_no_crash() {
    let folder = scratch("cli-nested");
    let n = 100_000;
    let sources = [
        format!("x = {}{}", "(".repeat(n), ")".repeat(n)),
        format!("x = {}{}", "[".repeat(n), "]".repeat(n)),
        format!("x = {}1", "-".repeat(n)),
        format!("x = {}1", "not ".repeat(n)),
        format!("x = a{}", ".b".repeat(n)),
        format!("x = {}1", "lambda: ".repeat(n)),
        format!("x = {}1{}", "f(".repeat(n), ")".repeat(n)),
    ];
    for (k, source) in sources.iter().enumerate() {
        write(&folder, "deep.py", source);
        let outcome = habu().arg(folder.join("deep.py")).run();
        let words = ["SyntaxError", "RecursionError", "MemoryError", "NameError"];
        let named = words.iter().any(|word| last(&outcome.stderr).contains(word));
        assert!(
            outcome.code == Some(1) && named,
            "source {k}: {} {}",
            outcome.ending(),
            last(&outcome.stderr)
        );
    }
    // A long sum is not deep for the reader of the program.
    write(&folder, "long.py", format!("print({}1)", "1+".repeat(2000)));
    prints(&habu().arg(folder.join("long.py")).run(), "2001\n");
}

#[test]
fn an_exhausted_heap_is_a_memory_error() {
    let programs = [
        "x = []\nwhile True: x.append('%d' % len(x))",
        "x = [0]\nwhile True: x = x + x",
        "x = 'ab'\nwhile True: x = x + x",
        "x = {}\nwhile True: x[len(x)] = [len(x)]",
        "class A: pass\nx = None\nwhile True:\n  a = A(); a.next = x; x = a",
        "x = 1\nwhile True: x = x << 8000000",
        "x = [0] * (1 << 40)",
        "x = 'a' * (1 << 40)",
        "x = bytearray(1 << 40)",
    ];
    for code in programs {
        for mode in MODES {
            let outcome = habu()
                .args(["-X", "max-heap=64m"])
                .args(mode.iter().copied())
                .args(["-c", code])
                .run();
            assert!(
                outcome.code == Some(1) && last(&outcome.stderr).contains("MemoryError"),
                "{mode:?} {code}\n{} {}",
                outcome.ending(),
                last(&outcome.stderr)
            );
        }
    }
    let code = "try:\n  x = []\n  while True: x.append([0] * 100)\nexcept MemoryError:\n  x = None\n  print('caught')";
    prints(&habu().args(["-X", "max-heap=64m", "-c", code]).run(), "caught\n");
}

/// What is far too large is refused before a library aborts on it.
#[test]
fn what_is_too_large_is_an_error_and_never_an_abort() {
    let programs = [
        "x = 1 << (1 << 31); x * x",
        "x = (1 << (1 << 31)) + 1; x ** 2",
        "x = (1 << (1 << 32)) - 1; x // (x >> (1 << 31))",
        "pow(7, 1 << 40, (1 << (1 << 33)) + 1)",
        "import math; math.isqrt(1 << (1 << 33))",
        "import math; math.gcd((1 << (1 << 33)) - 1, (1 << (1 << 32)) + 1)",
        "import sys; sys.set_int_max_str_digits(0); str(1 << (1 << 33))",
        "hex(1 << (1 << 35))",
        "(b'a' * (1 << 20)).join([b'x'] * (1 << 30))",
        "'%1099511627776s' % 1",
        "f'{1.5:>1099511627776}'",
        "('a' * (1 << 30)).translate({97: 'b' * (1 << 30)})",
        "import os; os.urandom(1 << 45)",
        "import os; os.read(0, 1 << 45)",
    ];
    for code in programs {
        let outcome = habu().args(["-X", "max-heap=64m", "-c", code]).run();
        let said = last(&outcome.stderr);
        assert!(
            outcome.code == Some(1) && said.contains("MemoryError"),
            "{code}\n{} {said}",
            outcome.ending()
        );
    }
}

#[test]
fn a_closed_pipe_ends_quietly_or_with_an_error() {
    let habu = env!("CARGO_BIN_EXE_habu");
    let line = format!("'{habu}' -c 'for i in range(100000): print(i)' | head -1");
    let outcome = Program::new("sh").args(["-c", &line]).run();
    assert_eq!(outcome.stdout, "0\n");
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}

#[test]
fn environment_variables_stand_for_options() {
    let stats = habu().env("HABU_JIT_STATS", "1").args(["-c", "for i in range(10000): pass"]).run();
    let option = habu().args(["-X", "jit-stats", "-c", "for i in range(10000): pass"]).run();
    assert!(stats.code == Some(0) && option.code == Some(0), "{stats:?}\n{option:?}");
    assert!(
        !option.stderr.is_empty() && !stats.stderr.is_empty(),
        "statistics go to standard error"
    );
    complains(
        &habu().env("HABU_JIT", "sometimes").args(["-c", ""]).run(),
        2,
        &["HABU_JIT", "sometimes"],
    );
}

#[test]
fn flags_are_as_in_cpython() {
    let flags = "import sys; f = sys.flags; print(f.optimize, f.bytes_warning, f.verbose, f.isolated, \
                 f.ignore_environment, f.no_user_site, f.safe_path, f.no_site, f.quiet, f.dev_mode)";
    prints(&habu().args(["-OObqS", "-c", flags]).run(), "2 1 0 0 0 0 False 1 1 False\n");
    let isolated = habu().env("PYTHONOPTIMIZE", "2").args(["-I", "-c", flags]).run();
    prints(&isolated, "0 0 0 1 1 1 True 0 0 False\n");
    let ignored = habu().env("PYTHONVERBOSE", "2").args(["-E", "-X", "dev", "-c", flags]).run();
    prints(&ignored, "0 0 0 0 1 0 False 0 0 True\n");
    let environment =
        habu().env("PYTHONOPTIMIZE", "x").env("PYTHONSAFEPATH", "1").args(["-c", flags]).run();
    prints(&environment, "1 0 0 0 0 0 True 0 0 False\n");
    let more = "import sys; print(sys.warnoptions, sys._xoptions, sys.get_int_max_str_digits())";
    let options = ["-W", "error", "-Wignore::X", "-X", "dev", "-X", "utf8=1", "-X"];
    prints(
        &habu()
            .env("PYTHONWARNINGS", "once,default")
            .args(options)
            .args(["int_max_str_digits=700", "-c", more])
            .run(),
        "['default', 'once', 'default', 'error', 'ignore::X'] \
         {'dev': True, 'utf8': '1', 'int_max_str_digits': '700'} 700\n",
    );
    complains(&habu().arg("-y").run(), 2, &["Unknown option: -y", "usage: "]);
}

#[test]
fn folders_run_by_their_main_file() {
    let folder = scratch("cli-folder");
    write(&folder, "__main__.py", "import sys, helper\nprint(helper.x, __name__, sys.argv[1:])\n");
    write(&folder, "helper.py", "x = 3\n");
    prints(&habu().arg(&folder).arg("a").run(), "3 __main__ ['a']\n");
    fs::create_dir_all(folder.join("pack")).expect("folder");
    write(&folder, "pack/__init__.py", "");
    write(&folder, "pack/__main__.py", "print(__name__, __package__)\n");
    prints(&habu().args(["-m", "pack"]).folder(&folder).run(), "__main__ pack\n");
}

#[test]
fn program_text_may_be_indented_or_begin_with_a_foreign_line() {
    prints(&c("  x = 1\n  if x:\n      print(x)\n\n"), "1\n");
    let folder = scratch("cli-first-line");
    write(&folder, "prog.py", "no python\nimport sys\nprint(sys._getframe().f_lineno)\n");
    prints(&habu().arg("-x").arg(folder.join("prog.py")).run(), "3\n");
}

#[test]
fn output_may_be_unbuffered() {
    let code = "import sys, time\nprint('out', end='')\nsys.stderr.write('err')\nsys.stdout.flush()\nprint('x')";
    let habu_ = env!("CARGO_BIN_EXE_habu");
    let line = format!("'{habu_}' -u -c \"{code}\" 2>&1");
    assert_eq!(Program::new("sh").args(["-c", &line]).run().stdout, "outerrx\n");
}

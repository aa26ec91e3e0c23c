//! The `habu` command line.

use habu::options::{self, CommandLine, Task};
use habu::{NATIVE_STACK, Runtime, commands, report};
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match options::parse(std::env::args_os().skip(1)) {
        Ok(c) => c,
        Err(msg) => {
            eprintln!("{msg}\n{}\nTry `habu -h' for more information.", options::USAGE);
            return ExitCode::from(2);
        }
    };
    // Its address is fixed: before anything else is mapped.
    habu_object::singletons::init();
    // Python recursion through native code needs more stack than the system's default.
    let thread = std::thread::Builder::new().stack_size(NATIVE_STACK).spawn(move || run(command));
    habu_vm::system::block_all_signals();
    match thread.map(|t| t.join()) {
        Ok(Ok(code)) => ExitCode::from(code),
        _ => {
            eprintln!("habu: cannot start the interpreter's thread");
            ExitCode::from(1)
        }
    }
}

fn run(command: CommandLine) -> u8 {
    match &command.task {
        Task::Version(times) => {
            let target = format!(" for {} on {}", std::env::consts::ARCH, std::env::consts::OS);
            let more = if *times > 1 { target.as_str() } else { "" };
            println!("Python 3.14.0 (Habu {}{more})", env!("CARGO_PKG_VERSION"));
            0
        }
        Task::Help(text) => {
            print!("{text}");
            0
        }
        Task::Show(stage, file) if stage != "trace" => show(stage, file),
        _ => run_program(command),
    }
}

/// Reads and decodes a source file; the message and exit code if that fails.
fn read_source(file: &OsStr) -> Result<String, (String, u8)> {
    let name = file.to_string_lossy();
    let bytes = std::fs::read(file).map_err(|e| {
        let errno = e.raw_os_error().unwrap_or(0);
        let text = report::os_error_text(&e);
        (format!("habu: can't open file '{name}': [Errno {errno}] {text}\n"), 2)
    })?;
    habu_compiler::decode_source(&bytes, &name).map_err(|e| (report::syntax_error(&e), 1))
}

fn show(stage: &str, file: &OsStr) -> u8 {
    let name = file.to_string_lossy().into_owned();
    let source = match read_source(file) {
        Ok(s) => s,
        Err((msg, code)) => {
            eprint!("{msg}");
            return code;
        }
    };
    match commands::show(stage, &source, &name) {
        Ok(text) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            0
        }
        Err(e) => {
            eprint!("{}", report::syntax_error(&e));
            1
        }
    }
}

/// The program's file name as CPython gives it to code objects and `__file__`.
fn absolute(file: &OsStr) -> OsString {
    match std::env::current_dir() {
        Ok(here) => here.join(file).into_os_string(),
        Err(_) => file.to_owned(),
    }
}

/// The text of a program file; with `-x` its first line is left out, but for its number.
fn read_program(file: &OsStr, skip_first_line: bool) -> Result<String, (String, u8)> {
    let source = read_source(file)?;
    if !skip_first_line {
        return Ok(source);
    }
    Ok(source.find('\n').map_or(String::new(), |i| source[i..].to_owned()))
}

/// The text of `-c` without the white space that all its lines begin with.
fn dedent(text: &str) -> String {
    let full = |line: &&str| !line.trim().is_empty();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut lines = text.split('\n').filter(full);
    let Some(first) = lines.next() else { return text.to_owned() };
    let common = lines.fold(&first[..indent(first)], |common, line| {
        let same = common.bytes().zip(line.bytes()).take_while(|(a, b)| a == b).count();
        &common[..same]
    });
    let cut = |line: &str| line.strip_prefix(common).unwrap_or("").to_owned();
    if common.is_empty() {
        return text.to_owned();
    }
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

fn run_program(command: CommandLine) -> u8 {
    let mut folder = None;
    let (source, filename) = match &command.task {
        Task::Command(text) => (Ok(dedent(text)), "<string>".to_owned()),
        Task::File(file) | Task::Show(_, file) => {
            let mut path = std::path::PathBuf::from(absolute(file));
            if path.is_dir() {
                folder = Some(path.to_string_lossy().into_owned());
                path.push("__main__.py");
            }
            let source = if folder.is_some() && !path.exists() {
                let name = file.to_string_lossy();
                Err((format!("habu: can't find '__main__' module in '{name}'\n"), 1))
            } else {
                read_program(path.as_os_str(), command.skip_first_line)
            };
            (source, path.to_string_lossy().into_owned())
        }
        Task::Stdin => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().read_to_end(&mut bytes);
            let text = match read {
                Ok(_) => habu_compiler::decode_source(&bytes, "<stdin>")
                    .map_err(|e| (report::syntax_error(&e), 1)),
                Err(e) => Err((format!("habu: can't read stdin: {e}\n"), 2)),
            };
            (text, "<stdin>".to_owned())
        }
        _ => (Ok(String::new()), "<module>".to_owned()),
    };
    let source = match source {
        Ok(s) => s,
        Err((msg, code)) => {
            eprint!("{msg}");
            return code;
        }
    };
    let Ok(mut runtime) = Runtime::new(command.options.clone()) else {
        eprintln!("habu: out of memory at start");
        return 1;
    };
    habu_vm::signals::install(&mut runtime.vm);
    let argv: Vec<String> = match &command.task {
        Task::Command(_) => vec!["-c".to_owned()],
        Task::Module(_) => vec!["-m".to_owned()],
        Task::Stdin => vec!["-".to_owned()],
        Task::File(file) | Task::Show(_, file) => vec![file.to_string_lossy().into_owned()],
        _ => vec![filename.clone()],
    }
    .into_iter()
    .chain(command.args.iter().map(|a| a.to_string_lossy().into_owned()))
    .collect();
    let result = match habu_stdlib::start(&mut runtime.vm, &argv, folder) {
        Err(e) => Err(e),
        Ok(()) => {
            // From here on: start-up makes tens of thousands of objects, of which none is the program's.
            runtime.vm.heap.set_stress(command.options.gc_stress);
            match &command.task {
                Task::Module(name) => habu_stdlib::run_module(&mut runtime.vm, name),
                _ => runtime.run_main(&source, &filename),
            }
        }
    };
    let code = match result {
        Ok(_) => Some(0),
        Err(e) => report::uncaught(&mut runtime.vm, e),
    };
    let interrupted = code.is_none();
    let code = habu_stdlib::finish(&mut runtime.vm, code.unwrap_or(130));
    if let Task::Show(..) = command.task {
        print!("{}", commands::trace_report(&runtime.vm));
    } else if command.jit_stats {
        eprint!("{}", commands::jit_stats(&runtime.vm));
    }
    if interrupted {
        habu_vm::signals::die_of_interrupt();
    }
    code
}

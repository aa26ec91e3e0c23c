//! The start and the end of a program: `sys.argv` and `sys.path`, exit codes, exit functions, flushing.

use crate::sys::{set_attribute, text_list};
use crate::traceback::{format_exception, format_plainly};
use habu_object::{Exception, Type, Value, int};
use habu_vm::{PyResult, Vm};
use std::path::Path;

/// Sets `sys.argv` and `sys.path` before the program runs; `folder` is the program, if it is one.
pub fn start(vm: &mut Vm, argv: &[String], folder: Option<String>) -> PyResult<()> {
    let list = text_list(vm, argv)?;
    set_attribute(vm, "argv", list)?;
    let program = argv.first().map_or("", String::as_str);
    let mut path = match folder {
        Some(folder) => vec![folder],
        None if vm.options.flags.safe_path => Vec::new(),
        None => vec![first_folder(program)],
    };
    if let Some(more) = &vm.options.python_path {
        path.extend(
            more.split(':')
                .filter(|p| !p.is_empty())
                .map(|p| crate::import_absolute(p).to_string_lossy().into_owned()),
        );
    }
    path.extend(crate::places::library_path(vm)?);
    let list = text_list(vm, &path)?;
    set_attribute(vm, "path", list)
}

/// `sys.path[0]`: the program's folder, links resolved.
fn first_folder(program: &str) -> String {
    match program {
        "" | "-" | "-c" => String::new(),
        "-m" => std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned(),
        file => {
            let file =
                std::fs::canonicalize(file).unwrap_or_else(|_| Path::new(file).to_path_buf());
            file.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned()
        }
    }
}

/// Waits for threads, runs exit functions, flushes output; the process's exit code.
pub fn finish(vm: &mut Vm, code: u8) -> u8 {
    crate::thread::shutdown(vm);
    crate::atexit::run(vm);
    vm.close_threads();
    crate::io::flush_stderr(vm);
    vm.finalize_all();
    let mut failed = false;
    let own = vm.root("sys.stdout");
    if let Some(stream) = crate::sys::attribute(vm, "stdout").filter(|s| !s.is_none() && *s != own)
    {
        let name = vm.names.flush;
        let flushed = vm.call_method(stream, name, &[]);
        crate::util::quiet(vm, flushed);
    }
    crate::io::flush_stderr(vm);
    if let Err(e) = vm.stdout.flush() {
        failed = true;
        let raised = crate::util::os_error(vm, &e);
        let error = vm.take_raised(raised);
        let text = format_plainly(vm, error);
        crate::io::write_stderr(
            vm,
            &format!("Exception ignored while flushing sys.stdout:\n{text}"),
        );
    }
    if failed && code == 0 { 120 } else { code }
}

/// The exit code that a SystemExit asks for; its message goes to stderr.
pub fn exit_code(vm: &mut Vm, e: Value) -> u8 {
    let code = e.cast::<Exception>().map_or(Value::NONE, |e| e.extra0.get());
    if code.is_none() || code.is_unbound() {
        return 0;
    }
    if int::is_int_like(code) {
        return int::to_u64_wrapping(code) as u8;
    }
    let text = vm.str_text(code);
    if let Some(text) = crate::util::quiet(vm, text) {
        crate::io::write_stderr(vm, &format!("{text}\n"));
    }
    1
}

/// Hands an uncaught exception to `sys.excepthook`, or prints it.
pub fn report_exception(vm: &mut Vm, e: Value) {
    let hook = crate::sys::attribute(vm, "excepthook");
    let own = crate::sys::attribute(vm, "__excepthook__");
    let Some(hook) = hook.filter(|h| Some(*h) != own) else {
        return crate::traceback::print_exception(vm, e);
    };
    let class: Value = vm.type_of(e).value();
    let traceback = e.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get());
    let traceback = if traceback.is_unbound() { Value::NONE } else { traceback };
    debug_assert!(class.cast::<Type>().is_some());
    if let Err(raised) = vm.call(hook, &[class, e, traceback]) {
        let error = vm.take_raised(raised);
        let (first, second) = (format_exception(vm, error), format_exception(vm, e));
        let text = format!("Error in sys.excepthook:\n{first}\nOriginal exception was:\n{second}");
        crate::io::write_stderr(vm, &text);
    }
}

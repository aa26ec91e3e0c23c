//! The interpreter's dispatch, as machine code: in the optimised binary no handler calls the next one.
//!
//! A handler ends in a call of the next handler through the table. If the compiler made that a real call, the native
//! stack would grow with every instruction of the program. The signature of such a call in a disassembly is an indirect
//! call with nothing behind it but the epilogue and the return; an indirect jump is what should be there.

use std::process::Command;
use std::time::Duration;

use crate::habu::release;
use habu_testkit::Program;

/// A function of the binary.
struct Function {
    name: String,
    /// Mnemonic and operands of each instruction.
    body: Vec<(String, String)>,
}

/// What the names of handlers begin with; the op follows.
const PREFIX: &str = "habu_op_";

/// The handlers in what objdump prints.
fn handlers(listing: &str) -> Vec<Function> {
    let mut out: Vec<Function> = Vec::new();
    let mut inside = false;
    for line in listing.lines() {
        if let Some((_, name)) = line.strip_suffix(">:").and_then(|l| l.split_once(" <")) {
            inside = name.starts_with(PREFIX);
            if inside {
                out.push(Function { name: name.to_string(), body: Vec::new() });
            }
        } else if inside && let Some(function) = out.last_mut() {
            let mut parts = line.split('\t').skip(1).flat_map(|p| {
                p.trim().split_once(' ').map_or(vec![p.trim()], |(a, b)| vec![a, b.trim()])
            });
            if let Some(mnemonic) = parts.next().filter(|m| !m.is_empty()) {
                let operands = parts.collect::<Vec<_>>().join(" ");
                let operands = operands.split(['#', ';']).next().unwrap_or("").trim().to_string();
                function.body.push((mnemonic.to_string(), operands));
            }
        }
    }
    out
}

fn is_indirect_call((mnemonic, operands): &(String, String)) -> bool {
    match mnemonic.as_str() {
        // Through the GOT is how libc is called.
        "call" | "callq" => operands.starts_with('*') && !operands.contains("(%rip)"),
        "blr" => true,
        _ => false,
    }
}

fn is_indirect_jump((mnemonic, operands): &(String, String)) -> bool {
    match mnemonic.as_str() {
        "jmp" | "jmpq" => operands.starts_with('*'),
        "br" => true,
        _ => false,
    }
}

fn is_epilogue((mnemonic, operands): &(String, String)) -> bool {
    match mnemonic.as_str() {
        "pop" | "popq" | "leave" => true,
        "add" | "addq" | "lea" => operands.ends_with("%rsp") || operands.starts_with("sp, sp"),
        "ldp" | "ldr" => operands.contains("[sp"),
        _ => false,
    }
}

/// Indirect calls with nothing behind them but the return.
fn calls_at_the_end(function: &Function) -> usize {
    let body = &function.body;
    let at_end = |n: usize| {
        let rest = body[n + 1..].iter().find(|i| !is_epilogue(i));
        rest.is_some_and(|(mnemonic, _)| mnemonic == "ret" || mnemonic == "retq")
    };
    (0..body.len()).filter(|n| is_indirect_call(&body[*n]) && at_end(*n)).count()
}

#[test]
fn no_handler_calls_the_next_one() {
    let binary = match release() {
        Ok(binary) => binary,
        Err(why) => return eprintln!("handlers are not checked: {why}"),
    };
    let listing = match Command::new("objdump")
        .args(["-d", "-C", "--no-show-raw-insn"])
        .arg(&binary.path)
        .output()
    {
        Ok(output) if output.status.success() => output.stdout,
        _ => return eprintln!("handlers are not checked: there is no objdump on this machine"),
    };
    let handlers = handlers(&String::from_utf8_lossy(&listing));
    let calling: Vec<&str> =
        handlers.iter().filter(|h| calls_at_the_end(h) > 0).map(|h| h.name.as_str()).collect();
    assert!(calling.is_empty(), "handlers that call the next one:\n  {}", calling.join("\n  "));
    let jumping = handlers.iter().filter(|h| h.body.iter().any(is_indirect_jump)).count();
    assert!(
        handlers.len() >= 60,
        "only {} handlers were found: are their names still {PREFIX}*?",
        handlers.len()
    );
    assert!(
        jumping * 2 >= handlers.len(),
        "only {jumping} of {} handlers jump to the next one",
        handlers.len()
    );
}

#[test]
fn a_long_run_needs_little_native_stack() {
    let binary = match release() {
        Ok(binary) => binary,
        Err(why) => return eprintln!("the native stack is not checked: {why}"),
    };
    let code =
        "def f(n):\n  s = 0\n  for i in range(n):\n    s += i & 3\n  return s\nprint(f(5000000))";
    let line = "ulimit -s 256 && exec \"$0\" -X jit=off -c \"$1\"";
    let outcome = Program::new("sh")
        .arg("-c")
        .arg(line)
        .arg(&binary.path)
        .arg(code)
        .limit(Duration::from_secs(60))
        .run();
    assert_eq!(
        (outcome.stdout.as_str(), outcome.code),
        ("7500000\n", Some(0)),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_signature_of_a_lost_sibling_call_is_recognised() {
    let text = "0000000000001000 <habu_op_add>:\n    1000:\tpush   %rax\n    1001:\tcall   *(%r9,%rax,8)\n    \
                1005:\tpop    %rcx\n    1006:\tret\n\n0000000000002000 <habu_op_sub>:\n    2000:\tjmp    *%rax\n\n\
                0000000000003000 <habu_interp::ops::other>:\n    3000:\tret\n";
    let found = handlers(text);
    assert_eq!(
        found.iter().map(|h| h.name.as_str()).collect::<Vec<_>>(),
        ["habu_op_add", "habu_op_sub"]
    );
    assert_eq!(found.iter().map(calls_at_the_end).collect::<Vec<_>>(), [1, 0]);
    assert!(found[1].body.iter().any(is_indirect_jump));
}

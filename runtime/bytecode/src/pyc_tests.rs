//! Tests of the `.pyc` file and, through it, of the verifier: damaged and forged files.

use super::*;
use crate::stream::Writer;
use crate::verify::Problem;
use crate::{CellVar, Const, Handler, Insn, Op, Position, flags};
use std::rc::Rc;

/// Where the stream begins.
const BODY: usize = HEADER + PREFIX;

const STAMP: SourceStamp = SourceStamp { mtime: 0x6650_0001, size: 1234 };

fn word(op: Op, a: u8, b: u8, c: u8) -> u32 {
    Insn::abc(op, a, b, c).0
}

/// `def f(a): for x in a.g(): try: y = x + 1 ...` and the like, by hand.
fn inner() -> Code {
    Code {
        name: "f".into(),
        qualname: "C.f".into(),
        filename: "prog.py".into(),
        first_line: 2,
        flags: flags::OPTIMIZED | flags::NEWLOCALS,
        argcount: 1,
        nregs: 14,
        varnames: vec!["a".into(), "x".into()],
        names: vec!["g".into(), "y".into()],
        consts: vec![Const::Str("\u{e9}\u{1f600}".into())],
        code: vec![
            word(Op::Enter, 0, 0, 0),
            0,
            0,
            word(Op::LoadMethod, 2, 0, 0), // 3
            0,
            0,
            0,
            0,
            0,
            word(Op::CallMethod, 2, 0, 0), // 9
            word(Op::GetIter, 2, 2, 0),
            word(Op::Jump, 0, 0, 0), // 11
            3,
            word(Op::AddI, 1, 1, 1),    // 13
            word(Op::ForLoop, 2, 1, 0), // 14
            (-1i32) as u32,
            0,
            0,
            word(Op::ForResult, 2, 1, 0), // 18
            (-5i32) as u32,
            word(Op::LoadK, 3, 0, 0), // 20
            0,
            0,
            word(Op::Ret, 3, 0, 0),     // 23
            word(Op::PushExc, 4, 5, 0), // 24
            word(Op::PopExc, 5, 0, 0),
            word(Op::Ret, 4, 0, 0),
        ],
        handlers: vec![Handler { start: 13, end: 14, target: 24, reg: 4 }],
        positions: vec![
            Position { pc: 0, line: 2, end_line: 2, col: 0, end_col: 9 },
            Position { pc: 13, line: 5, end_line: 6, col: 8, end_col: 4 },
            Position { pc: 20, line: 1, end_line: 1, col: 0, end_col: 0 },
        ],
        ..Code::default()
    }
}

fn sample() -> Code {
    Code {
        name: "<module>".into(),
        qualname: "<module>".into(),
        filename: "prog.py".into(),
        first_line: 1,
        nregs: 8,
        names: vec!["f".into()],
        consts: vec![
            Const::Code(Rc::new(inner())),
            Const::Int(i64::MIN),
            Const::BigInt("-123456789012345678901234567890".into()),
            Const::Float(-0.0),
            Const::Complex(1.5, f64::INFINITY),
            Const::Bytes((*b"\0\xff").into()),
            Const::Tuple(
                [Const::None, Const::Bool(true), Const::Ellipsis, Const::Tuple([].into())].into(),
            ),
            Const::FrozenSet([Const::Bool(false), Const::Int(-1)].into()),
        ],
        code: vec![
            word(Op::MakeFunction, 0, 1, 0),
            0,
            word(Op::StoreGlobal, 0, 0, 0),
            0,
            0,
            0,
            word(Op::LoadK, 0, 0, 0),
            6,
            0,
            word(Op::Ret, 0, 0, 0),
        ],
        ..Code::default()
    }
}

/// A file with any body and a fitting checksum.
fn forge(body: &[u8]) -> Vec<u8> {
    let mut file = encode(&sample(), STAMP)[..HEADER].to_vec();
    file.extend(frame_object(body));
    file
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn what_is_written_is_read_back() {
    let code = sample();
    let file = encode(&code, STAMP);
    assert_eq!(decode(&file, STAMP), Ok(code.clone()));
    assert_eq!(encode(&code, STAMP), file, "the file depends on the code object alone");
    let Ok(Code { consts, .. }) = decode(&file, STAMP) else { unreachable!() };
    assert!(matches!(consts[3], Const::Float(x) if x.is_sign_negative()));
}

#[test]
fn the_header_is_pep_552s() {
    let file = encode(&sample(), STAMP);
    assert_eq!(file[2..8], *b"\r\n\0\0\0\0");
    assert_eq!(file[8..16], *b"\x01\x00\x50\x66\xd2\x04\x00\x00");
}

#[test]
fn other_sources_and_other_formats_are_told_apart() {
    let file = encode(&sample(), STAMP);
    assert_eq!(decode(&file, SourceStamp { mtime: 1, ..STAMP }), Err(PycError::Stale));
    assert_eq!(decode(&file, SourceStamp { size: 1, ..STAMP }), Err(PycError::Stale));
    let mut cpython = file.clone();
    cpython[..2].copy_from_slice(&3571u16.to_le_bytes());
    assert_eq!(decode(&cpython, STAMP), Err(PycError::Foreign));
    assert_eq!(decode(b"#!/bin/sh\n", STAMP), Err(PycError::Foreign));
    let mut hashed = file;
    hashed[4] = 1;
    assert_eq!(decode(&hashed, STAMP), Err(PycError::Foreign));
}

#[test]
fn every_truncation_is_an_error() {
    let file = encode(&sample(), STAMP);
    for n in 0..file.len() {
        assert!(decode(&file[..n], STAMP).is_err(), "cut at {n}");
        if n >= BODY {
            assert!(decode(&forge(&file[BODY..n]), STAMP).is_err(), "forged, cut at {n}");
        }
    }
    let mut longer = file[BODY..].to_vec();
    longer.push(0);
    assert_eq!(decode(&forge(&longer), STAMP), Err(PycError::Malformed("bytes after the end")));
}

#[test]
fn every_flipped_bit_is_an_error() {
    let file = encode(&sample(), STAMP);
    for bit in 0..file.len() * 8 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&damaged, STAMP).is_err(), "bit {bit}");
    }
}

#[test]
fn random_damage_is_an_error() {
    let file = encode(&sample(), STAMP);
    let mut seed = 0x2545_f491_4f6c_dd1d;
    for round in 0..5000 {
        let mut damaged = file.clone();
        for _ in 0..1 + random(&mut seed) % 8 {
            let bit = random(&mut seed) as usize % (file.len() * 8);
            damaged[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(damaged == file || decode(&damaged, STAMP).is_err(), "round {round}");
    }
}

/// With a forged checksum the body is believed: it must decode to verified code or to an error, never panic.
#[test]
fn forged_bodies_decode_to_verified_code_or_to_an_error() {
    let body = encode(&sample(), STAMP)[BODY..].to_vec();
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let mut accepted = 0;
    for _ in 0..20_000 {
        let mut forged = body.clone();
        for _ in 0..1 + random(&mut seed) % 4 {
            let at = random(&mut seed) as usize % forged.len();
            forged[at] = random(&mut seed) as u8;
        }
        if let Ok(code) = decode(&forge(&forged), STAMP) {
            accepted += 1;
            crate::disassemble(&code);
            crate::liveness::Liveness::compute(&code);
        }
    }
    assert!(accepted > 0, "changed text and numbers are no errors");
}

#[test]
fn forged_lengths_do_not_allocate() {
    let mut w = Writer::default();
    w.string("x");
    w.string("x");
    w.string("x");
    (0..6).for_each(|_| w.number(0));
    w.number(u64::MAX >> 1);
    assert_eq!(decode(&forge(&w.out), STAMP), Err(PycError::Malformed("list too long")));

    let big = "x".repeat(1 << 16);
    let mut w = Writer::default();
    (0..3).for_each(|_| w.string(&big));
    (0..6).for_each(|_| w.number(0));
    w.number(100_000);
    (0..100_000).for_each(|_| w.string(&big));
    assert_eq!(decode(&forge(&w.out), STAMP), Err(PycError::Malformed("too much text")));
}

#[test]
fn nesting_is_limited() {
    let mut constant = Const::None;
    for _ in 0..90 {
        constant = Const::Tuple([constant].into());
    }
    let mut code = sample();
    code.consts.push(constant.clone());
    assert!(decode(&encode(&code, STAMP), STAMP).is_ok());
    for _ in 0..20 {
        constant = Const::Tuple([constant].into());
    }
    code.consts.push(constant);
    assert_eq!(decode(&encode(&code, STAMP), STAMP), Err(PycError::Malformed("nested too deep")));
    assert_eq!(verify(&code).map_err(|e| e.problem), Err(Problem::Depth));
}

/// One wrong thing at a time.
#[test]
fn the_verifier_names_what_is_wrong() {
    let check = |change: fn(&mut Code), problem| {
        let mut code = inner();
        change(&mut code);
        assert_eq!(verify(&code).map_err(|e| e.problem), Err(problem));
    };
    assert_eq!(verify(&inner()), Ok(()));
    check(|c| c.code.clear(), Problem::CodeSize);
    check(|c| c.nregs = 1, Problem::FrameSize);
    check(|c| c.nregs = 1 << 20, Problem::FrameSize);
    check(|c| c.nregs = 5, Problem::Register);
    check(|c| c.argcount = 3, Problem::Parameters);
    check(|c| c.posonly = 2, Problem::Parameters);
    check(|c| c.cellvars.push(CellVar { name: "q".into(), reg: 14 }), Problem::CellRegister);
    check(|c| c.code[23] = 0xfe, Problem::UnknownOp);
    check(|c| c.code[23] = word(Op::Halt, 0, 0, 0), Problem::UnknownOp);
    check(|c| c.code.extend([word(Op::LoadK, 0, 0, 0), 0]), Problem::Incomplete);
    check(|c| c.code[23] = word(Op::Ret, 14, 0, 0), Problem::Register);
    check(|c| c.code[4] = 2, Problem::Index);
    check(|c| c.code[21] = 1, Problem::Index);
    check(|c| c.code[22] = 1, Problem::RuntimeWord);
    check(|c| c.code[2] = 1, Problem::RuntimeWord);
    check(|c| c.code[12] = 4, Problem::Target);
    check(|c| c.code[12] = 7, Problem::Target);
    check(|c| c.code[12] = -20i32 as u32, Problem::Target);
    check(|c| c.code[26] = word(Op::Nop, 0, 0, 0), Problem::RunsOff);
    check(|c| c.code[19] = -4i32 as u32, Problem::ForPair);
    check(|c| c.code[14] = word(Op::JumpBack, 0, 0, 0), Problem::ForPair);
    let yields = |c: &mut Code| drop(c.code.splice(24..25, [word(Op::Yield, 4, 0, 0), 0, 0, 0, 0]));
    check(yields, Problem::Generator);
    check(|c| c.handlers[0].end = 12, Problem::Handler);
    check(|c| c.handlers[0].target = 12, Problem::Handler);
    check(|c| c.handlers[0].reg = 14, Problem::Handler);
    check(|c| c.positions[1].pc = 0, Problem::Position);
    check(|c| c.consts.push(Const::BigInt("12a".into())), Problem::Constant);
    check(|c| c.code[10] = word(Op::GetIter, 2, 3, 0), Problem::Unbound);
    check(|c| c.code[13] = word(Op::StoreCell, 1, 1, 0), Problem::Kind);
    check(|c| c.code[13] = word(Op::ListAppend, 2, 1, 0), Problem::Kind);
    check(|c| c.code[25] = word(Op::PopExc, 1, 0, 0), Problem::Kind);
    check(|c| c.code[26] = word(Op::Ret, 3, 0, 0), Problem::Unbound);
}

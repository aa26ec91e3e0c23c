//! Ints against `golden.tsv`: op, operands and result in hexadecimal, as CPython 3.13 computed them; then what one
//! operation says about another, on numbers too many to list.

use super::*;
use crate::float;
use habu_gc::Config;
use std::cmp::Ordering;
use std::hint::black_box;

/// Runs `test` with a heap that scans the stack below this frame.
fn with_heap(stress: bool, test: fn(&mut Heap)) {
    crate::singletons::init();
    let mut heap = Heap::new(Config { stress, ..Config::default() });
    let anchor = 0u64;
    // SAFETY: collections run only inside `test`, below this frame.
    unsafe { heap.set_stack_base((&raw const anchor).cast()) };
    black_box(test)(&mut heap);
    black_box(&anchor);
}

fn hex(heap: &mut Heap, text: &str) -> Value {
    parse(heap, text, 16, 0).expect("a hexadecimal number")
}

fn show(v: Value) -> String {
    assert!(is_exact_int(v));
    if v.is_ptr() {
        let small = to_i64(v).and_then(Value::try_small_int);
        assert!(small.is_none(), "{v:?} should be an immediate");
        assert_eq!(v.kind() == Kind::BigInt, to_i128(v).is_none());
    }
    to_string_radix(v, 16)
}

fn shown(r: IntResult) -> String {
    match r {
        Ok(v) => show(v),
        Err(IntError::ZeroDivision) => "ZeroDivision".into(),
        Err(IntError::NotInvertible) => "Value".into(),
        Err(e) => format!("{e:?}"),
    }
}

fn pair(r: Result<(Value, Value), IntError>) -> String {
    match r {
        Ok((q, r)) => format!("{} {}", show(q), show(r)),
        Err(e) => shown(Err(e)),
    }
}

fn number(r: Result<f64, IntError>) -> String {
    match r {
        Ok(f) => float::hex(f),
        Err(e) => shown(Err(e)),
    }
}

fn order(o: Ordering) -> String {
    (o as i8).to_string()
}

fn evaluate(heap: &mut Heap, op: &str, left: &str, right: &str) -> String {
    let a = hex(heap, left);
    match op {
        "powmod" => {
            let (e, m) = right.split_once(' ').expect("two numbers");
            let (e, m) = (hex(heap, e), hex(heap, m));
            return shown(pow_mod(heap, a, e, m));
        }
        "bytes" => {
            let mut words = right.split(' ');
            let len =
                usize::from_str_radix(words.next().unwrap_or_default(), 16).expect("a length");
            let signed = words.next() == Some("1");
            let big = words.next() == Some("b");
            return match to_bytes(a, len, big, signed) {
                Ok(bytes) => {
                    let back = from_bytes(heap, &bytes, big, signed).expect("memory");
                    assert!(len == 0 || eq(a, back));
                    bytes.iter().map(|b| format!("{b:02x}")).collect()
                }
                Err(_) => "Overflow".into(),
            };
        }
        "cmpf" | "fromf" | "ratio" => {
            let f = float::fromhex(right).expect("a float");
            return match op {
                "cmpf" => order(cmp_f64(a, f).expect("ordered")),
                "fromf" => shown(from_f64(heap, f)),
                _ => pair(ratio_of_f64(heap, f)),
            };
        }
        _ => {}
    }
    let b = hex(heap, right);
    match op {
        "add" => shown(add(heap, a, b)),
        "sub" => shown(sub(heap, a, b)),
        "mul" => shown(mul(heap, a, b)),
        "floordiv" => shown(floordiv(heap, a, b)),
        "mod" => shown(modulo(heap, a, b)),
        "divmod" => pair(divmod(heap, a, b)),
        "and" => shown(and(heap, a, b)),
        "or" => shown(or(heap, a, b)),
        "xor" => shown(xor(heap, a, b)),
        "lshift" => shown(lshift(heap, a, b)),
        "rshift" => shown(rshift(heap, a, b)),
        "pow" => shown(pow(heap, a, b)),
        "gcd" => shown(gcd(heap, a, b)),
        "lcm" => shown(lcm(heap, a, b)),
        "isqrt" => shown(isqrt(heap, a)),
        "invert" => shown(invert(heap, a)),
        "neg" => shown(neg(heap, a)),
        "abs" => shown(abs(heap, a)),
        "hash" => format!("{}{:x}", if hash(a) < 0 { "-" } else { "" }, hash(a).unsigned_abs()),
        "bit_length" => format!("{:x}", bit_length(a)),
        "bit_count" => format!("{:x}", bit_count(a)),
        "truediv" => number(truediv(a, b)),
        "to_f64" => number(to_f64(a)),
        "str" => {
            let text = with_decimal(a, str::to_owned);
            assert!(eq(parse(heap, &text, 10, 0).expect("a number"), a));
            let digits = text.trim_start_matches('-').len() as u64;
            let bound = decimal_digits_lower_bound(a);
            assert!(bound <= digits && digits <= bound + 1 + digits / 1000);
            text
        }
        "radix" => {
            let radix = to_i64(b).expect("small") as u32;
            let text = to_string_radix(a, radix);
            assert!(eq(parse(heap, &text, radix, 0).expect("a number"), a));
            text
        }
        "cmp" => {
            assert_eq!(eq(a, b), cmp(a, b) == Ordering::Equal);
            order(cmp(a, b))
        }
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn golden_cases() {
    with_heap(false, check_golden_cases);
    with_heap(true, check_golden_cases);
}

fn check_golden_cases(heap: &mut Heap) {
    for line in include_str!("golden.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [op, a, b, result] = fields[..] else { panic!("malformed: {line}") };
        assert_eq!(evaluate(heap, op, a, b), result, "{op} {a} {b}");
    }
}

/// A splitmix64 sequence.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn int(&mut self, heap: &mut Heap, most_words: u64) -> Value {
        let words: Vec<u64> = (0..self.next() % (most_words + 1)).map(|_| self.next()).collect();
        let negative = self.next() & 1 == 1;
        from_sign_words(heap, negative, &words).expect("memory")
    }
}

#[test]
fn division_undoes_multiplication_at_every_size() {
    with_heap(false, |heap| {
        let mut random = Random(1);
        for most in [1, 2, 4, 30, 60, 300] {
            for _ in 0..100 {
                let (a, b, c) =
                    (random.int(heap, most), random.int(heap, most), random.int(heap, most));
                let product = mul(heap, a, b).expect("memory");
                let sum = add(heap, product, c).expect("memory");
                if !is_zero(b) {
                    let (q, r) = divmod(heap, sum, b).expect("not zero");
                    assert!(is_zero(r) || is_negative(r) == is_negative(b));
                    let back = mul(heap, q, b).expect("memory");
                    let back = add(heap, back, r).expect("memory");
                    assert!(eq(back, sum));
                    assert!(eq(floordiv(heap, sum, b).expect("not zero"), q));
                    assert!(eq(modulo(heap, sum, b).expect("not zero"), r));
                }
                let difference = sub(heap, sum, c).expect("memory");
                assert!(eq(difference, product));
                assert!(hash(difference) == hash(product));
                let text = to_decimal(sum);
                assert!(eq(parse(heap, &text, 10, 0).expect("digits"), sum));
                let (x, y) = (and(heap, a, b).expect("memory"), or(heap, a, b).expect("memory"));
                let both = add(heap, x, y).expect("memory");
                assert!(eq(both, add(heap, a, b).expect("memory")));
            }
        }
    });
}

#[test]
fn a_collection_at_every_allocation_disturbs_nothing() {
    with_heap(true, |heap| {
        let mut n = Value::small_int(1);
        for i in 1..=60 {
            n = mul(heap, n, Value::small_int(i)).expect("memory");
        }
        assert_eq!(
            to_decimal(n),
            "8320987112741390144276341183223364380754172606361245952449277696409600000000000000"
        );
        for i in 1..=60 {
            n = floordiv(heap, n, Value::small_int(i)).expect("memory");
        }
        assert_eq!(n, Value::small_int(1));
    });
}

#[test]
fn bools_and_subclass_instances_are_ints() {
    with_heap(false, |heap| {
        assert!(is_int_like(Value::TRUE) && !is_exact_int(Value::TRUE));
        assert!(!is_int_like(Value::NONE) && !is_int_like(Value::UNBOUND));
        assert_eq!(add(heap, Value::TRUE, Value::TRUE), Ok(Value::small_int(2)));
        assert_eq!(pos(heap, Value::FALSE), Ok(Value::small_int(0)));
        let shape = crate::kind::FIRST_FREE_SHAPE;
        let five = from_i128_with_shape(heap, shape, 5).expect("memory");
        assert!(five.is_ptr() && is_int_like(five) && !is_exact_int(five));
        assert!(eq(five, Value::small_int(5)));
        assert_eq!(mul(heap, five, five), Ok(Value::small_int(25)));
        assert_eq!(pos(heap, five), Ok(Value::small_int(5)));
        let big = lshift(heap, five, Value::small_int(200)).expect("memory");
        let other = with_shape(heap, shape, big).expect("memory");
        assert!(eq(big, other) && other.shape() == shape && other.kind() == Kind::BigInt);
        assert_eq!(pos(heap, other).map(|v| v.shape()), Ok(crate::kind::shape::INT));
    });
}

#[test]
fn text_is_read_as_cpython_reads_it() {
    with_heap(false, |heap| {
        let good = [
            (" 12 ", 10, 12),
            ("1_000", 10, 1000),
            ("+7", 10, 7),
            ("-0x_ff", 16, -255),
            ("0xff", 0, 255),
            ("0o17", 0, 15),
            ("0b101", 0, 5),
            ("0B1", 2, 1),
            ("00_0", 0, 0),
            ("0b1", 16, 0xb1),
            ("zz", 36, 35 * 37),
            ("\u{661}\u{662}\u{a0}", 10, 12),
            ("\u{ff11}\u{1d7d9}", 10, 11),
        ];
        for (text, base, n) in good {
            assert_eq!(parse(heap, text, base, 0), Ok(Value::small_int(n)), "{text}");
        }
        let bad = [
            ("", 10),
            ("1__0", 10),
            ("_1", 10),
            ("1_", 10),
            ("0x", 16),
            ("0x_", 16),
            ("0x__1", 16),
            ("012", 0),
            ("0_1", 0),
            ("- 1", 10),
            ("--1", 10),
            ("2", 2),
            ("0xg", 16),
            ("1.0", 10),
            ("\x1c1", 10),
            ("\u{e9}", 36),
            ("1 2", 10),
        ];
        for (text, base) in bad {
            assert_eq!(parse(heap, text, base, 0), Err(ParseError::Invalid), "{text}");
        }
        let long = "1".repeat(5000);
        assert_eq!(parse(heap, &long, 10, 4300), Err(ParseError::TooManyDigits(5000)));
        assert!(parse(heap, &long, 16, 4300).is_ok());
    });
}

#[test]
fn limits_are_errors() {
    with_heap(false, |heap| {
        let (one, minus) = (Value::small_int(1), Value::small_int(-1));
        let huge = Value::small_int(1 << 60);
        assert_eq!(lshift(heap, one, minus), Err(IntError::Negative));
        assert_eq!(rshift(heap, one, minus), Err(IntError::Negative));
        assert_eq!(lshift(heap, one, huge), Err(IntError::TooLarge));
        assert_eq!(lshift(heap, Value::small_int(0), huge), Ok(Value::small_int(0)));
        assert_eq!(pow(heap, Value::small_int(3), huge), Err(IntError::TooLarge));
        assert_eq!(pow(heap, minus, huge), Ok(one));
        assert_eq!(pow(heap, one, minus), Err(IntError::Negative));
        assert_eq!(isqrt(heap, minus), Err(IntError::Negative));
        assert_eq!(to_bytes(minus, 4, true, false), Err(IntError::Negative));
        assert_eq!(from_f64(heap, f64::NAN), Err(IntError::NotANumber));
        assert_eq!(cmp_f64(one, f64::NAN), None);
    });
}

//! Module `time`: clocks, sleeping, calendar times. `calendar` computes dates and zones, `format` is strftime.

mod calendar;
mod format;

use crate::structseq::{self, fields};
use crate::util::{arg, as_f64, given, new_module, set, set_text, text_arg};
use calendar::{Fields, Zone};
use habu_object::{Gc, Module, Tuple, Type, Value, float, int};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Raised, Vm};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fields! { FIELDS: 0 "tm_year", 1 "tm_mon", 2 "tm_mday", 3 "tm_hour", 4 "tm_min", 5 "tm_sec", 6 "tm_wday",
7 "tm_yday", 8 "tm_isdst", 9 "tm_zone", 10 "tm_gmtoff" }

const STRUCT: &str = "time.struct_time";
/// Root of the module.
const MODULE: &str = "time";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("time", "()", |vm, _| seconds(vm, wall())).effects(Effects::NoPython),
    NativeDef::new("time_ns", "()", |vm, _| nanoseconds(vm, wall())),
    NativeDef::new("perf_counter", "()", |vm, _| monotonic().and_then(|t| seconds(vm, t)))
        .effects(Effects::NoPython),
    NativeDef::new("perf_counter_ns", "()", |vm, _| monotonic().and_then(|t| nanoseconds(vm, t)))
        .effects(Effects::NoPython),
    NativeDef::new("monotonic", "()", |vm, _| monotonic().and_then(|t| seconds(vm, t)))
        .effects(Effects::NoPython),
    NativeDef::new("monotonic_ns", "()", |vm, _| monotonic().and_then(|t| nanoseconds(vm, t)))
        .effects(Effects::NoPython),
    NativeDef::new("process_time", "()", |vm, _| seconds(vm, habu_vm::clock::process())),
    NativeDef::new("process_time_ns", "()", |vm, _| nanoseconds(vm, habu_vm::clock::process())),
    NativeDef::new("thread_time", "()", |vm, _| seconds(vm, habu_vm::clock::thread())),
    NativeDef::new("thread_time_ns", "()", |vm, _| nanoseconds(vm, habu_vm::clock::thread())),
    NativeDef::new("sleep", "(seconds, /)", sleep),
    NativeDef::new("gmtime", "(seconds=None, /)", gmtime),
    NativeDef::new("localtime", "(seconds=None, /)", localtime),
    NativeDef::new("mktime", "(time_tuple, /)", mktime),
    NativeDef::new("strftime", "(format, time_tuple=None, /)", strftime),
    NativeDef::new("asctime", "(time_tuple=None, /)", asctime),
    NativeDef::new("ctime", "(seconds=None, /)", ctime),
    NativeDef::new("tzset", "()", tzset),
    NativeDef::new("get_clock_info", "(name, /)", clock_info),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(
        vm,
        "time",
        "This module provides various functions to manipulate time values.",
        FUNCTIONS,
    )?;
    let class = structseq::new_type(vm, "time", "struct_time", FIELDS, 9)?;
    vm.set_root(STRUCT, class.value());
    set(vm, m, "struct_time", class.value())?;
    vm.set_root(MODULE, m.value());
    set_zone(vm, m)?;
    set_text(vm, m, "__package__", "")?;
    Ok(m)
}

/// The constants of the zone, read from the environment.
fn set_zone(vm: &mut Vm, m: Gc<Module>) -> PyResult<()> {
    habu_vm::local_time::read_zone();
    // About the first of January and of July: the smaller offset is standard time, on either half of the earth.
    let year = (365 * 24 + 6) * 3600;
    let january = wall().as_secs() as i64 / year * year;
    let (a, b) = (calendar::local_zone(january), calendar::local_zone(january + year / 2));
    let (standard, summer) = if a.offset > b.offset { (b, a) } else { (a, b) };
    set(vm, m, "timezone", Value::small_int(-standard.offset))?;
    set(vm, m, "altzone", Value::small_int(-summer.offset))?;
    let differ = standard.offset != summer.offset;
    set(vm, m, "daylight", Value::small_int(i64::from(differ)))?;
    let names = [vm.new_str(&standard.name)?, vm.new_str(&summer.name)?];
    let names = vm.new_tuple(&names)?;
    set(vm, m, "tzname", names)
}

fn tzset(vm: &mut Vm, _: &[Value]) -> PyResult<Value> {
    if let Some(m) = vm.root(MODULE).cast::<Module>() {
        set_zone(vm, m)?;
    }
    Ok(Value::NONE)
}

fn wall() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Time since some moment before the program's start.
fn monotonic() -> PyResult<Duration> {
    Ok(habu_vm::clock::monotonic())
}

fn seconds(vm: &mut Vm, t: Duration) -> PyResult<Value> {
    vm.new_float(t.as_secs_f64())
}

fn nanoseconds(vm: &mut Vm, t: Duration) -> PyResult<Value> {
    vm.new_int(i64::try_from(t.as_nanos()).unwrap_or(i64::MAX))
}

fn sleep(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let s = as_f64(vm, v)?;
    if s.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if s < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    let Ok(length) = Duration::try_from_secs_f64(s) else {
        return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
    };
    let end = Instant::now().checked_add(length);
    loop {
        let left = end.map_or(length, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() && !length.is_zero() {
            return Ok(Value::NONE);
        }
        vm.pause(left);
        if vm.poll != 0 {
            vm.serve_poll()?;
        }
        if length.is_zero() {
            return Ok(Value::NONE);
        }
    }
}

/// Whole seconds of an argument, now if there is none.
fn timestamp(vm: &mut Vm, args: &[Value]) -> PyResult<i64> {
    let Some(v) = given(args, 0) else { return Ok(wall().as_secs() as i64) };
    if let Some(f) = float::get(v) {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if f.abs() >= 9.2e18 {
            return Err(out_of_range(vm));
        }
        return Ok(f.floor() as i64);
    }
    let n = vm.index(v)?;
    int::to_i64(n).ok_or_else(|| out_of_range(vm))
}

fn out_of_range(vm: &mut Vm) -> Raised {
    vm.overflow_error("timestamp out of range for platform time_t")
}

fn make(vm: &mut Vm, f: &Fields) -> PyResult<Value> {
    let n = Value::small_int;
    let zone = vm.new_str(&f.zone)?;
    let items = [
        n(f.year),
        n(f.month),
        n(f.day),
        n(f.hour),
        n(f.minute),
        n(f.second),
        n(f.weekday),
        n(f.yearday),
        n(f.dst),
        zone,
        n(f.offset),
    ];
    struct_time(vm, &items)
}

/// A struct_time; the items after the ninth are attributes only.
fn struct_time(vm: &mut Vm, items: &[Value]) -> PyResult<Value> {
    match vm.root(STRUCT).cast::<Type>() {
        Some(class) => structseq::new(vm, class, items),
        None => vm.new_tuple(items),
    }
}

fn year_in_range(vm: &mut Vm, f: Fields) -> PyResult<Fields> {
    if f.year.abs() > i64::from(i32::MAX) { Err(out_of_range(vm)) } else { Ok(f) }
}

fn gmtime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let t = timestamp(vm, args)?;
    let f = year_in_range(vm, calendar::fields(t, &Zone::utc("GMT")))?;
    make(vm, &f)
}

fn local(vm: &mut Vm, t: i64) -> PyResult<Fields> {
    year_in_range(vm, calendar::fields(t, &calendar::local_zone(t)))
}

fn localtime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let t = timestamp(vm, args)?;
    let f = local(vm, t)?;
    make(vm, &f)
}

/// The fields of a time tuple.
fn from_tuple(vm: &mut Vm, v: Value) -> PyResult<Fields> {
    let Some(t) = v.cast::<Tuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if t.len() != 9 {
        return Err(vm.type_error("strftime(): illegal time tuple argument"));
    }
    let mut n = [0; 9];
    for (i, slot) in n.iter_mut().enumerate() {
        *slot = vm.index_i64(t.get(i))?;
    }
    let limits: [(usize, i64, i64, &str); 7] = [
        (1, 0, 12, "month"),
        (2, 0, 31, "day of month"),
        (3, 0, 23, "hour"),
        (4, 0, 59, "minute"),
        (5, 0, 61, "seconds"),
        (6, -1, 6, "day of week"),
        (7, 0, 366, "day of year"),
    ];
    for (i, low, high, what) in limits {
        if n[i] < low || n[i] > high {
            return Err(vm.value_error(&format!("{what} out of range")));
        }
    }
    let extra = v.object().and_then(|o| vm.heap.side_get(o)).map(Value::from_bits);
    let extra = extra.and_then(|e| e.cast::<Tuple>()).filter(|e| e.len() == 2);
    let (zone, offset) = match extra {
        Some(e) if !e.get(0).is_none() => {
            (vm.text(e.get(0)), if e.get(1).is_int() { e.get(1).as_int() } else { 0 })
        }
        _ => {
            let seconds = calendar::days(n[0], n[1].max(1), n[2].max(1)) * 86_400;
            let zone = calendar::local_zone(seconds);
            (zone.name, zone.offset)
        }
    };
    Ok(Fields {
        year: n[0],
        month: n[1].max(1),
        day: n[2].max(1),
        hour: n[3],
        minute: n[4],
        second: n[5],
        weekday: n[6].rem_euclid(7),
        yearday: n[7].max(1),
        dst: n[8],
        zone,
        offset,
    })
}

fn mktime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(t) = arg(args, 0).cast::<Tuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if t.len() != 9 {
        return Err(vm.type_error("mktime(): illegal time tuple argument"));
    }
    let mut n = [0; 7];
    for (slot, i) in n.iter_mut().zip([0, 1, 2, 3, 4, 5, 8]) {
        let n = vm.index(t.get(i))?;
        *slot = match int::to_i64(n).map(i32::try_from) {
            Some(Ok(n)) => n,
            _ if int::is_negative(n) => {
                return Err(vm.overflow_error("signed integer is less than minimum"));
            }
            _ => return Err(vm.overflow_error("signed integer is greater than maximum")),
        };
    }
    match habu_vm::local_time::seconds_at(n) {
        Some(seconds) => vm.new_float(seconds as f64),
        None => Err(vm.overflow_error("mktime argument out of range")),
    }
}

fn fields_or_now(vm: &mut Vm, v: Option<Value>) -> PyResult<Fields> {
    match v {
        Some(v) => from_tuple(vm, v),
        None => local(vm, wall().as_secs() as i64),
    }
}

fn strftime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let format = text_arg(vm, arg(args, 0), "strftime() argument 1")?;
    let f = fields_or_now(vm, given(args, 1))?;
    vm.new_str(&format::strftime(&format, &f))
}

fn asctime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = fields_or_now(vm, given(args, 0))?;
    vm.new_str(&format::asctime(&f))
}

fn ctime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let t = timestamp(vm, args)?;
    let f = local(vm, t)?;
    vm.new_str(&format::asctime(&f))
}

fn clock_info(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = text_arg(vm, arg(args, 0), "get_clock_info() argument")?;
    let (function, monotonic, adjustable) = match name.as_str() {
        "time" => ("clock_gettime(CLOCK_REALTIME)", false, true),
        "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", true, false),
        "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
        "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
        _ => return Err(vm.raise_msg(Exc::ValueError, "unknown clock")),
    };
    let (function, resolution) = (vm.new_str(function)?, vm.new_float(1e-9)?);
    let entries = [
        ("implementation", function),
        ("monotonic", Value::bool(monotonic)),
        ("adjustable", Value::bool(adjustable)),
        ("resolution", resolution),
    ];
    crate::simple_namespace::new(vm, &entries)
}

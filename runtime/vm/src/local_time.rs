//! Local time, as the C library knows it from `TZ` and the system's files.

use std::ffi::CStr;

/// A time zone at a moment: seconds east of UTC, whether it is summer time, its name.
pub type Zone = (i64, bool, String);

fn zone_of(tm: &libc::tm) -> Zone {
    let name = match tm.tm_zone.is_null() {
        true => String::new(),
        // SAFETY: a text of the C library's, ended by a zero, that lives as long as the zone is not read anew.
        false => unsafe { CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned(),
    };
    (tm.tm_gmtoff, tm.tm_isdst > 0, name)
}

fn blank() -> libc::tm {
    // SAFETY: numbers and a pointer, of which zero is a value.
    unsafe { std::mem::zeroed() }
}

/// `tzset(3)`: reads `TZ` anew.
pub fn read_zone() {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: takes nothing; the environment is changed by this thread only.
    unsafe { tzset() };
}

/// The zone in force at seconds since 1970; None if the C library cannot tell.
pub fn zone_at(seconds: i64) -> Option<Zone> {
    let mut tm = blank();
    // SAFETY: both are places of ours.
    let found = unsafe { libc::localtime_r(&seconds, &mut tm) };
    if found.is_null() { None } else { Some(zone_of(&tm)) }
}

/// `mktime(3)`: the seconds of year, month (from 1), day, hour, minute, second and summer time (-1 where not known).
pub fn seconds_at(fields: [i32; 7]) -> Option<i64> {
    let [year, month, day, hour, minute, second, dst] = fields;
    let mut tm = blank();
    tm.tm_year = year.checked_sub(1900)?;
    tm.tm_mon = month.checked_sub(1)?;
    (tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec) = (day, hour, minute, second);
    tm.tm_isdst = dst;
    // The day of the week is only filled in where the time could be made out: -1 is a time, too.
    tm.tm_wday = -1;
    // SAFETY: a place of ours.
    let seconds = unsafe { libc::mktime(&mut tm) };
    if seconds == -1 && tm.tm_wday == -1 { None } else { Some(seconds) }
}

//! Days and dates. No leap seconds, as POSIX. Zones are the C library's.

/// A broken-down time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fields {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// Monday is 0.
    pub(super) weekday: i64,
    /// From 1.
    pub(super) yearday: i64,
    pub(super) dst: i64,
    pub(super) zone: String,
    /// Seconds east of UTC.
    pub(super) offset: i64,
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day number.
fn date(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let mp = (5 * of_year + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let day = of_year - (153 * mp + 2) / 5 + 1;
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The broken-down time of seconds since 1970 at an offset.
pub(super) fn fields(seconds: i64, zone: &Zone) -> Fields {
    let local = seconds.saturating_add(zone.offset);
    let (day_number, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = date(day_number);
    Fields {
        year,
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (day_number + 3).rem_euclid(7),
        yearday: day_number - days(year, 1, 1) + 1,
        dst: i64::from(zone.dst),
        zone: zone.name.clone(),
        offset: zone.offset,
    }
}

/// An offset with its name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Zone {
    pub(super) offset: i64,
    pub(super) dst: bool,
    pub(super) name: String,
}

impl Zone {
    pub(super) fn utc(name: &str) -> Zone {
        Zone { offset: 0, dst: false, name: name.to_owned() }
    }
}

/// The zone in force at a time where we are.
pub(super) fn local_zone(seconds: i64) -> Zone {
    match habu_vm::local_time::zone_at(seconds) {
        Some((offset, dst, name)) => Zone { offset, dst, name },
        None => Zone::utc("UTC"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_day_numbers_are_inverse() {
        for n in (-1_000_000..1_000_000).step_by(997) {
            let (y, m, d) = date(n);
            assert_eq!(days(y, m, d), n);
        }
        let f = fields(951_827_696, &Zone::utc("UTC"));
        assert_eq!(
            (f.year, f.month, f.day, f.hour, f.weekday, f.yearday),
            (2000, 2, 29, 12, 1, 60)
        );
    }
}

//! Days and dates, time zones from TZif files. No leap seconds, as POSIX.

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

/// A time zone's history.
pub(super) struct ZoneInfo {
    transitions: Vec<(i64, usize)>,
    zones: Vec<Zone>,
}

impl ZoneInfo {
    /// The zone that TZ or the system says; UTC if neither can be read.
    pub(super) fn local() -> ZoneInfo {
        let utc = || ZoneInfo { transitions: Vec::new(), zones: vec![Zone::utc("UTC")] };
        let path = match std::env::var("TZ") {
            Ok(tz) if tz.is_empty() => return utc(),
            Ok(tz) => {
                let tz = tz.trim_start_matches(':');
                if tz.starts_with('/') {
                    tz.to_owned()
                } else {
                    format!("/usr/share/zoneinfo/{tz}")
                }
            }
            Err(_) => "/etc/localtime".to_owned(),
        };
        std::fs::read(path).ok().and_then(|bytes| parse(&bytes)).unwrap_or_else(utc)
    }

    /// The zone in force at a time.
    pub(super) fn at(&self, seconds: i64) -> Zone {
        let n = self.transitions.partition_point(|t| t.0 <= seconds);
        let index = match n.checked_sub(1) {
            Some(i) => self.transitions[i].1,
            None => self.zones.iter().position(|z| !z.dst).unwrap_or(0),
        };
        self.zones.get(index).cloned().unwrap_or_else(|| Zone::utc("UTC"))
    }
}

fn number(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |n, b| n << 8 | i64::from(*b))
}

/// Reads a TZif file (RFC 8536), its 64-bit part where there is one.
fn parse(bytes: &[u8]) -> Option<ZoneInfo> {
    let first = Counts::read(bytes)?;
    if bytes.get(4)? < &b'2' {
        return first.block(bytes.get(44..)?, 4);
    }
    let second = bytes.get(44 + first.size(4)..)?;
    Counts::read(second)?.block(second.get(44..)?, 8)
}

struct Counts {
    utc: usize,
    std: usize,
    leap: usize,
    time: usize,
    kind: usize,
    chars: usize,
}

impl Counts {
    fn read(bytes: &[u8]) -> Option<Counts> {
        if bytes.get(..4)? != b"TZif" {
            return None;
        }
        let n = |i: usize| usize::try_from(number(bytes.get(20 + 4 * i..24 + 4 * i)?)).ok();
        Some(Counts { utc: n(0)?, std: n(1)?, leap: n(2)?, time: n(3)?, kind: n(4)?, chars: n(5)? })
    }

    fn size(&self, word: usize) -> usize {
        self.time * (word + 1)
            + self.kind * 6
            + self.chars
            + self.leap * (word + 4)
            + self.std
            + self.utc
    }

    fn block(&self, data: &[u8], word: usize) -> Option<ZoneInfo> {
        let times = data.get(..self.time * word)?;
        let kinds = data.get(times.len()..times.len() + self.time)?;
        let at = times.len() + kinds.len();
        let types = data.get(at..at + self.kind * 6)?;
        let names = data.get(at + types.len()..at + types.len() + self.chars)?;
        let transitions =
            times.chunks(word).map(number).zip(kinds.iter().map(|k| usize::from(*k))).collect();
        let zones = types
            .chunks(6)
            .map(|t| {
                let name = names.get(usize::from(t[5])..).unwrap_or_default();
                let name = name.split(|b| *b == 0).next().unwrap_or_default();
                let name = String::from_utf8_lossy(name).into_owned();
                Zone { offset: number(&t[..4]), dst: t[4] != 0, name }
            })
            .collect();
        Some(ZoneInfo { transitions, zones })
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

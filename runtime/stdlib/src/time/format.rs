//! `strftime` in the C locale.

use super::calendar::Fields;

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn day_name(f: &Fields) -> &'static str {
    DAYS[f.weekday.rem_euclid(7) as usize]
}

fn month_name(f: &Fields) -> &'static str {
    MONTHS[(f.month - 1).rem_euclid(12) as usize]
}

/// Year and week of ISO 8601.
fn iso_week(f: &Fields) -> (i64, i64) {
    let week = (f.yearday - 1 - f.weekday + 10) / 7;
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let weeks = |y: i64| {
        let first = (super::calendar::days(y, 1, 1) + 3).rem_euclid(7);
        if first == 3 || (first == 2 && leap(y)) { 53 } else { 52 }
    };
    if week < 1 {
        (f.year - 1, weeks(f.year - 1))
    } else if week > weeks(f.year) {
        (f.year + 1, 1)
    } else {
        (f.year, week)
    }
}

/// `Sun Jun 20 23:21:05 1993`
pub(super) fn asctime(f: &Fields) -> String {
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        &day_name(f)[..3],
        &month_name(f)[..3],
        f.day,
        f.hour,
        f.minute,
        f.second,
        f.year
    )
}

/// Formats a time; `seconds` is its time since 1970, for `%s`.
pub(super) fn strftime(format: &str, f: &Fields) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let Some(code) = chars.next() else {
            out.push('%');
            break;
        };
        match code {
            // glibc's flag for "no padding", and the locale's alternatives.
            '-' => {
                let Some(code) = chars.next() else { break };
                let text = directive(code, f);
                let trimmed = text.trim_start_matches(['0', ' ']);
                out.push_str(if trimmed.is_empty() { "0" } else { trimmed });
            }
            'E' | 'O' => {
                let Some(code) = chars.next() else { break };
                out.push_str(&directive(code, f));
            }
            code => out.push_str(&directive(code, f)),
        }
    }
    out
}

fn directive(code: char, f: &Fields) -> String {
    let hour12 = if f.hour % 12 == 0 { 12 } else { f.hour % 12 };
    match code {
        'a' => day_name(f)[..3].to_owned(),
        'A' => day_name(f).to_owned(),
        'b' | 'h' => month_name(f)[..3].to_owned(),
        'B' => month_name(f).to_owned(),
        'c' => asctime(f),
        'C' => format!("{:02}", f.year.div_euclid(100)),
        'd' => format!("{:02}", f.day),
        'D' | 'x' => format!("{:02}/{:02}/{:02}", f.month, f.day, f.year.rem_euclid(100)),
        'e' => format!("{:2}", f.day),
        'F' => format!("{}-{:02}-{:02}", f.year, f.month, f.day),
        'g' => format!("{:02}", iso_week(f).0.rem_euclid(100)),
        'G' => format!("{}", iso_week(f).0),
        'H' => format!("{:02}", f.hour),
        'I' => format!("{hour12:02}"),
        'j' => format!("{:03}", f.yearday),
        'k' => format!("{:2}", f.hour),
        'l' => format!("{hour12:2}"),
        'm' => format!("{:02}", f.month),
        'M' => format!("{:02}", f.minute),
        'n' => "\n".to_owned(),
        'p' => (if f.hour < 12 { "AM" } else { "PM" }).to_owned(),
        'P' => (if f.hour < 12 { "am" } else { "pm" }).to_owned(),
        'r' => format!("{hour12:02}:{:02}:{:02} {}", f.minute, f.second, directive('p', f)),
        'R' => format!("{:02}:{:02}", f.hour, f.minute),
        's' => {
            let days = super::calendar::days(f.year, f.month, f.day);
            (days * 86_400 + f.hour * 3600 + f.minute * 60 + f.second - f.offset).to_string()
        }
        'S' => format!("{:02}", f.second),
        't' => "\t".to_owned(),
        'T' | 'X' => format!("{:02}:{:02}:{:02}", f.hour, f.minute, f.second),
        'u' => (f.weekday + 1).to_string(),
        'U' => format!("{:02}", (f.yearday + 6 - (f.weekday + 1) % 7) / 7),
        'V' => format!("{:02}", iso_week(f).1),
        'w' => ((f.weekday + 1) % 7).to_string(),
        'W' => format!("{:02}", (f.yearday + 6 - f.weekday) / 7),
        'y' => format!("{:02}", f.year.rem_euclid(100)),
        'Y' => f.year.to_string(),
        'z' => {
            let (sign, n) = if f.offset < 0 { ('-', -f.offset) } else { ('+', f.offset) };
            format!("{sign}{:02}{:02}", n / 3600, n / 60 % 60)
        }
        'Z' => f.zone.clone(),
        '%' => "%".to_owned(),
        other => format!("%{other}"),
    }
}

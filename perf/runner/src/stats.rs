//! Medians, spreads and geometric means.

/// What a few repeated measurements of one thing say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Summary {
    /// `None` if there is nothing to summarise.
    pub(crate) fn of(values: &[f64]) -> Option<Summary> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Summary { median: median(values)?, min: *sorted.first()?, max: *sorted.last()? })
    }

    /// The full range as a fraction of the median.
    pub(crate) fn spread(&self) -> f64 {
        (self.max - self.min) / self.median
    }
}

pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

pub(crate) fn geomean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    Some((values.iter().map(|x| x.ln()).sum::<f64>() / values.len() as f64).exp())
}

/// The median of the last half of a process's iterations (of all, if only one).
pub(crate) fn steady(iterations: &[f64]) -> Option<f64> {
    median(&iterations[iterations.len() / 2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        let s = Summary::of(&[4.0, 1.0, 2.0]).unwrap();
        assert_eq!((s.min, s.median, s.max, s.spread()), (1.0, 2.0, 4.0, 1.5));
    }

    #[test]
    fn steady_state_is_the_last_half() {
        assert_eq!(steady(&[9.0]), Some(9.0));
        assert_eq!(steady(&[9.0, 1.0]), Some(1.0));
        assert_eq!(steady(&[9.0, 8.0, 1.0, 2.0, 3.0]), Some(2.0));
        assert_eq!(steady(&[]), None);
    }

    #[test]
    fn geomeans() {
        assert_eq!(geomean(&[]), None);
        assert!((geomean(&[2.0, 8.0]).unwrap() - 4.0).abs() < 1e-12);
    }
}

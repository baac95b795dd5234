//! Amounts of CNDR as people write them: decimal, exact to the last of the twelve places.

use candor_primitives::Balance;

/// Decimals of the token.
pub const DECIMALS: usize = 12;
/// Smallest units in one CNDR.
pub const ONE: Balance = 1_000_000_000_000;

/// Read an amount: `1.5`, `1.5 CNDR`, `1_000`, or smallest units as `1500000000000 planck`.
pub fn parse(text: &str) -> Result<Balance, String> {
    let clean: String = text.chars().filter(|c| !matches!(c, '_' | ' ')).collect();
    if let Some(planck) = clean.strip_suffix("planck") {
        return digits(planck)?.parse().map_err(|_| format!("`{text}` is too large"));
    }
    let number = clean.strip_suffix("CNDR").unwrap_or(&clean);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(format!("`{text}` is not an amount; write for example 1.5"));
    }
    if fraction.len() > DECIMALS {
        return Err(format!("`{text}` has more than {DECIMALS} decimal places; CNDR has no smaller unit"));
    }
    let padded = format!("{}{}{}", digits(whole)?, digits(fraction)?, "0".repeat(DECIMALS - fraction.len()));
    padded.parse().map_err(|_| format!("`{text}` is more than there can be"))
}

fn digits(text: &str) -> Result<&str, String> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text)
    } else {
        Err(format!("`{text}` is not a number; write an amount of CNDR, for example 1.5"))
    }
}

/// An amount in CNDR without the unit: `1.5`. Nothing is rounded.
pub fn decimal(amount: Balance) -> String {
    let (whole, fraction) = (amount / ONE, amount % ONE);
    if fraction == 0 {
        return whole.to_string();
    }
    let places = format!("{fraction:012}");
    format!("{whole}.{}", places.trim_end_matches('0'))
}

/// An amount with its unit: `1.5 CNDR`.
pub fn show(amount: Balance) -> String {
    format!("{} CNDR", decimal(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_should_be_exact_when_all_places_are_given() {
        assert_eq!(parse("0.000000000001"), Ok(1));
        assert_eq!(parse("1.5"), Ok(1_500_000_000_000));
        assert_eq!(parse("1"), Ok(ONE));
        assert_eq!(parse(".25 CNDR"), Ok(250_000_000_000));
        assert_eq!(parse("1_000CNDR"), Ok(1_000 * ONE));
        assert_eq!(parse("7 planck"), Ok(7));
        // A double could not hold this one.
        assert_eq!(parse("123456789012345.123456789012"), Ok(123_456_789_012_345_123_456_789_012));
    }

    #[test]
    fn parse_should_refuse_when_it_is_no_amount() {
        for bad in ["", ".", "1.2.3", "-1", "1e3", "abc", "0.0000000000001", "1,5", "+1", "CNDR", "1.5planck"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse("999999999999999999999999999999").is_err());
    }

    #[test]
    fn decimal_should_round_trip_when_parsed_again() {
        for amount in [0, 1, 10, ONE - 1, ONE, ONE + 1, 1_500_000_000_000, Balance::MAX / ONE * ONE] {
            assert_eq!(parse(&decimal(amount)), Ok(amount));
        }
        assert_eq!(show(1_500_000_000_000), "1.5 CNDR");
        assert_eq!(show(0), "0 CNDR");
    }
}

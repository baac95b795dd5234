//! DER, written.

/// An element of this tag.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let len = content.len();
    match len {
        0..=0x7f => bytes.push(len as u8),
        0x80..=0xff => bytes.extend([0x81, len as u8]),
        _ => {
            bytes.push(0x82);
            bytes.extend((len as u16).to_be_bytes());
        },
    }
    bytes.extend(content);
    bytes
}

/// A sequence of elements.
pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &elements.concat())
}

/// An unsigned integer.
pub fn unsigned(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let mut content = number[zeros..].to_vec();
    if content.first().is_none_or(|byte| byte & 0x80 != 0) {
        content.insert(0, 0);
    }
    element(2, &content)
}

/// A bit string of whole bytes.
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    element(3, &[&[0], bytes].concat())
}

/// An object identifier by its content.
pub fn id(content: &[u8]) -> Vec<u8> {
    element(6, content)
}

/// A name of which only the common name is given.
pub fn name(common: &str) -> Vec<u8> {
    let pair = sequence(&[id(&[0x55, 4, 3]), element(0x0c, common.as_bytes())]);
    sequence(&[element(0x31, &pair)])
}

/// Seconds since 1970 as a date of the Gregorian calendar.
pub fn calendar(seconds: u64) -> (u64, u64, u64, u64, u64, u64) {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's `civil_from_days`.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day, rest / 3600, rest / 60 % 60, rest % 60)
}

/// A date as certificates have it.
pub fn time(seconds: u64) -> Vec<u8> {
    let (year, month, day, hour, minute, second) = calendar(seconds);
    let text = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    element(0x18, text.as_bytes())
}

/// A date as Intel's JSON has it.
pub fn date(seconds: u64) -> String {
    let (year, month, day, hour, minute, second) = calendar(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Bytes as text in base 64, in lines of 64, as a certificate.
pub fn pem(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in der.chunks(48) {
        for group in line.chunks(3) {
            let number =
                group.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            for place in 0..4 {
                let digit = DIGITS[(number >> (18 - 6 * place)) as usize % 64];
                text.push(if place > group.len() { '=' } else { digit.into() });
            }
        }
        text.push('\n');
    }
    text + "-----END CERTIFICATE-----\n"
}

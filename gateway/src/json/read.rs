//! A reader that walks over a text.

use std::borrow::Cow;

/// Deepest nesting that is skipped.
const MAX_DEPTH: u32 = 128;

/// The text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at byte {at}: {what}")]
pub struct Broken {
    /// Where.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// A place in a JSON text.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// At the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Bytes that are still to be read.
    pub fn rest(&self) -> usize {
        self.text.len().saturating_sub(self.at)
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// That something is wrong here.
    pub fn broken(&self, what: &'static str) -> Broken {
        Broken { at: self.at, what }
    }

    /// The next byte that is no white space; it is not consumed. Zero at the end.
    #[inline]
    pub fn peek(&mut self) -> u8 {
        loop {
            match self.bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    /// Consume `byte` if it is next.
    #[inline]
    pub fn eat(&mut self, byte: u8) -> bool {
        let next = self.peek() == byte;
        self.at += usize::from(next);
        next
    }

    /// Consume `word` if it is next, such as `true`.
    #[inline]
    pub fn eat_word(&mut self, word: &str) -> bool {
        self.peek();
        let next = self.bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        self.at += if next { word.len() } else { 0 };
        next
    }

    /// That nothing but white space follows.
    pub fn end(&mut self) -> Result<(), Broken> {
        self.peek();
        if self.rest() == 0 {
            Ok(())
        } else {
            Err(self.broken("something follows the value"))
        }
    }

    /// After an item of a list or object: whether another follows. Consumes the comma, or `close`.
    #[inline]
    pub fn more(&mut self, close: u8) -> Result<bool, Broken> {
        match self.peek() {
            b',' => {
                self.at += 1;
                Ok(true)
            },
            byte if byte == close => {
                self.at += 1;
                Ok(false)
            },
            _ => Err(self.broken(if close == b']' { "expected `,` or `]`" } else { "expected `,` or `}`" })),
        }
    }

    /// Read an object; `each` must consume the value of the key that it is given.
    pub fn object<E: From<Broken>>(&mut self, mut each: impl FnMut(&str, &mut Self) -> Result<(), E>) -> Result<(), E> {
        if !self.eat(b'{') {
            return Err(self.broken("expected an object").into());
        }
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let key = self.string()?;
            if !self.eat(b':') {
                return Err(self.broken("expected `:`").into());
            }
            each(&key, self)?;
            if !self.more(b'}')? {
                return Ok(());
            }
        }
    }

    /// Read a list; `each` must consume the item whose index it is given.
    pub fn list<E: From<Broken>>(&mut self, mut each: impl FnMut(usize, &mut Self) -> Result<(), E>) -> Result<(), E> {
        if !self.eat(b'[') {
            return Err(self.broken("expected a list").into());
        }
        if self.eat(b']') {
            return Ok(());
        }
        for index in 0.. {
            each(index, self)?;
            if !self.more(b']')? {
                break;
            }
        }
        Ok(())
    }

    /// Read a string.
    pub fn string(&mut self) -> Result<Cow<'a, str>, Broken> {
        let (from, to, plain) = self.string_span()?;
        if plain {
            return Ok(Cow::Borrowed(&self.text[from + 1..to - 1]));
        }
        let text = serde_json::from_str::<String>(&self.text[from..to]);
        text.map(Cow::Owned).map_err(|_| Broken { at: from, what: "the string has an escape that means nothing" })
    }

    /// Consume a string; where it begins and ends with its quotes, and whether it has no escapes.
    fn string_span(&mut self) -> Result<(usize, usize, bool), Broken> {
        if self.peek() != b'"' {
            return Err(self.broken("expected a string"));
        }
        let from = self.at;
        let bytes = self.bytes();
        let mut at = from + 1;
        let mut plain = true;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return Err(Broken { at: from, what: "the string does not end" });
            };
            if let Some(control) = rest[..found].iter().position(|byte| *byte < 0x20) {
                return Err(Broken { at: at + control, what: "a string has a control character that is not escaped" });
            }
            at += found;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Ok((from, at + 1, plain));
            }
            plain = false;
            at += 2;
        }
    }

    /// Read a number as it is written.
    #[inline]
    pub fn number(&mut self) -> Result<&'a str, Broken> {
        self.peek();
        let from = self.at;
        let bytes = self.bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let digits = |mut at: usize| {
            while byte(at).is_ascii_digit() {
                at += 1;
            }
            at
        };
        let mut at = from + usize::from(byte(from) == b'-');
        let whole = at;
        at = digits(at);
        let zero_first = byte(whole) == b'0' && at > whole + 1;
        if at == whole || zero_first {
            return Err(self.broken(if zero_first { "a number begins with 0" } else { "expected a number" }));
        }
        if byte(at) == b'.' {
            let fraction = at + 1;
            at = digits(fraction);
            if at == fraction {
                return Err(Broken { at, what: "a number ends with `.`" });
            }
        }
        if matches!(byte(at), b'e' | b'E') {
            at += 1 + usize::from(matches!(byte(at + 1), b'+' | b'-'));
            let exponent = at;
            at = digits(exponent);
            if at == exponent {
                return Err(Broken { at, what: "a number has no exponent after `e`" });
            }
        }
        self.at = at;
        Ok(&self.text[from..at])
    }

    /// Consume any value; its text. `NaN` and infinities are values here.
    pub fn skip(&mut self) -> Result<&'a str, Broken> {
        self.peek();
        let from = self.at;
        self.skip_value(0)?;
        Ok(&self.text[from..self.at])
    }

    fn skip_value(&mut self, depth: u32) -> Result<(), Broken> {
        if depth > MAX_DEPTH {
            return Err(self.broken("it is nested too deeply"));
        }
        match self.peek() {
            b'{' => self.object(|_, reader| reader.skip_value(depth + 1)),
            b'[' => self.list(|_, reader| reader.skip_value(depth + 1)),
            b'"' => self.string().map(drop),
            b't' if self.eat_word("true") => Ok(()),
            b'f' if self.eat_word("false") => Ok(()),
            b'n' if self.eat_word("null") => Ok(()),
            b'N' if self.eat_word("NaN") => Ok(()),
            b'I' if self.eat_word("Infinity") => Ok(()),
            b'-' if self.eat_word("-Infinity") => Ok(()),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            _ => Err(self.broken("expected a value")),
        }
    }

    /// Consume a value that is `true` or `false`; `None`, and consume nothing, if it is neither.
    pub fn boolean(&mut self) -> Option<bool> {
        if self.eat_word("true") {
            Some(true)
        } else if self.eat_word("false") {
            Some(false)
        } else {
            None
        }
    }
}

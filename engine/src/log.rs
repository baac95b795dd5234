//! Lines of the log. Much of what they say was written by strangers: names in a model, where a call's input lies, what
//! another host answered. None of it may speak to the terminal on which the log is read, or look like a line of its own.

use std::io::{self, Write};

/// Writes events, each as one line of plain text.
pub(crate) struct Lines<W>(pub(crate) W);

impl<W: Write> Write for Lines<W> {
    /// The whole of an event is given at once.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let (text, end) = match event.split_last() {
            Some((b'\n', text)) => (text, "\n"),
            _ => (event, ""),
        };
        let mut line = String::with_capacity(event.len());
        for letter in String::from_utf8_lossy(text).chars() {
            match letter.is_control() || turns(letter) {
                true => line.extend(letter.escape_default()),
                false => line.push(letter),
            }
        }
        line.push_str(end);
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Whether a letter turns the direction in which those after it are shown.
const fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What the log says where `doing` writes to it.
    fn logged(doing: impl FnOnce()) -> String {
        let written = Written::default();
        let writer = written.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || Lines(writer.clone())).finish();
        tracing::subscriber::with_default(log, doing);
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_should_not_speak_to_the_terminal_when_a_stranger_wrote_its_text() {
        let text = "https://a/\u{1b}[2J\u{9b}2J\u{202e}\u{7}\r\n2026-01-01 ERROR all is lost";
        let error = io::Error::other(text);
        let log = logged(|| tracing::info!(source = text, %error, "{text}"));
        assert!(!log.trim_end_matches('\n').chars().any(|c| c.is_control() || turns(c)), "{log:?}");
        assert_eq!(log.lines().count(), 1, "{log:?}");
        assert!(log.contains("\\u{1b}[2J") && log.contains("all is lost"), "{log:?}");
    }

    #[test]
    fn a_line_should_be_as_it_was_written_when_nothing_in_it_is_odd() {
        let log = logged(|| tracing::info!(release = 3, "größe \"5\" \\ 雪"));
        assert!(log.ends_with(" größe \"5\" \\ 雪 release=3\n"), "{log:?}");
    }
}

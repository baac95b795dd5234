//! The lies.

use std::{path::PathBuf, str::FromStr};

/// What `--help` says of them.
pub const LIES: &str = "\
Lies of a host about its calls:
  other-model:GRAPH      answers with another prepared graph of the same inputs and outputs
  stale-release:GRAPH    the same, said of an earlier release
  quantised              answers with its weights rounded to 8 bits
  flip-output            flips the lowest bit of one element of the answer
  flip-hidden[:NODE]     flips the lowest bit inside the model that reaches the answer, computes on honestly
  cached                 gives the answer of the call before
  noise                  adds a little noise to the answer
  rescaled[:FACTOR]      multiplies the answer
  false-failure[:NODE]   says that the model fails
  stale-trace            gives the right answer, and shows the trace of another call
  withhold-result, withhold-digest, withhold-trace, withhold-chunk, withhold-sample
                         does not answer this question (a sample is a call of a session that was drawn for audit)
  withhold-input         flips a bit of the answer, and gives nobody the inputs that lie off chain
  wrong-digest           gives another digest than that of its run
  equivocate:FILE        signs a second receipt for each call and appends it to FILE
Lies of an auditor about others:
  asleep                 finds every receipt right, with a digest made up
  copied-digest:FILE     gives the digest that stands in FILE as hex, as if read off the chain
  false-accusation       finds every receipt wrong

Example:
  candor-liar --lie flip-hidden:12 serve --data-dir ./liar --token-file ./token --worker-key-file ./worker.key
  CANDOR_LIE=flip-output candor-node --engine --engine-path candor-liar ...";

/// A lie.
#[derive(Clone, Debug, PartialEq)]
pub enum Lie {
    /// Another graph answers.
    OtherModel(PathBuf),
    /// An earlier release's graph answers.
    StaleRelease(PathBuf),
    /// Weights in 8 bits.
    Quantised,
    /// One bit of the answer.
    FlipOutput,
    /// One bit of what a node makes; of a node in the middle if none is named.
    FlipHidden(Option<usize>),
    /// The answer of the call before.
    Cached,
    /// A little noise.
    Noise,
    /// The answer times this.
    Rescaled(f32),
    /// The model is said to fail at this node.
    FalseFailure(u32),
    /// Right answer, trace of another call.
    StaleTrace,
    /// No result.
    WithholdResult,
    /// No digest.
    WithholdDigest,
    /// No trace.
    WithholdTrace,
    /// The roots, but nothing that leads to them.
    WithholdChunk,
    /// No call of a session that was drawn for audit.
    WithholdSample,
    /// A wrong answer, and none of the inputs.
    WithholdInput,
    /// Another digest.
    WrongDigest,
    /// Two receipts for each call; the second one is appended here.
    Equivocate(PathBuf),
    /// Audits without a run.
    Asleep,
    /// Audits with somebody else's digest, from this file.
    CopiedDigest(PathBuf),
    /// Audits that find fault with everything.
    FalseAccusation,
}

impl FromStr for Lie {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, param) = text.split_once(':').map_or((text, None), |(name, param)| (name, Some(param)));
        let file = || param.map(PathBuf::from).ok_or_else(|| format!("{name} needs a file: {name}:FILE"));
        let number = |what: &str| format!("{name}:{what} needs a number");
        let node = || param.map(|p| p.parse::<u32>().map_err(|_| number("NODE"))).transpose();
        let lie = match name {
            "other-model" => Self::OtherModel(file()?),
            "stale-release" => Self::StaleRelease(file()?),
            "quantised" => Self::Quantised,
            "flip-output" => Self::FlipOutput,
            "flip-hidden" => return Ok(Self::FlipHidden(node()?.map(|n| n as usize))),
            "cached" => Self::Cached,
            "noise" => Self::Noise,
            "rescaled" => {
                let factor = param.map(|p| p.parse().map_err(|_| number("FACTOR"))).transpose()?;
                return Ok(Self::Rescaled(factor.unwrap_or(1.5)));
            },
            "false-failure" => return Ok(Self::FalseFailure(node()?.unwrap_or(0))),
            "stale-trace" => Self::StaleTrace,
            "withhold-result" => Self::WithholdResult,
            "withhold-digest" => Self::WithholdDigest,
            "withhold-trace" => Self::WithholdTrace,
            "withhold-chunk" => Self::WithholdChunk,
            "withhold-sample" => Self::WithholdSample,
            "withhold-input" => Self::WithholdInput,
            "wrong-digest" => Self::WrongDigest,
            "equivocate" => Self::Equivocate(file()?),
            "asleep" => Self::Asleep,
            "copied-digest" => Self::CopiedDigest(file()?),
            "false-accusation" => Self::FalseAccusation,
            _ => return Err(format!("there is no lie {name}; --help lists them")),
        };
        Ok(lie)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lie_should_be_read_when_it_is_listed() {
        for line in LIES.lines().filter(|l| l.starts_with("  ") && !l.contains("candor-liar") && !l.contains("LIE=")) {
            let words = line.trim().split("  ").next().unwrap_or_default();
            for word in words.split(", ").filter(|w| w.chars().next().is_some_and(char::is_alphabetic)) {
                if word.contains(' ') {
                    continue;
                }
                let (name, param) = word.split_once([':', '[']).map_or((word, None), |(n, p)| (n, Some(p)));
                let with = if param.is_some_and(|p| p.contains("NODE") || p.contains("FACTOR")) { "3" } else { "file" };
                let text = param.map_or_else(|| name.to_owned(), |_| format!("{name}:{with}"));
                assert!(text.parse::<Lie>().is_ok(), "{text}");
            }
        }
        assert_eq!("flip-hidden:7".parse(), Ok(Lie::FlipHidden(Some(7))));
        assert_eq!("rescaled".parse(), Ok(Lie::Rescaled(1.5)));
    }

    #[test]
    fn lie_should_be_refused_with_words_when_it_is_unknown_or_lacks_its_file() {
        assert!("honest".parse::<Lie>().unwrap_err().contains("--help"));
        assert!("other-model".parse::<Lie>().unwrap_err().contains("file"));
        assert!("flip-hidden:x".parse::<Lie>().unwrap_err().contains("number"));
    }
}

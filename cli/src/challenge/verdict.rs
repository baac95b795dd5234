//! How a dispute ends, as the chain's events tell it.

use crate::{
    amounts,
    chain::{Chain, Event, Head},
    errors::Result,
};
use candor_primitives::DisputeId;
use serde_json::{json, Value};

/// Most blocks that are looked back for the end of a dispute.
const MOST_BACK: usize = 256;

/// The end of a dispute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Convicted {
    /// Of what.
    pub offence: String,
    /// Taken from the host's own stake and from those who stake for it, and what could not be taken, in planck.
    pub taken: [u128; 3],
    /// Given to the requester, given to whoever proved it, burned, in planck.
    pub given: [u128; 3],
    /// What the requester got back out of escrow, in planck.
    pub refunded: u128,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The host was convicted.
    Convicted(Convicted),
    /// Nobody showed a fault in time.
    Upheld,
    /// The chain closed the dispute without a verdict.
    Dismissed,
    /// The dispute is over, and how is not in the blocks that were looked at.
    Unknown,
}

impl Verdict {
    /// One word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Convicted(_) => "convicted",
            Self::Upheld => "upheld",
            Self::Dismissed => "dismissed",
            Self::Unknown => "unknown",
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let Self::Convicted(c) = self else { return json!({ "verdict": self.word() }) };
        let ([own, delegated, missing], [requester, challenger, burned]) =
            (c.taken.map(amounts::decimal), c.given.map(amounts::decimal));
        json!({
            "verdict": self.word(), "offence": c.offence, "own_stake": own, "delegated": delegated, "missing": missing,
            "to_requester": requester, "to_challenger": challenger, "burned": burned,
            "refunded": amounts::decimal(c.refunded),
        })
    }

    /// As text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Convicted(c) => {
                let ([own, delegated, missing], [requester, challenger, burned]) =
                    (c.taken.map(amounts::show), c.given.map(amounts::show));
                format!(
                    "The host is convicted: {}.\nslashed    {own} of its own, {delegated} staked for it, {missing} missing\n\
                     requester  {requester} and its fee of {} back\nchallenger {challenger}\nburned     {burned}\n",
                    offence(&c.offence),
                    amounts::show(c.refunded)
                )
            },
            Self::Upheld => "The receipt stands: nothing was shown against it in time.\n".into(),
            Self::Dismissed => {
                "The dispute was closed without a verdict; everything that was held is free again.\n".into()
            },
            Self::Unknown => "The dispute is over; how it ended is in the chain's events.\n".into(),
        }
    }
}

/// The chain's names of offences, in words.
fn offence(name: &str) -> String {
    match name {
        "FalseRun" => "its run is false".into(),
        "NoTrace" => "it did not show its trace in time".into(),
        "NoOpening" => "it did not open a part of its trace in time".into(),
        "Equivocation" => "it signed two outcomes of one call".into(),
        other => other.to_lowercase(),
    }
}

/// What an event says of a dispute, if it ends one.
pub fn of_event(event: &Event, dispute: DisputeId) -> Option<Verdict> {
    if event.pallet != "Challenges" || event.number("dispute") != Some(dispute.into()) {
        return None;
    }
    match event.name.as_str() {
        "HostConvicted" => {
            let slashed = |field| event.number_in("slashed", field).unwrap_or(0);
            Some(Verdict::Convicted(Convicted {
                offence: event.variant("offence").unwrap_or_default().to_owned(),
                taken: ["self_stake", "delegated", "missing"].map(slashed),
                given: ["compensated", "rewarded", "burned"].map(slashed),
                refunded: event.number("refunded").unwrap_or(0),
            }))
        },
        "ReceiptUpheld" => Some(Verdict::Upheld),
        "DisputeDismissed" => Some(Verdict::Dismissed),
        _ => None,
    }
}

/// The verdict in the blocks after `since` up to `head`.
pub async fn find(chain: &Chain, dispute: DisputeId, since: Head, head: Head) -> Result<Verdict> {
    let mut at = head;
    for _ in 0..MOST_BACK {
        let events = chain.events(at).await?;
        if let Some(verdict) = events.iter().find_map(|event| of_event(event, dispute)) {
            return Ok(verdict);
        }
        if at.number <= since.number {
            break;
        }
        at = chain.parent(at).await?;
    }
    Ok(Verdict::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amounts::ONE;

    #[test]
    fn conviction_should_tell_every_amount_when_it_is_shown() {
        let verdict = Verdict::Convicted(Convicted {
            offence: "FalseRun".into(),
            taken: [3 * ONE, 2 * ONE, 0],
            given: [ONE, ONE / 2, 3 * ONE + ONE / 2],
            refunded: ONE / 1_000,
        });
        let text = verdict.to_text();
        for words in
            ["its run is false", "3 CNDR of its own", "2 CNDR staked", "0.001 CNDR back", "burned     3.5 CNDR"]
        {
            assert!(text.contains(words), "{text}");
        }
        assert_eq!(verdict.to_json()["to_challenger"], "0.5");
        assert_eq!(Verdict::Upheld.to_json(), json!({ "verdict": "upheld" }));
    }
}

//! What the state of the best block says of changes that are coming: referenda, and an upgrade of the runtime.

use candor_runtime::{Runtime, System};
use pallet_referenda::{ReferendumInfo, ReferendumInfoFor};
use prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64};
use std::collections::BTreeMap;

/// What was found: referenda by value of the label.
pub struct Found {
    referenda: BTreeMap<&'static str, u64>,
    authorized: bool,
}

/// Looks through all referenda there ever were: each costs its sender a deposit, so they are few.
pub fn read() -> Found {
    let mut referenda: BTreeMap<_, u64> = ["preparing", "deciding", "confirming"].map(|state| (state, 0)).into();
    for info in ReferendumInfoFor::<Runtime>::iter_values() {
        let ReferendumInfo::Ongoing(status) = info else { continue };
        let state = match status.deciding {
            None => "preparing",
            Some(deciding) if deciding.confirming.is_some() => "confirming",
            Some(_) => "deciding",
        };
        *referenda.entry(state).or_default() += 1;
    }
    Found { referenda, authorized: System::authorized_upgrade().is_some() }
}

/// Gauges of governance.
pub struct Gauges {
    referenda: GaugeVec<U64>,
    authorized: Gauge<U64>,
}

impl Gauges {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let referenda = Opts::new("candor_referenda", "Referenda under way, by state");
        let authorized =
            Gauge::new("candor_upgrade_authorized", "1 while an upgrade is authorised that anyone can apply")?;
        Ok(Self {
            referenda: register(GaugeVec::new(referenda, &["state"])?, registry)?,
            authorized: register(authorized, registry)?,
        })
    }

    /// Shows what was found.
    pub fn set(&self, found: &Found) {
        found.referenda.iter().for_each(|(label, count)| self.referenda.with_label_values(&[label]).set(*count));
        self.authorized.set(found.authorized.into());
    }
}

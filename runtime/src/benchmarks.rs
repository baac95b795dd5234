//! Pallets whose calls are benchmarked (`scripts/bench weights`).

frame_benchmarking::define_benchmarks!(
    [pallet_models, Models]
    [pallet_hosts, Hosts]
    [pallet_jobs, Jobs]
    [pallet_stake_pools, StakePools]
    [pallet_validators, Validators]
    [pallet_audits, Audits]
    [pallet_challenges, Challenges]
    [pallet_sessions, Sessions]
    [pallet_attestations, IntelAttestations]
    [pallet_attestations_amd, AmdAttestations]
);

//! Pallets whose calls are benchmarked (`scripts/bench weights`). A pallet's second instance has a name of its own; that of validators'
//! pools takes the weights of the hosts' pools, and is measured to see that they suffice (`scripts/bench underweight`).

frame_benchmarking::define_benchmarks!(
    [pallet_models, Models]
    [pallet_hosts, Hosts]
    [pallet_jobs, Jobs]
    [pallet_stake_pools, StakePools]
    [pallet_stake_pools_validators, ValidatorPools]
    [pallet_validators, Validators]
    [pallet_audits, Audits]
    [pallet_challenges, Challenges]
    [pallet_sessions, Sessions]
    [pallet_attestations, IntelAttestations]
    [pallet_attestations_amd, AmdAttestations]
);

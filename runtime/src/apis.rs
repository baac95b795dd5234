//! Runtime APIs.

// The macro generates undocumented items.
#![allow(missing_docs)]

use crate::{
    configs::BABE_GENESIS_EPOCH_CONFIG, opaque::SessionKeys, presets, AccountId, AmdAttestations, Audits,
    AuthorityDiscovery, Babe, Balance, Block, Challenges, Executive, Grandpa, Hash, Historical, Hosts, InherentDataExt,
    IntelAttestations, Jobs, Models, Nonce, Runtime, RuntimeCall, RuntimeGenesisConfig, Sessions, StakePools, System,
    TransactionPayment, ValidatorPools, Validators, EPOCH_SLOTS, VERSION,
};
use alloc::vec::Vec;
use candor_primitives::{
    traits::ReceiptKey, worker::Demand, DisputeId, JobId, ReceiptPath, ReleaseId, ScheduleId, SessionId, Units,
};
use candor_runtime_api::{
    attestations::AttestationView,
    audits::AuditView,
    sessions::{BatchView, SampleView, SessionQuote, SessionQuoteError, SessionView},
    validators::ValidatorView,
    views::{
        DisputeView, HostView, JobView, OfferView, PoolView, PositionView, Quote, QuoteError, ReleaseView, Run,
        ScheduleView,
    },
};
use codec::Encode;
use frame_support::traits::KeyOwnerProofSystem;
use frame_support::{
    genesis_builder_helper::{build_state, get_preset},
    view_functions::{ViewFunctionDispatchError, ViewFunctionId},
    weights::Weight,
};
use pallet_grandpa::AuthorityId as GrandpaId;
use sp_api::impl_runtime_apis;
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    traits::{Block as BlockT, NumberFor},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block);
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
        fn execute_view_function(id: ViewFunctionId, input: Vec<u8>) -> Result<Vec<u8>, ViewFunctionDispatchError> {
            Runtime::execute_view_function(id, input)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(block: <Block as BlockT>::LazyBlock, data: InherentData) -> CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            tx: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, tx, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_consensus_babe::BabeApi<Block> for Runtime {
        fn configuration() -> sp_consensus_babe::BabeConfiguration {
            let epoch = Babe::epoch_config().unwrap_or(BABE_GENESIS_EPOCH_CONFIG);
            sp_consensus_babe::BabeConfiguration {
                slot_duration: Babe::slot_duration(),
                epoch_length: EPOCH_SLOTS,
                c: epoch.c,
                authorities: Babe::authorities().to_vec(),
                randomness: Babe::randomness(),
                allowed_slots: epoch.allowed_slots,
            }
        }

        fn current_epoch_start() -> sp_consensus_babe::Slot {
            Babe::current_epoch_start()
        }

        fn current_epoch() -> sp_consensus_babe::Epoch {
            Babe::current_epoch()
        }

        fn next_epoch() -> sp_consensus_babe::Epoch {
            Babe::next_epoch()
        }

        fn generate_key_ownership_proof(
            _slot: sp_consensus_babe::Slot,
            authority_id: sp_consensus_babe::AuthorityId,
        ) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
            let proof = Historical::prove((sp_consensus_babe::KEY_TYPE, authority_id))?;
            Some(sp_consensus_babe::OpaqueKeyOwnershipProof::new(proof.encode()))
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            proof: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
            key_owner_proof: sp_consensus_babe::OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            Babe::submit_unsigned_equivocation_report(proof, key_owner_proof.decode()?)
        }
    }

    impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
        fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
            Grandpa::grandpa_authorities()
        }

        fn current_set_id() -> sp_consensus_grandpa::SetId {
            pallet_grandpa::CurrentSetId::<Runtime>::get()
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            proof: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
            key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            Grandpa::submit_unsigned_equivocation_report(proof, key_owner_proof.decode()?)
        }

        fn generate_key_ownership_proof(
            _set_id: sp_consensus_grandpa::SetId,
            authority_id: GrandpaId,
        ) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
            let proof = Historical::prove((sp_consensus_grandpa::KEY_TYPE, authority_id))?;
            Some(sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(proof.encode()))
        }
    }

    impl sp_authority_discovery::AuthorityDiscoveryApi<Block> for Runtime {
        fn authorities() -> Vec<AuthorityDiscoveryId> {
            AuthorityDiscovery::authorities()
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
        fn query_info(
            uxt: <Block as BlockT>::Extrinsic,
            len: u32,
        ) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(uxt, len)
        }

        fn query_fee_details(
            uxt: <Block as BlockT>::Extrinsic,
            len: u32,
        ) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_fee_details(uxt, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall> for Runtime {
        fn query_call_info(call: RuntimeCall, len: u32) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_call_info(call, len)
        }

        fn query_call_fee_details(call: RuntimeCall, len: u32) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_call_fee_details(call, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl candor_runtime_api::ModelsApi<Block> for Runtime {
        fn release(id: ReleaseId) -> Option<ReleaseView> {
            Models::release_view(id)
        }

        fn find_release(publisher: AccountId, name: Vec<u8>, version: Vec<u8>) -> Option<ReleaseId> {
            Models::find_release(publisher, name, version)
        }

        fn releases(start: ReleaseId, limit: u32) -> Vec<ReleaseView> {
            Models::release_views(start, limit)
        }
    }

    impl candor_runtime_api::HostsApi<Block> for Runtime {
        fn host(account: AccountId) -> Option<HostView> {
            Hosts::host_view(account)
        }

        fn hosts(start: Option<AccountId>, limit: u32) -> Vec<HostView> {
            Hosts::host_views(start, limit)
        }

        fn offers(release: ReleaseId, start: u32, limit: u32) -> Vec<OfferView> {
            Hosts::offer_views(release, start, limit)
        }
    }

    impl candor_runtime_api::JobsApi<Block> for Runtime {
        fn quote(release: ReleaseId, shapes: Vec<Vec<u32>>) -> Result<Quote, QuoteError> {
            Jobs::quote(release, shapes)
        }

        fn job(id: JobId) -> Option<JobView> {
            Jobs::job_view(id)
        }

        fn jobs_of(account: AccountId, start: JobId, limit: u32) -> Vec<JobView> {
            Jobs::job_views_of(account, start, limit)
        }

        fn schedule(id: ScheduleId) -> Option<ScheduleView> {
            Jobs::schedule_view(id)
        }

        fn schedules_of(account: AccountId, start: ScheduleId, limit: u32) -> Vec<ScheduleView> {
            Jobs::schedule_views_of(account, start, limit)
        }

        fn runs(id: ScheduleId, start: u32, limit: u32) -> Vec<Run> {
            Jobs::history_of(id, start, limit)
        }
    }

    impl candor_runtime_api::SessionsApi<Block> for Runtime {
        fn quote_session(
            release: ReleaseId,
            host: Option<AccountId>,
            max_units: Units,
            deposit: Balance,
            attested: bool,
        ) -> Result<SessionQuote, SessionQuoteError> {
            Sessions::quote_session(release, host, max_units, deposit, attested)
        }

        fn session(id: SessionId) -> Option<SessionView> {
            Sessions::session_view(id)
        }

        fn sessions_of(requester: AccountId, start: SessionId, limit: u32) -> Vec<SessionView> {
            Sessions::session_views_of(requester, start, limit)
        }

        fn sessions_at(host: AccountId, start: SessionId, limit: u32) -> Vec<SessionView> {
            Sessions::session_views_at(host, start, limit)
        }

        fn batch(session: SessionId, number: u32) -> Option<BatchView> {
            Sessions::batch_view(session, number)
        }

        fn samples_at(host: AccountId, limit: u32) -> Vec<SampleView> {
            Sessions::sample_views_at(host, limit)
        }
    }

    impl candor_runtime_api::StakeApi<Block> for Runtime {
        fn pool(operator: AccountId) -> Option<PoolView> {
            StakePools::pool(operator)
        }

        fn pools(start: Option<AccountId>, limit: u32) -> Vec<PoolView> {
            StakePools::pools(start, limit)
        }

        fn positions(staker: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
            StakePools::positions(staker, start, limit)
        }

        fn stakers(pool: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
            StakePools::stakers(pool, start, limit)
        }
    }

    impl candor_runtime_api::ValidatorsApi<Block> for Runtime {
        fn validator(account: AccountId) -> Option<ValidatorView> {
            Validators::validator(account)
        }

        fn validators(start: Option<AccountId>, limit: u32) -> Vec<ValidatorView> {
            Validators::validators(start, limit)
        }

        fn validator_pool(validator: AccountId) -> Option<PoolView> {
            ValidatorPools::pool(validator)
        }

        fn validator_pools(start: Option<AccountId>, limit: u32) -> Vec<PoolView> {
            ValidatorPools::pools(start, limit)
        }

        fn validator_positions(staker: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
            ValidatorPools::positions(staker, start, limit)
        }

        fn validator_stakers(pool: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView> {
            ValidatorPools::stakers(pool, start, limit)
        }
    }

    impl candor_runtime_api::AuditsApi<Block> for Runtime {
        fn audit(id: u64) -> Option<AuditView> {
            Audits::audit_view(id)
        }

        fn audits(start: u64, limit: u32) -> Vec<AuditView> {
            Audits::audit_views(start, limit)
        }

        fn audits_of(host: AccountId, limit: u32) -> Vec<AuditView> {
            Audits::audits_of(host, limit)
        }

        fn auditors(profile: Hash) -> u32 {
            Audits::auditor_count(profile)
        }

        fn is_suspended(profile: Hash) -> bool {
            Audits::profile_suspended(profile)
        }
    }

    impl candor_runtime_api::DisputesApi<Block> for Runtime {
        fn dispute(id: DisputeId) -> Option<DisputeView> {
            Challenges::dispute_view(id)
        }

        fn dispute_of(path: ReceiptPath, host: AccountId) -> Option<DisputeView> {
            Challenges::dispute_view_of(ReceiptKey { path, host })
        }

        fn disputes_of(host: AccountId, limit: u32) -> Vec<DisputeView> {
            Challenges::dispute_views_of_host(host, limit)
        }

        fn disputed_trace(id: DisputeId) -> Option<Vec<Hash>> {
            Challenges::trace_of(id)
        }

        fn opened_parts(id: DisputeId) -> Vec<(Demand, Vec<u8>)> {
            Challenges::opened_of(id)
        }

        fn dispute_prices(path: ReceiptPath, host: AccountId, part: Demand) -> Option<(Balance, Balance, Balance)> {
            Challenges::prices(&ReceiptKey { path, host }, &part)
        }
    }

    impl candor_runtime_api::AttestationsApi<Block> for Runtime {
        fn attestation(host: AccountId) -> Option<AttestationView> {
            let views = [IntelAttestations::view(&host), AmdAttestations::view(&host)];
            // The one that counts, else the newest.
            views.into_iter().flatten().max_by_key(|view| (view.why_not.is_none(), view.since))
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, presets::get_preset)
        }

        fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
            presets::preset_names()
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
            use crate::*;
            use frame_benchmarking::BenchmarkList;
            use frame_support::traits::StorageInfoTrait;

            let mut list = Vec::<BenchmarkList>::new();
            list_benchmarks!(list, extra);
            (list, AllPalletsWithSystem::storage_info())
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            use crate::*;
            use frame_benchmarking::BenchmarkBatch;
            use frame_support::traits::{TrackedStorageKey, WhitelistedStorageKeys};

            let whitelist: Vec<TrackedStorageKey> = AllPalletsWithSystem::whitelisted_storage_keys();
            let mut batches = Vec::<BenchmarkBatch>::new();
            let params = (&config, &whitelist);
            add_benchmarks!(params, batches);
            Ok(batches)
        }
    }

    #[cfg(feature = "try-runtime")]
    impl frame_try_runtime::TryRuntime<Block> for Runtime {
        fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
            match Executive::try_runtime_upgrade(checks) {
                Ok(weight) => (weight, crate::configs::RuntimeBlockWeights::get().max_block),
                Err(error) => panic!("the upgrade fails: {error:?}"),
            }
        }

        fn execute_block(
            block: <Block as BlockT>::LazyBlock,
            state_root_check: bool,
            signature_check: bool,
            select: frame_try_runtime::TryStateSelect,
        ) -> Weight {
            match Executive::try_execute_block(block, state_root_check, signature_check, select) {
                Ok(weight) => weight,
                Err(error) => panic!("the block fails: {error:?}"),
            }
        }
    }
}

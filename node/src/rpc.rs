//! JSON-RPC of the node, beside what `sc-service` serves by itself (`author`, `chain`, `state`, `system`, `chainHead`, ...).

use crate::service::{FullBackend, FullClient, FullPool, FullSelectChain};
use candor_runtime::{opaque::Block, AccountId, BlockNumber, Hash, Nonce};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_service::ChainSpec;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the calls of the module `babe` need.
pub struct BabeDeps {
    /// Handle of the worker that knows the epochs.
    pub worker_handle: BabeWorkerHandle<Block>,
    /// Keystore whose slots `babe_epochAuthorship` lists.
    pub keystore: KeystorePtr,
}

/// What the calls of the module `grandpa` need.
pub struct GrandpaDeps {
    /// State of the voter that runs in this node.
    pub shared_voter_state: SharedVoterState,
    /// Current set of authorities.
    pub shared_authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// New justifications.
    pub justification_stream: GrandpaJustificationStream<Block>,
    /// Proofs of finality of past blocks.
    pub finality_provider: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// What all the calls need.
pub struct FullDeps {
    /// The client.
    pub client: Arc<FullClient>,
    /// The transaction pool.
    pub pool: Arc<FullPool>,
    /// The rule that chooses the best chain.
    pub select_chain: FullSelectChain,
    /// The specification that `sync_state` puts a checkpoint into.
    pub chain_spec: Box<dyn ChainSpec>,
    /// For the module `babe`.
    pub babe: BabeDeps,
    /// For the module `grandpa`.
    pub grandpa: GrandpaDeps,
}

/// Builds the modules: account nonces (`system`), fees (`payment`), `babe`, `grandpa` and checkpoints (`sync_state`).
pub fn create_full(
    deps: &FullDeps,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
    let FullDeps { client, pool, select_chain, chain_spec, babe, grandpa } = deps;
    let mut module = RpcModule::new(());

    let system = System::<_, _, Block>::new(client.clone(), pool.clone());
    module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(system))?;
    let payment = TransactionPayment::<_, Block>::new(client.clone());
    module.merge(TransactionPaymentApiServer::<Hash, _>::into_rpc(payment))?;
    module.merge(
        Babe::new(client.clone(), babe.worker_handle.clone(), babe.keystore.clone(), select_chain.clone()).into_rpc(),
    )?;
    module.merge(
        Grandpa::new(
            executor,
            grandpa.shared_authority_set.clone(),
            grandpa.shared_voter_state.clone(),
            grandpa.justification_stream.clone(),
            grandpa.finality_provider.clone(),
        )
        .into_rpc(),
    )?;
    let sync_state = SyncState::<Block, _>::new(
        chain_spec.cloned_box(),
        client.clone(),
        grandpa.shared_authority_set.clone(),
        babe.worker_handle.clone(),
    )?;
    module.merge(sync_state.into_rpc())?;
    Ok(module)
}

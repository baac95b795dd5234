//! The tasks of a running node: off-chain worker, block authoring, finality.

use crate::service::{
    inherent_providers, FullBackend, FullBlockImport, FullClient, FullPool, FullSelectChain, GrandpaLink, SyncService,
    GRANDPA_JUSTIFICATION_PERIOD,
};
use candor_runtime::opaque::Block;
use futures::FutureExt;
use sc_client_api::Backend;
use sc_consensus_babe::{BabeLink, SlotProportion};
use sc_consensus_grandpa as grandpa;
use sc_network::{
    service::traits::{NetworkService, NotificationService},
    ProtocolName,
};
use sc_service::{error::Error as ServiceError, KeystoreContainer, Role, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::{sync::Arc, time::Duration};

/// How long a GRANDPA message is expected to travel.
const GRANDPA_GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// Part of a slot that may go into filling a block; the rest is for its way to the other validators.
const PROPOSAL_SLOT_PORTION: f32 = 0.5;

/// What the tasks of a running node share.
pub struct Node {
    /// Validator or not.
    pub role: Role,
    /// The node's name in logs and telemetry.
    pub name: String,
    /// Author blocks without any peer.
    pub force_authoring: bool,
    /// Where Prometheus metrics go.
    pub registry: Option<prometheus_endpoint::Registry>,
    /// Where telemetry goes.
    pub telemetry: Option<TelemetryHandle>,
    /// The client.
    pub client: Arc<FullClient>,
    /// The database.
    pub backend: Arc<FullBackend>,
    /// The transaction pool.
    pub pool: Arc<FullPool>,
    /// The rule that chooses the best chain.
    pub select_chain: FullSelectChain,
    /// The network.
    pub network: Arc<dyn NetworkService>,
    /// The state of syncing.
    pub sync_service: Arc<SyncService>,
    /// The node's keys.
    pub keystore: KeystoreContainer,
}

impl Node {
    /// Runs the runtime's off-chain worker at every new best block.
    pub fn start_offchain_workers(&self, task_manager: &TaskManager) -> Result<(), ServiceError> {
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: self.client.clone(),
            keystore: Some(self.keystore.keystore()),
            offchain_db: self.backend.offchain_storage(),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(self.pool.clone())),
            network_provider: Arc::new(self.network.clone()),
            is_validator: self.role.is_authority(),
            enable_http_requests: true,
            custom_extensions: |_| Vec::new(),
        })?;
        task_manager.spawn_handle().spawn(
            "offchain-workers-runner",
            "offchain-worker",
            workers.run(self.client.clone(), task_manager.spawn_handle()).boxed(),
        );
        Ok(())
    }

    /// Authors blocks in the slots that the keystore's keys win. Essential: when it fails, the node ends.
    pub fn start_babe(
        &self,
        task_manager: &TaskManager,
        block_import: FullBlockImport,
        babe_link: BabeLink<Block>,
    ) -> Result<(), ServiceError> {
        let proposer_factory = sc_basic_authorship::ProposerFactory::new(
            task_manager.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            self.registry.as_ref(),
            self.telemetry.clone(),
        );
        // Jobs have deadlines in blocks: while finality waits for a validator, blocks go on at full pace.
        let backoff_authoring_blocks: Option<()> = None;

        let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
            keystore: self.keystore.keystore(),
            client: self.client.clone(),
            select_chain: self.select_chain.clone(),
            env: proposer_factory,
            block_import,
            sync_oracle: self.sync_service.clone(),
            justification_sync_link: self.sync_service.clone(),
            create_inherent_data_providers: inherent_providers(babe_link.config().slot_duration()),
            force_authoring: self.force_authoring,
            backoff_authoring_blocks,
            babe_link,
            block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
            max_block_proposal_slot_portion: None,
            telemetry: self.telemetry.clone(),
        })?;
        task_manager.spawn_essential_handle().spawn_blocking("babe-proposer", Some("block-authoring"), babe);
        Ok(())
    }

    /// Votes on finality, or follows the votes where the node is no validator. Essential: when it fails, the node ends.
    pub fn start_grandpa(
        &self,
        task_manager: &TaskManager,
        link: GrandpaLink,
        protocol_name: ProtocolName,
        notification_service: Box<dyn NotificationService>,
        shared_voter_state: grandpa::SharedVoterState,
    ) -> Result<(), ServiceError> {
        let voter = grandpa::run_grandpa_voter(grandpa::GrandpaParams {
            config: grandpa::Config {
                gossip_duration: GRANDPA_GOSSIP_DURATION,
                justification_generation_period: GRANDPA_JUSTIFICATION_PERIOD,
                name: Some(self.name.clone()),
                observer_enabled: false,
                keystore: self.role.is_authority().then(|| self.keystore.keystore()),
                local_role: self.role,
                telemetry: self.telemetry.clone(),
                protocol_name,
            },
            link,
            network: self.network.clone(),
            sync: Arc::new(self.sync_service.clone()),
            notification_service,
            voting_rule: grandpa::VotingRulesBuilder::default().build(),
            prometheus_registry: self.registry.clone(),
            shared_voter_state,
            telemetry: self.telemetry.clone(),
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.pool.clone()),
        })?;
        task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
        Ok(())
    }
}

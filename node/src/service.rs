//! Puts the parts of a node together: client, pool, network, BABE, GRANDPA, off-chain worker, RPC, engine.

use crate::{
    engine::EngineSetup,
    essential::EndsWithNode,
    metrics::ChainMetrics,
    rpc::{self, BabeDeps, FullDeps, GrandpaDeps},
    tasks::Node,
};
use candor_runtime::{opaque::Block, RuntimeApi};
use sc_client_api::{Backend, BlockBackend};
use sc_consensus_babe::{BabeBlockImport, BabeLink, BabeWorkerHandle};
use sc_consensus_grandpa as grandpa;
use sc_executor::{HeapAllocStrategy, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_network::NetworkBackend;
use sc_service::{
    config::ExecutorConfiguration, error::Error as ServiceError, Configuration, PartialComponents, TaskManager,
    WarpSyncConfig,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::{
    inherents::{BabeCreateInherentDataProviders, InherentDataProvider},
    SlotDuration,
};
use sp_runtime::traits::Block as BlockT;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The host functions are the ecosystem's own, so that its tools can load the runtime.
type Executor = sc_executor::WasmExecutor<sp_io::SubstrateHostFunctions>;

/// The client.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database behind the client.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// The rule that chooses the best chain.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// The transaction pool.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;

type InherentProviders = BabeCreateInherentDataProviders<Block>;
type GrandpaBlockImport = grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
/// What connects the GRANDPA voter to the import of blocks.
pub type GrandpaLink = grandpa::LinkHalf<Block, FullClient, FullSelectChain>;
/// The import of blocks: BABE over GRANDPA over the client.
pub type FullBlockImport = BabeBlockImport<Block, FullClient, GrandpaBlockImport, InherentProviders, FullSelectChain>;
/// The state of syncing.
pub type SyncService = sc_network_sync::SyncingService<Block>;

/// Parts that every command needs which reads the database.
pub type NodeParts = PartialComponents<
    FullClient,
    FullBackend,
    FullSelectChain,
    sc_consensus::DefaultImportQueue<Block>,
    FullPool,
    ConsensusParts,
>;

/// Parts that only a running node needs.
pub struct ConsensusParts {
    block_import: FullBlockImport,
    babe_link: BabeLink<Block>,
    babe_worker_handle: BabeWorkerHandle<Block>,
    grandpa_link: GrandpaLink,
    telemetry: Option<Telemetry>,
}

/// A justification is kept and generated every this many blocks at least.
pub const GRANDPA_JUSTIFICATION_PERIOD: u32 = 512;

/// Where compiled runtimes are kept, unless somebody says otherwise.
pub fn runtime_cache(config: &Configuration) -> PathBuf {
    config.base_path.path().join("runtime-cache")
}

/// Runs the runtime. What `sc_service::new_wasm_executor` makes, with a folder for compiled code: to compile a runtime takes 20 s of a core,
/// at each start without it.
fn executor(config: &ExecutorConfiguration, cache: &Path) -> Executor {
    let pages = config.default_heap_pages;
    let heap = pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| HeapAllocStrategy::Static { extra_pages: pages as _ });
    Executor::builder()
        .with_execution_method(config.wasm_method)
        .with_onchain_heap_alloc_strategy(heap)
        .with_offchain_heap_alloc_strategy(heap)
        .with_max_runtime_instances(config.max_runtime_instances)
        .with_runtime_cache_size(config.runtime_cache_size)
        .with_cache_path(cache)
        .build()
}

/// Opens the database and builds everything that does not need a network. `cache` is where compiled runtimes are kept.
pub fn new_partial(config: &Configuration, cache: &Path) -> Result<NodeParts, ServiceError> {
    let telemetry = config
        .telemetry_endpoints
        .clone()
        .filter(|endpoints| !endpoints.is_empty())
        .map(|endpoints| -> Result<_, sc_telemetry::Error> {
            let worker = TelemetryWorker::new(16)?;
            let telemetry = worker.handle().new_telemetry(endpoints);
            Ok((worker, telemetry))
        })
        .transpose()?;

    let (client, backend, keystore_container, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
        config,
        telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
        executor(&config.executor, cache),
        Vec::new(),
    )?;
    let client = Arc::new(client);
    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager.spawn_handle().spawn("telemetry", None, worker.run());
        telemetry
    });
    let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);

    let select_chain = sc_consensus::LongestChain::new(backend.clone());
    let transaction_pool = Arc::from(
        sc_transaction_pool::Builder::new(
            EndsWithNode(task_manager.spawn_essential_handle()),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(config.prometheus_registry())
        .build(),
    );

    let (grandpa_block_import, grandpa_link) = grandpa::block_import(
        client.clone(),
        GRANDPA_JUSTIFICATION_PERIOD,
        &client,
        select_chain.clone(),
        telemetry_handle.clone(),
    )?;

    let babe_config = sc_consensus_babe::configuration(&*client)?;
    let slot_duration = babe_config.slot_duration();
    let (block_import, babe_link) = sc_consensus_babe::block_import(
        babe_config,
        grandpa_block_import.clone(),
        client.clone(),
        inherent_providers(slot_duration),
        select_chain.clone(),
        OffchainTransactionPoolFactory::new(transaction_pool.clone()),
    )?;
    let (import_queue, babe_worker_handle) = sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
        link: babe_link.clone(),
        block_import: block_import.clone(),
        justification_import: Some(Box::new(grandpa_block_import)),
        client: client.clone(),
        slot_duration,
        spawner: &task_manager.spawn_essential_handle(),
        registry: config.prometheus_registry(),
        telemetry: telemetry_handle,
    })?;

    Ok(PartialComponents {
        client,
        backend,
        task_manager,
        keystore_container,
        select_chain,
        import_queue,
        transaction_pool,
        other: ConsensusParts { block_import, babe_link, babe_worker_handle, grandpa_link, telemetry },
    })
}

/// The inherents of a block: its slot and its time.
pub fn inherent_providers(slot_duration: SlotDuration) -> InherentProviders {
    Arc::new(move |_, _| async move {
        let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
        let slot = InherentDataProvider::from_timestamp_and_slot_duration(*timestamp, slot_duration);
        Ok((slot, timestamp))
    })
}

/// Starts a node, and the engine where one is set up. The node runs as long as the returned manager lives.
pub fn new_full<N>(config: Configuration, engine: EngineSetup, cache: &Path) -> Result<TaskManager, ServiceError>
where
    N: NetworkBackend<Block, <Block as BlockT>::Hash>,
{
    let PartialComponents {
        client,
        backend,
        mut task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool,
        other: ConsensusParts { block_import, babe_link, babe_worker_handle, grandpa_link, mut telemetry },
    } = new_partial(&config, cache)?;

    let metrics = N::register_notification_metrics(config.prometheus_registry());
    let mut net_config = sc_network::config::FullNetworkConfiguration::<Block, <Block as BlockT>::Hash, N>::new(
        &config.network,
        config.prometheus_registry().cloned(),
    );

    let genesis_hash =
        client.block_hash(0)?.ok_or("the database has no genesis block: purge the chain and start again")?;
    let grandpa_protocol = grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
    let (grandpa_protocol_config, grandpa_notifications) = grandpa::grandpa_peers_set_config::<_, N>(
        grandpa_protocol.clone(),
        metrics.clone(),
        net_config.peer_store_handle(),
    );
    net_config.add_notification_protocol(grandpa_protocol_config);

    let warp_sync = Arc::new(grandpa::warp_proof::NetworkProvider::new(
        backend.clone(),
        grandpa_link.shared_authority_set().clone(),
        Vec::new(),
    ));
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
        sc_service::build_network(sc_service::BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: transaction_pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    // The worker reads where the engine is at every block: it must be written before the first.
    if let Some(mut storage) = backend.offchain_storage() {
        engine.announce(&mut storage);
    }
    engine.start(&task_manager, config.prometheus_registry())?;

    if let Some(registry) = config.prometheus_registry() {
        let metrics = ChainMetrics::register(registry)?;
        let watch = metrics.watch(client.clone(), backend.clone(), keystore_container.keystore());
        task_manager.spawn_handle().spawn_blocking("chain-metrics", None, watch);
    }

    let node = Node {
        role: config.role,
        name: config.network.node_name.clone(),
        force_authoring: config.force_authoring,
        registry: config.prometheus_registry().cloned(),
        telemetry: telemetry.as_ref().map(Telemetry::handle),
        client,
        backend,
        pool: transaction_pool,
        select_chain,
        network,
        sync_service,
        keystore: keystore_container,
    };
    let enable_grandpa = !config.disable_grandpa;
    let shared_voter_state = grandpa::SharedVoterState::empty();

    if config.offchain_worker.enabled {
        node.start_offchain_workers(&task_manager)?;
    }

    let rpc_deps = FullDeps {
        client: node.client.clone(),
        pool: node.pool.clone(),
        select_chain: node.select_chain.clone(),
        chain_spec: config.chain_spec.cloned_box(),
        babe: BabeDeps { worker_handle: babe_worker_handle, keystore: node.keystore.keystore() },
        grandpa: GrandpaDeps {
            shared_voter_state: shared_voter_state.clone(),
            shared_authority_set: grandpa_link.shared_authority_set().clone(),
            justification_stream: grandpa_link.justification_stream(),
            finality_provider: grandpa::FinalityProofProvider::new_for_service(
                node.backend.clone(),
                Some(grandpa_link.shared_authority_set().clone()),
            ),
        },
    };
    sc_service::spawn_tasks(sc_service::SpawnTasksParams {
        config,
        client: node.client.clone(),
        backend: node.backend.clone(),
        task_manager: &mut task_manager,
        keystore: node.keystore.keystore(),
        transaction_pool: node.pool.clone(),
        rpc_builder: Box::new(move |executor| rpc::create_full(&rpc_deps, executor).map_err(ServiceError::Application)),
        network: node.network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: node.sync_service.clone(),
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    if node.role.is_authority() {
        node.start_babe(&task_manager, block_import, babe_link)?;
    }
    if enable_grandpa {
        node.start_grandpa(&task_manager, grandpa_link, grandpa_protocol, grandpa_notifications, shared_voter_state)?;
    }
    Ok(task_manager)
}

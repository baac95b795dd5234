//! Runs what the command line asks for.

use crate::{
    chain_spec,
    cli::{Cli, Subcommand},
    engine::{self, EngineParams, EngineSetup},
    founding,
    service::{self, FullClient, NodeParts},
};
use candor_runtime::{opaque::Block, SS58_PREFIX};
use sc_cli::SubstrateCli;
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_service::{Configuration, PartialComponents, TaskManager};
use sp_runtime::traits::Block as BlockT;
use std::{path::PathBuf, sync::Arc};

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Candor Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    fn support_url() -> String {
        concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(match id {
            "dev" => Box::new(chain_spec::development()?),
            "" | "local" => Box::new(chain_spec::local_testnet()?),
            path => Box::new(chain_spec::ChainSpec::from_json_file(PathBuf::from(path)).map_err(|error| {
                format!("chain \"{path}\" is neither \"dev\" nor \"local\" nor a readable specification file: {error}")
            })?),
        })
    }
}

/// Parses the command line and runs it to its end.
pub fn run() -> sc_cli::Result<()> {
    // Addresses in logs and in the output of `key` look as they do in wallets.
    sp_core::crypto::set_default_ss58_version(SS58_PREFIX.into());

    let mut cli = Cli::from_args();
    if cli.run.get_keyring().is_some() {
        // Alice, Bob and the others are known to everybody: a network key that is made on the spot costs them nothing.
        cli.run.network_params.node_key_params.unsafe_force_node_key_generation = true;
    }
    match &cli.subcommand {
        Some(Subcommand::Key(command)) => command.run(&cli),
        Some(Subcommand::SessionKeys(command)) => print(founding::session_keys(command)),
        Some(Subcommand::NewSpec(command)) => print(founding::new_spec(command)),
        Some(Subcommand::BuildSpec(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run(config.chain_spec, config.network))
        },
        Some(Subcommand::ExportChainSpec(command)) => command.run(cli.load_spec(&command.chain)?),
        Some(Subcommand::CheckBlock(command)) => cli.create_runner(command)?.async_run(|config| {
            let PartialComponents { client, task_manager, import_queue, .. } = partial(&config)?;
            Ok((command.run(client, import_queue), task_manager))
        }),
        Some(Subcommand::TimeBlocks(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run(&partial(&config)?.client))
        },
        Some(Subcommand::ExportBlocks(command)) => cli.create_runner(command)?.async_run(|config| {
            let PartialComponents { client, task_manager, .. } = partial(&config)?;
            Ok((command.run(client, config.database), task_manager))
        }),
        Some(Subcommand::ImportBlocks(command)) => cli.create_runner(command)?.async_run(|config| {
            let PartialComponents { client, task_manager, import_queue, .. } = partial(&config)?;
            Ok((command.run(client, import_queue), task_manager))
        }),
        Some(Subcommand::PurgeChain(command)) => cli.create_runner(command)?.sync_run(|config| {
            let engine = engine::data_dir(&config);
            command.run(config.database)?;
            if engine.exists() {
                println!("The engine's models and receipts stay in {}", engine.display());
            }
            Ok(())
        }),
        Some(Subcommand::Revert(command)) => cli.create_runner(command)?.async_run(|config| {
            let PartialComponents { client, task_manager, backend, .. } = partial(&config)?;
            let revert_consensus = Box::new(|client: Arc<FullClient>, backend, blocks| {
                sc_consensus_babe::revert(client.clone(), backend, blocks)?;
                sc_consensus_grandpa::revert(client, blocks)?;
                Ok(())
            });
            Ok((command.run(client, backend, Some(revert_consensus)), task_manager))
        }),
        Some(Subcommand::ChainInfo(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
        },
        None => {
            let (engine, cache) = (cli.engine.clone(), cli.runtime_cache.clone());
            cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move { start(config, &engine, cache) })
        },
    }
}

fn print(result: Result<String, String>) -> sc_cli::Result<()> {
    println!("{}", result.map_err(sc_cli::Error::Input)?);
    Ok(())
}

fn partial(config: &Configuration) -> sc_cli::Result<NodeParts> {
    Ok(service::new_partial(config, &service::runtime_cache(config))?)
}

/// Starts the node, and the engine with it where one is asked for.
fn start(mut config: Configuration, engine: &EngineParams, cache: Option<PathBuf>) -> sc_cli::Result<TaskManager> {
    let cache = cache.unwrap_or_else(|| service::runtime_cache(&config));
    let engine = EngineSetup::prepare(engine, &config).map_err(|error| sc_cli::Error::Application(error.into()))?;
    if !matches!(engine, EngineSetup::None) {
        // An engine without the off-chain worker would never see a job.
        config.offchain_worker.enabled = true;
    }

    let task_manager = match config.network.network_backend {
        NetworkBackendType::Libp2p => {
            service::new_full::<NetworkWorker<Block, <Block as BlockT>::Hash>>(config, engine, &cache)?
        },
        NetworkBackendType::Litep2p => service::new_full::<Litep2pNetworkBackend>(config, engine, &cache)?,
    };
    Ok(task_manager)
}

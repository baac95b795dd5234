//! The command line.

use crate::{
    engine::EngineParams,
    founding::{NewSpecCmd, SessionKeysCmd},
    timing::TimeBlocksCmd,
};
use clap::Parser;
use sc_cli::RunCmd;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  candor-node --dev
          A chain of one validator (Alice) with finality, in a temporary folder.
  candor-node --dev --base-path ./dev --engine
          The same, kept in ./dev, with an engine that this node starts and supervises.
  candor-node --chain local --alice --base-path ./alice
          One of the four validators (--alice, --bob, --charlie, --dave) of a local network. The others need ports of their own:
          candor-node --chain local --bob --base-path ./bob --port 30334 --rpc-port 9945
  candor-node --chain spec.json --engine-url http://10.0.0.7:9955 --engine-token-file ./token
          A full node of the chain in spec.json, for a host whose engine runs on another machine.

Wallets: https://polkadot.js.org/apps/?rpc=ws://127.0.0.1:9944
Support: https://github.com/candor-network/candor/issues";

/// Arguments of `candor-node`.
#[derive(Debug, Parser)]
#[command(after_long_help = EXAMPLES)]
pub struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// Arguments for running a node.
    #[clap(flatten)]
    pub run: RunCmd,

    /// Folder for compiled runtimes; `<base path>/runtime-cache` without it.
    ///
    /// A start without compiled code takes 20 s of a core longer. Only this user may write there: what lies in it is run.
    #[arg(long, value_name = "DIR")]
    pub runtime_cache: Option<PathBuf>,

    /// Arguments for running the engine beside the node.
    #[clap(flatten)]
    pub engine: EngineParams,
}

/// What the program can do besides running a node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Make, inspect and insert keys.
    #[command(
        subcommand,
        after_help = "Examples:\n  candor-node key generate\n  candor-node key generate-node-key --file ./node-key\n  \
            candor-node key insert --base-path ./alice --chain local --key-type gran --scheme ed25519 --suri //Alice"
    )]
    Key(sc_cli::KeySubcommand),

    /// Make a validator's session keys, and print what its founders have to know of them.
    #[command(
        after_help = "Example:\n  candor-node session-keys --keystore /var/lib/candor-node/chains/candor_staging/keystore\n\n\
        For the validators of a new chain. On a chain that runs, `candor keys rotate` makes keys and puts them on chain."
    )]
    SessionKeys(SessionKeysCmd),

    /// Print the specification of a new chain, made of its founders' file.
    #[command(after_help = "Example:\n  candor-node new-spec founders.json --raw > spec.json\n\n\
        founders.json:\n  {\n    \"name\": \"Candor Staging\", \"id\": \"candor_staging\",\n    \
        \"bootNodes\": [\"/dns/boot.example.org/tcp/30333/p2p/12D3Koo...\"],\n    \
        \"validators\": [{ \"account\": \"ADDRESS\", \"stake\": 10000, \"keys\": \"0x...\" }],\n    \
        \"balances\": { \"ADDRESS\": 20000 },\n    \"sudo\": \"ADDRESS\"\n  }\n\n\
        Amounts are CNDR; balances include the stakes. `keys` is what `candor-node session-keys` printed. `sudo` may be left out.\n\
        No account and no key that everybody knows is taken.")]
    NewSpec(NewSpecCmd),

    /// Print a chain specification with this machine's node as first boot node.
    #[command(after_help = "Examples:\n  candor-node build-spec --chain local > local.json\n  \
        candor-node build-spec --chain local.json --raw --disable-default-bootnode > local-raw.json")]
    BuildSpec(sc_cli::BuildSpecCmd),

    /// Write a chain specification to a file.
    #[command(after_help = "Examples:\n  candor-node export-chain-spec --chain dev\n  \
        candor-node export-chain-spec --chain local --raw --output local-raw.json")]
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Execute one block again and check it.
    #[command(after_help = "Example:\n  candor-node check-block --base-path ./alice --chain local 42")]
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Execute blocks again and print how long each takes, beside the weight that it used.
    #[command(
        after_help = "Example:\n  candor-node time-blocks --base-path ./alice --chain local --from 100 --to 200\n\n\
        A block that takes longer than its weight was too heavy for this machine. The node must not run meanwhile."
    )]
    TimeBlocks(TimeBlocksCmd),

    /// Write blocks to a file.
    #[command(
        after_help = "Example:\n  candor-node export-blocks --base-path ./alice --chain local --from 1 --to 100 blocks.bin --binary"
    )]
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Read blocks from a file and import them.
    #[command(
        after_help = "Example:\n  candor-node import-blocks --base-path ./copy --chain local blocks.bin --binary"
    )]
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Remove the chain's database; keys and the engine's folder stay.
    #[command(after_help = "Example:\n  candor-node purge-chain --base-path ./alice --chain local -y")]
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Take the newest blocks back, down to the last finalised one at most.
    #[command(after_help = "Example:\n  candor-node revert --base-path ./alice --chain local 10")]
    Revert(sc_cli::RevertCmd),

    /// Print the database's best and finalised block.
    #[command(after_help = "Example:\n  candor-node chain-info --base-path ./alice --chain local")]
    ChainInfo(sc_cli::ChainInfoCmd),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;
    use sc_cli::SubstrateCli;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_from_iter(std::iter::once("candor-node").chain(arguments.iter().copied()))
    }

    #[test]
    fn cli_should_be_well_formed_when_checked_by_clap() {
        use clap::CommandFactory;
        Cli::setup_command(Cli::command()).debug_assert();
    }

    #[test]
    fn cli_should_have_no_engine_when_not_asked() {
        let cli = parse(&["--dev"]).unwrap();
        assert!(!cli.engine.engine && cli.engine.engine_url.is_none());
        assert_eq!(cli.engine.engine_listen.to_string(), "127.0.0.1:9955");
    }

    #[test]
    fn cli_should_pass_engine_arguments_through_when_they_start_with_a_dash() {
        let cli = parse(&["--dev", "--engine", "--engine-arg", "--threads", "--engine-arg=2"]).unwrap();
        assert_eq!(cli.engine.engine_args, ["--threads", "2"]);
    }

    #[test]
    fn cli_should_refuse_two_engines_when_both_flags_are_given() {
        let error = parse(&["--engine", "--engine-url", "http://127.0.0.1:1", "--engine-token-file", "t"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ArgumentConflict);
    }

    #[test]
    fn cli_should_refuse_engine_url_when_the_token_file_is_missing() {
        let error = parse(&["--engine-url", "http://127.0.0.1:1"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
    }

    #[test]
    fn cli_should_refuse_engine_path_when_no_engine_is_asked_for() {
        let error = parse(&["--engine-path", "/bin/true"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
    }

    #[test]
    fn cli_should_keep_no_state_in_memory_when_blocks_are_timed() {
        use sc_cli::CliConfiguration;
        let cli = parse(&["time-blocks", "--chain", "dev", "--from", "3"]).unwrap();
        let Some(Subcommand::TimeBlocks(command)) = cli.subcommand else { panic!("another command") };
        assert_eq!((command.from, command.to, command.repeat, command.json), (Some(3), None, 5, false));
        assert_eq!(command.trie_cache_maximum_size().unwrap(), None);
        assert!(parse(&["time-blocks", "--from", "0"]).is_err(), "the first block is not executed");
    }

    #[test]
    fn cli_should_bound_the_pool_and_guard_the_rpc_when_nothing_is_said() {
        let run = parse(&["--validator"]).unwrap().run;
        // 8192 transactions and 20 MiB of them: what a flood can cost a node.
        assert_eq!((run.pool_config.pool_limit, run.pool_config.pool_kbytes), (8192, 20_480));
        let rpc = run.rpc_params;
        assert_eq!(
            (rpc.rpc_methods, rpc.rpc_external, rpc.unsafe_rpc_external),
            (sc_cli::RpcMethods::Auto, false, false)
        );
        // MiB of a request and of an answer, subscriptions of a connection, connections.
        assert_eq!((rpc.rpc_max_request_size, rpc.rpc_max_response_size), (15, 15));
        assert_eq!((rpc.rpc_max_subscriptions_per_connection, rpc.rpc_max_connections), (1024, 100));
    }

    #[test]
    fn cli_should_default_to_paritydb_when_no_database_is_named() {
        use sc_cli::CliConfiguration;
        let database = parse(&["--dev"]).unwrap().run.database().unwrap();
        assert!(matches!(database, None | Some(sc_cli::Database::ParityDb)));
        assert_eq!(sc_cli::Database::variants(), ["paritydb", "paritydb-experimental", "auto"]);
    }
}

# shellcheck shell=bash
# Sourced after lib.sh by the scripts that start a network: processes that end with the script, nodes, a model published and
# offered, which is MiniLM unless another one is prepared.

BIN="$CARGO_TARGET_DIR/release"

# Where the network of this script keeps everything; set by start_network.
NET_DIR=
# Its node with the engine.
NET_URL=
NET_ENGINE=
NET_CHAIN=
NET_P2P=
# Folder of the model prepared for this machine, the name of its repository, and what it is called on the chain.
PREPARED=
MODEL=
RELEASE=
# How long an engine may take to have the model loaded, in seconds.
LOADING=120

# Who plays which role, out of the accounts that every development chain endows.
PUBLISHER=//Dave
HOST=//Ferdie
REQUESTER=//Bob

# Alice's network identity; the others find her by it.
ALICE_NODE_KEY=0000000000000000000000000000000000000000000000000000000000000001
ALICE_PEER=12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp

# --- Programs -------------------------------------------------------------------------------------------------------

# build_programs: the whole workspace, as scripts/test builds it, so that neither has to build anew after the other.
# SKIP_BUILD=1 takes the programs as they are.
build_programs() {
	if [ -n "${SKIP_BUILD:-}" ]; then
		need_programs
		info "skipped: SKIP_BUILD is set"
		return
	fi
	if ! (cd "$REPO" && cargo build --release --workspace); then
		die "the build failed, see above"
	fi
}

# need_programs: for scripts that do not build.
need_programs() {
	local program
	for program in candor-node candor-engine candor; do
		[ -x "$BIN/$program" ] || die "$BIN/$program is missing: run \`cargo build --release --workspace\` or scripts/run"
	done
}

# candor ARGUMENT...: the command line against the network, whatever a user's own settings say.
candor() {
	env -u CANDOR_KEY CANDOR_URL="$NET_URL" CANDOR_ENGINE="$NET_ENGINE" \
		CANDOR_ENGINE_TOKEN_FILE="$(engine_token)" "$BIN/candor" "$@"
}

# chain_dir NODE: the folder of a node's chain.
chain_dir() { printf '%s/%s/chains/%s' "$NET_DIR" "$1" "$NET_CHAIN"; }
engine_token() { printf '%s/engine/token' "$(chain_dir alice)"; }

# --- Processes ------------------------------------------------------------------------------------------------------

PIDS=()
NAMES=()

# start NAME COMMAND...: in the background, output in $NET_DIR/NAME.log. It is in a process group of its own, so that
# Ctrl-C reaches the script alone, which then ends all in order; if the script is killed the system ends the process.
start() {
	local name=$1
	shift
	set -m
	setpriv --pdeathsig TERM "$@" </dev/null >>"$NET_DIR/$name.log" 2>&1 9>&- &
	set +m
	PIDS+=("$!")
	NAMES+=("$name")
}

# stop_all: asks every process to end, and kills what does not.
stop_all() {
	local index pid
	((${#PIDS[@]} > 0)) || return 0
	for pid in "${PIDS[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
	for index in "${!PIDS[@]}"; do
		pid=${PIDS[index]}
		if ! ends_within 20 "$pid"; then
			warn "${NAMES[index]} did not end within 20 s: killing it"
			kill -KILL "$pid" 2>/dev/null || true
		fi
		wait "$pid" 2>/dev/null || true
	done
	PIDS=()
	NAMES=()
}

# stop NAME: asks one process to end, and waits for it.
stop() {
	local index
	for index in "${!NAMES[@]}"; do
		[ "${NAMES[index]}" = "$1" ] || continue
		kill -INT "${PIDS[index]}" 2>/dev/null || true
		ends_within 60 "${PIDS[index]}" || die "$1 did not end within 60 s; the logs are in $NET_DIR"
		wait "${PIDS[index]}" 2>/dev/null || true
		unset "PIDS[index]" "NAMES[index]"
	done
	PIDS=("${PIDS[@]}")
	NAMES=("${NAMES[@]}")
}

# ends_within SECONDS PID
ends_within() {
	local tenths=$(($1 * 10))
	while alive "$2"; do
		((tenths-- > 0)) || return 1
		sleep 0.1
	done
}

# alive PID: it runs; a process that only waits to be reaped does not.
alive() {
	local state
	state=$(ps -o stat= -p "$1" 2>/dev/null) || return 1
	[[ $state != Z* ]]
}

# check_processes [STATUS]: ends the script where one of its processes ended (with STATUS, if it was waited for), with
# the end of its log.
check_processes() {
	local index status
	for index in "${!PIDS[@]}"; do
		if alive "${PIDS[index]}"; then continue; fi
		status=${1:-0}
		if [ -z "${1:-}" ]; then wait "${PIDS[index]}" || status=$?; fi
		printf '\n--- end of %s\n' "$NET_DIR/${NAMES[index]}.log" >&2
		tail -n 20 "$NET_DIR/${NAMES[index]}.log" >&2
		die "${NAMES[index]} ended by itself (status $status), see above"
	done
}

# until_true SECONDS WHAT COMMAND...: waits until the command succeeds; ends the script when it does not, or when a
# process ended.
until_true() {
	local seconds=$1 what=$2 limit
	limit=$(($(now) + seconds * 1000000))
	shift 2
	until "$@" >/dev/null 2>&1; do
		check_processes
		(($(now) < limit)) || die "waited ${seconds} s in vain until $what; the logs are in $NET_DIR"
		sleep 0.3
	done
}

# --- Ports ----------------------------------------------------------------------------------------------------------

# free_port PORT VARIABLE WHAT: ends the script where somebody listens on the port.
free_port() {
	if ! [[ $1 =~ ^[0-9]+$ ]] || (($1 < 1 || $1 > 65535)); then die "$2=$1 is not a port"; fi
	if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
		die "port $1 ($3) is taken. Stop what listens there (another scripts/run?), or set $2 to another port."
	fi
}

# some_port: a port that nobody listens on.
some_port() {
	local port
	while true; do
		port=$((20000 + RANDOM % 12000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			printf '%d' "$port"
			return
		fi
	done
}

# --- Nodes ----------------------------------------------------------------------------------------------------------

# raw_spec CHAIN: a file with the specification and its genesis as bytes, which every node would make for itself: seconds of
# compiling the runtime for each. Made once for a program.
raw_spec() {
	local file
	file="$CANDOR_HOME/chains/$1-$(stat -c '%s-%Y' "$BIN/candor-node").json"
	if [ ! -s "$file" ]; then
		mkdir -p "$CANDOR_HOME/chains"
		rm -f "$CANDOR_HOME/chains/$1"-*.json
		"$BIN/candor-node" export-chain-spec --chain "$1" --raw --output "$file.new" >"$file.log" 2>&1 ||
			die "the chain's specification cannot be made: $(tail -n 3 "$file.log")"
		rm -f "$file.log"
		mv "$file.new" "$file"
	fi
	printf '%s' "$file"
}

# validators dev|local: who makes blocks.
validators() {
	case $1 in
	local) printf 'alice bob charlie dave' ;;
	*) printf 'alice' ;;
	esac
}

# start_network FOLDER dev|local RPC_PORT P2P_PORT ENGINE_PORT [ARGUMENT...]: one node, or four validators, with ports
# counted up from the first; alice has the engine. Waits for blocks, for finality and for the engine. More arguments go
# to every node.
start_network() {
	local kind=$2 rpc=$3 p2p=$4 engine=$5 name index=0
	NET_DIR=$1
	shift 5
	NET_URL="ws://127.0.0.1:$rpc"
	NET_ENGINE="http://127.0.0.1:$engine"
	NET_CHAIN="candor_$kind"
	NET_P2P=$p2p
	local names spec=
	read -ra names <<<"$(validators "$kind")"
	if [ "$kind" = local ]; then spec=$(raw_spec local); fi
	mkdir -p "$NET_DIR"
	for name in "${names[@]}"; do
		local arguments=(--base-path "$NET_DIR/$name" --no-mdns --no-telemetry --runtime-cache "$CANDOR_HOME/runtime-cache"
			--rpc-port "$((rpc + index))" --listen-addr "/ip4/127.0.0.1/tcp/$((p2p + index))")
		case $kind:$name in
		dev:alice) arguments+=(--dev) ;;
		local:alice) arguments+=(--chain "$spec" --alice --node-key "$ALICE_NODE_KEY") ;;
		local:*) arguments+=(--chain "$spec" "--$name" --bootnodes "/ip4/127.0.0.1/tcp/$p2p/p2p/$ALICE_PEER") ;;
		esac
		if [ "$name" = alice ]; then arguments+=(--engine --engine-listen "127.0.0.1:$engine"); fi
		if [ -n "${NET_PROMETHEUS:-}" ]; then
			arguments+=(--prometheus-port "$((NET_PROMETHEUS + index))")
		else
			arguments+=(--no-prometheus)
		fi
		start "$name" "$BIN/candor-node" "${arguments[@]}" "$@"
		index=$((index + 1))
	done
	until_true 180 "the node answers on port $rpc" rpc system_health
	info "a node answers"
	until_true 180 "the first block is finalised" finalised
	info "blocks are made and finalised"
	until_true 120 "the engine answers on port $engine" curl -sf --max-time 5 "$NET_ENGINE/health"
	info "the engine answers"
}

# start_follower NAME RPC_PORT P2P_PORT ENGINE_PORT [ENGINE_PROGRAM]: one more node of a `dev` network, with an engine (or
# with the program that takes its place). Waits until it has the network's blocks.
start_follower() {
	local name=$1 rpc=$2 p2p=$3 engine=$4 peer
	peer=$(rpc system_localPeerId | jq -r .)
	local arguments=(--chain dev --base-path "$NET_DIR/$name" --no-mdns --no-telemetry --no-prometheus
		--runtime-cache "$CANDOR_HOME/runtime-cache"
		--rpc-port "$rpc" --listen-addr "/ip4/127.0.0.1/tcp/$p2p"
		--bootnodes "/ip4/127.0.0.1/tcp/$NET_P2P/p2p/$peer" --engine --engine-listen "127.0.0.1:$engine")
	if [ -n "${5:-}" ]; then arguments+=(--engine-path "$5"); fi
	start "$name" "$BIN/candor-node" "${arguments[@]}"
	until_true 180 "$name follows the chain" follows "$rpc"
	until_true 120 "the engine of $name answers on port $engine" curl -sf --max-time 5 "http://127.0.0.1:$engine/health"
}

# follows RPC_PORT: the node there has the network's blocks.
follows() {
	local mine theirs
	theirs=$(rpc chain_getHeader | jq -r .number)
	mine=$(NET_URL="ws://127.0.0.1:$1" rpc chain_getHeader | jq -r .number)
	((mine > 0 && mine + 2 >= theirs))
}

# rpc METHOD [PARAMETERS]: result of a call to the network's first node, as JSON.
rpc() {
	curl -sf --max-time 5 -H 'content-type: application/json' "http://${NET_URL#ws://}" \
		-d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":${2:-[]}}" | jq -ec .result
}

# finalised: some block after genesis is final.
finalised() {
	local hash
	hash=$(rpc chain_getFinalizedHead)
	[ "$(rpc chain_getHeader "[$hash]" | jq -r .number)" != 0x0 ]
}

# --- Model ----------------------------------------------------------------------------------------------------------

prepare_minilm() { prepare_model minilm "$CANDOR_MINILM"; }

# prepare_model NAME FOLDER [ARGUMENT...]: sets PREPARED and MODEL. Done once for a model, an execution profile and a way to
# prepare.
prepare_model() {
	local name=$1 folder=$2 key lock file
	shift 2
	key=$({
		"$BIN/candor-engine" profile
		if (($# > 0)); then printf '%s\n' "$@"; fi
		for file in "$folder"/{model.onnx,release.json,tokenizer.json}; do
			if [ -f "$file" ]; then cat "$file"; fi
		done
		# Weights of gigabytes beside a model are not read for this.
		find "$folder" -maxdepth 1 -name '*.data' -printf '%f %s %T@\n'
		find "$REPO"/{engine/src/prepare,verifier/src,primitives/adjudicator/src} -name '*.rs' -print0 | sort -z | xargs -0 cat
	} | sha256sum | cut -c 1-16)
	PREPARED="$CANDOR_HOME/models/$name-prepared-$key"
	# One at a time; what another run may be using stays for a day.
	exec {lock}>"$CANDOR_HOME/models/$name.lock"
	flock "$lock"
	if [ -f "$PREPARED/manifest.json" ]; then
		info "$name is prepared for this machine: $PREPARED"
	else
		info "preparing $name for this machine (once)"
		find "$CANDOR_HOME/models" -maxdepth 1 -name "$name-prepared-*" -mtime +0 -exec rm -rf {} +
		rm -rf "$PREPARED.new"
		"$BIN/candor" model prepare "$folder" --out "$PREPARED.new" "$@" >/dev/null || die "$name cannot be prepared"
		mv "$PREPARED.new" "$PREPARED"
	fi
	exec {lock}>&-
	MODEL=$(jq -r .name "$PREPARED/manifest.json")
}

# open_market [CAPACITY [STAKE]]: the model published and offered, the engine has it loaded; sets RELEASE. Steps that an
# earlier run has done on this chain are left out.
open_market() {
	local hosting
	become_host "${2:-10000}" &
	hosting=$!
	publish_model
	wait "$hosting" || die "$HOST did not become a host, see above"
	offer_model "${1:-64}"
}

publish_model() {
	info "publishing $MODEL as $PUBLISHER"
	candor model publish "$PREPARED" --key "$PUBLISHER" --json >"$NET_DIR/publish.json" || die "publishing failed"
	RELEASE=$(candor model show "$MODEL" --json | jq -r '"\(.publisher)/\(.name)@\(.version)"')
}

become_host() {
	if candor host status "$HOST" --json >/dev/null 2>&1; then
		info "$HOST is a host already"
		return
	fi
	register_host alice "$HOST" "$1" "$NET_URL" "$NET_ENGINE"
}

# register_host NODE ACCOUNT STAKE URL_OF_NODE URL_OF_ENGINE: a worker key in the node's keystore, and the registration.
register_host() {
	local node=$1 who=$2 stake=$3 url=$4 engine=$5 file
	file="$NET_DIR/worker-$node.json"
	info "worker key for $who in the keystore of $node"
	NET_URL=$url candor keys worker --keystore "$(chain_dir "$node")/keystore" --insert --json >"$file" ||
		die "the node did not take a worker key"
	info "registering $who as host, $stake CNDR of stake"
	candor host register --worker "$(jq -r .worker "$file")" --keystore "$(chain_dir "$node")/keystore" \
		--endpoint "$engine" --hardware "$(nproc) cores of this machine" --stake "$stake" --key "$who" --json \
		>"$NET_DIR/register-$node.json" || die "registering failed"
}

offer_model() {
	info "offering $MODEL"
	offer_as "$HOST" 0.001 0.00001 "$1"
	wait_for_host "$HOST" "$NET_ENGINE"
	info "the offer is live, the engine has $MODEL loaded"
}

# offer_as ACCOUNT PER_CALL PER_UNIT CAPACITY
offer_as() {
	candor host offer "$MODEL" --per-call "$2" --per-unit "$3" --capacity "$4" --key "$1" --json \
		>"$NET_DIR/offer.json" || die "offering failed"
}

# wait_for_host ACCOUNT URL_OF_ENGINE
wait_for_host() {
	until_true 60 "the host is live" host_live "$1"
	until_true "$LOADING" "the engine has $MODEL loaded" engine_ready "$2"
}

host_live() { candor host status "$1" --json | jq -e '.live and (.offers | length > 0)'; }
engine_ready() { curl -sf --max-time 5 "$1/v1/releases" | jq -e 'any(.releases[]; .stage == "ready")'; }

# liar_program: an engine that flips one bit inside the model.
liar_program() {
	printf '#!/bin/sh\nexec "%s" --lie flip-hidden "$@"\n' "$BIN/candor-liar" >"$NET_DIR/liar.sh"
	chmod 755 "$NET_DIR/liar.sh"
	printf '%s/liar.sh' "$NET_DIR"
}

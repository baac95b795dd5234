# shellcheck shell=bash disable=SC2034
# Sourced by every script of this folder: where things are, what is pinned, messages with times, and the check that
# set-up has been run.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that is downloaded or built lives here, outside the clone, so that a second clone finds it.
export CANDOR_HOME="${CANDOR_HOME:-${HOME:?HOME is not set}/.cache/candor}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$CANDOR_HOME/target}"
# The system's OpenSSL instead of minutes of compiling a copy.
export OPENSSL_NO_VENDOR=1

# The toolchain that rust-toolchain.toml names. Through this variable rustup does not try to complete the toolchain on
# every call, which would fail where the Wasm target had to be built from sources.
RUST_VERSION=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' "$REPO/rust-toolchain.toml")
export RUSTUP_TOOLCHAIN="$RUST_VERSION"

ORT_VERSION=1.31.1
export ORT_DYLIB_PATH="$CANDOR_HOME/onnxruntime/$ORT_VERSION/libonnxruntime.so.$ORT_VERSION"

# The oldest Node.js that the end-to-end tests run on, and the one that set-up brings where the system's is older.
NODE_MAJOR=22
NODE_VERSION=24.19.0
NODE_HOME="$CANDOR_HOME/node/$NODE_VERSION"

export CANDOR_VENV="$CANDOR_HOME/venv"
# MiniLM built to ONNX, and the weights that it is built from (a package of this version).
export CANDOR_MINILM="$CANDOR_HOME/models/minilm"
MINILM_VERSION=0.1.0
MINILM_SOURCE="$CANDOR_HOME/sources/minilm-$MINILM_VERSION"

path_prepend() {
	case ":$PATH:" in
	*":$1:"*) ;;
	*) export PATH="$1:$PATH" ;;
	esac
}

# Called again by set-up once it has installed something.
find_tools() {
	local cargo_bin="${CARGO_HOME:-$HOME/.cargo}/bin"
	if [ -d "$cargo_bin" ]; then path_prepend "$cargo_bin"; fi
	if [ -x "$NODE_HOME/bin/node" ]; then path_prepend "$NODE_HOME/bin"; fi
	hash -r
}
find_tools

# --- Messages -------------------------------------------------------------------------------------------------------

info() { printf '    %s\n' "$*"; }
warn() { printf '    warning: %s\n' "$*" >&2; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# Microseconds since 1970; some locales print a comma.
now() { printf '%s' "${EPOCHREALTIME//[.,]/}"; }

# elapsed START: the time since START (from `now`), for people.
elapsed() {
	local tenths=$((($(now) - $1 + 50000) / 100000))
	if ((tenths < 600)); then
		printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
	else
		printf '%d min %d s' $((tenths / 600)) $((tenths % 600 / 10))
	fi
}

STEP_STARTED=
# step NAME: says that NAME begins, and how long the step before it took.
step() {
	step_end
	STEP_STARTED=$(now)
	printf '==> %s\n' "$1"
}

# step_end: says how long the step took.
step_end() {
	if [ -n "$STEP_STARTED" ]; then info "$(elapsed "$STEP_STARTED")"; fi
	STEP_STARTED=
}

# retry COMMAND...: up to three times, with a pause between.
retry() {
	local attempt
	for attempt in 1 2 3; do
		if "$@"; then return 0; fi
		if ((attempt < 3)); then
			warn "attempt $attempt of 3 failed: $1 (trying again in $((attempt * 3)) s)"
			sleep $((attempt * 3))
		fi
	done
	return 1
}

# --- Set-up ---------------------------------------------------------------------------------------------------------

SETUP_STAMP="$CANDOR_HOME/setup.stamp"

# What set-up's result depends on, as one hash.
setup_hash() {
	cat "$REPO"/scripts/{setup,lib.sh} "$REPO/rust-toolchain.toml" "$REPO/models/requirements.txt" \
		"$REPO"/models/minilm/{build.py,release.json,SHA256SUMS} | sha256sum | cut -d ' ' -f 1
}

# require_setup: runs set-up unless it has been run as it stands now and what it made is still there.
require_setup() {
	if [ "$(cat "$SETUP_STAMP" 2>/dev/null)" = "$(setup_hash)" ] &&
		[ -f "$ORT_DYLIB_PATH" ] && [ -f "$CANDOR_MINILM/model.onnx" ] && [ -x "$CANDOR_VENV/bin/python" ]; then
		return 0
	fi
	"$REPO/scripts/setup"
	find_tools
}

# need_node: ends the script where Node.js is missing or too old.
need_node() {
	local major
	major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p' || true)
	((${major:-0} >= NODE_MAJOR)) || die "Node.js $NODE_MAJOR or newer is needed: run scripts/setup"
}

# npm_packages FOLDER: what its lock file names. No install scripts: none of them is needed.
npm_packages() {
	local folder=$1 wanted
	wanted=$(sha256sum <"$folder/package-lock.json" | cut -d ' ' -f 1)
	if [ "$(cat "$folder/node_modules/.candor" 2>/dev/null)" != "$wanted" ]; then
		info "installing npm packages"
		(cd "$folder" && retry npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
		printf '%s\n' "$wanted" >"$folder/node_modules/.candor"
	fi
}

# need_packages: the npm packages of the end-to-end tests, which other scripts use too.
need_packages() { npm_packages "$REPO/e2e"; }

# python_venv VENV HASH ARGUMENT...: a virtual environment with what pip installs for the arguments, made again when HASH, of what it
# depends on, has changed. One at a time: two that install into the same environment leave half of each.
python_venv() {
	local venv=$1 wanted=$2 lock
	mkdir -p "$(dirname "$venv")"
	exec {lock}>"$venv.lock"
	flock "$lock"
	if [ "$(cat "$venv/requirements.sha256" 2>/dev/null)" != "$wanted" ]; then
		info "installing Python packages into $venv"
		python3 -m venv --clear "$venv"
		retry "$venv/bin/pip" install --quiet --disable-pip-version-check "${@:3}" || die "the packages of $venv cannot be installed"
		printf '%s' "$wanted" >"$venv/requirements.sha256"
	fi
	exec {lock}>&-
}

# python_packages VENV LIST: a virtual environment with what the list names.
python_packages() {
	local wanted
	wanted=$(sha256sum <"$2")
	python_venv "$1" "$wanted" --requirement "$2"
}

# build_wasm NAME FEATURES TARGET [PACKAGE FOLDER]: the release Wasm of the runtime with features (or of another runtime, which lies
# in FOLDER of the repository), by the steps of substrate-wasm-builder, in a folder of its own: the ordinary build's Wasm stays as
# it is, and nothing native is built with other features. TARGET is its target directory. Sets WASM.
build_wasm() {
	local name=$1 features=$2 target=$3 package=${4:-candor-runtime} folder=${5:-runtime} project="$CARGO_TARGET_DIR/wasm-$1" file
	if [ -n "$features" ]; then features="\"${features// /\", \"}\""; fi
	mkdir -p "$project/src"
	file=$(mktemp "$project/Cargo.toml.XXXXXX")
	cat >"$file" <<TOML
[package]
name = "candor-runtime-$name"
version = "1.0.0"
edition = "2021"

[dependencies.wasm-project]
package = "$package"
path = "$REPO/$folder"
default-features = false
features = [$features]

[lib]
name = "candor_${name//-/_}"
crate-type = ["cdylib"]

[profile.release]
panic = "abort"
lto = "thin"

[workspace]
resolver = "2"
TOML
	# A file that is the same already keeps its time: nothing is built again for it.
	if cmp --silent "$file" "$project/Cargo.toml"; then rm "$file"; else mv "$file" "$project/Cargo.toml"; fi
	if ! [ -f "$project/src/lib.rs" ]; then
		printf '#![no_std] #![allow(unused_imports)] pub use wasm_project::*;' >"$project/src/lib.rs"
	fi
	cp "$REPO/Cargo.lock" "$project/Cargo.lock"
	(cd "$project" && env CARGO_TARGET_DIR="$target" \
		RUSTFLAGS="-C link-arg=--export-table -C link-arg=--import-memory -C link-arg=--export=__heap_base --cfg substrate_runtime" \
		cargo rustc --target wasm32v1-none --profile release) || die "the Wasm $name does not build, see above"
	WASM="$target/wasm32v1-none/release/candor_${name//-/_}.wasm"
}

# --- Namespaces -----------------------------------------------------------------------------------------------------

# in_namespaces COMMAND...: runs it with namespaces of its own for network, mounts and processes, in which it may make more of
# them (`ip netns`). Whatever it leaves is gone when it ends. Whoever is not root is root inside, where the system allows that.
in_namespaces() {
	local user=()
	if ((EUID != 0)); then user=(--user --map-root-user); fi
	# The shell stays as the first process: it takes care of those whose parents are killed.
	CANDOR_NAMESPACES=here unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc bash -c '
		mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up || exit 125
		"$@"
		exit $?' namespaces "$@"
}

# without_namespaces: says why there can be none; says nothing where there can.
without_namespaces() {
	local program said
	for program in unshare ip python3; do
		if ! command -v "$program" >/dev/null; then
			printf '%s is missing: run scripts/setup packages' "$program"
			return
		fi
	done
	if ! { exec 3<>/dev/net/tun; } 2>/dev/null; then
		printf '/dev/net/tun is missing, or not for this user'
		return
	fi
	exec 3>&-
	if ! said=$(in_namespaces sh -c 'ip netns add probe && ip netns exec probe true && ip tuntap add dev probe mode tap' 2>&1); then
		printf 'no namespaces with devices of their own: %s' "$(head -n 1 <<<"$said")"
	fi
}

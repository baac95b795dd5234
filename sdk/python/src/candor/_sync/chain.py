# Made from candor/_async by tools/unasync.py: change that instead.
"""A node: its JSON-RPC over HTTP, runtime APIs, storage, transactions and their events."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import httpx

from .._compat import SyncLock, sync_sleep
from ..chain import Era, Metadata, sign_extrinsic
from ..chain.extrinsic import Terms
from ..chain.scale import Reader, ScaleError
from ..chain.types import Block, Event, Included, read_events
from ..commitments import blake2b_256
from ..errors import ChainError, ConnectionFailed, ProtocolError, TransactionError
from ..keys import Keypair

#: For how many blocks a transaction is valid.
PERIOD = 64
# Blocks by which finality may be behind.
_LAG = 16
#: How often the node is asked for a new block, in seconds.
POLL = 0.3
#: Tries of a request that nobody answered.
TRIES = 3
# Answers of the transaction pool (JSON-RPC error codes).
_INVALID, _ALREADY_IMPORTED, _PRIORITY_TOO_LOW = 1010, 1013, 1014


class RpcError(ChainError):
    """The node refused a request."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"rpc {code}", message)
        self.code = code


class _Account:
    """The next nonce of an account, and the right to use it."""

    def __init__(self) -> None:
        self.lock = SyncLock()
        self.next: int | None = None


class Chain:
    """A node, by the address of its JSON-RPC: ``ws://`` and ``http://`` are the same port."""

    def __init__(self, url: str, *, timeout: float = 30.0, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.replace("ws://", "http://", 1).replace("wss://", "https://", 1)
        self._http = httpx.Client(timeout=timeout, transport=transport)
        self._lock = SyncLock()
        self._metadata: Metadata | None = None
        self._versions: tuple[int, int] | None = None
        self._genesis: bytes | None = None
        self._accounts: dict[bytes, _Account] = {}
        self._blocks: OrderedDict[str, Block] = OrderedDict()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- Requests -----------------------------------------------------------------------------------------------

    def request(self, method: str, *params: Any) -> Any:
        """Call a method of the node's JSON-RPC. Repeated when nobody answers: every method used here bears that."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        for attempt in range(1, TRIES + 1):
            try:
                response = self._http.post(self.url, json=body)
                break
            except httpx.TransportError as error:
                if attempt == TRIES:
                    raise ConnectionFailed(f"no node answers at {self.url}: {error}") from error
                sync_sleep(0.2 * attempt)
        try:
            answer = response.json()
        except ValueError as error:
            raise ProtocolError(f"{self.url} is no node's JSON-RPC (status {response.status_code})") from error
        if not isinstance(answer, dict) or ("error" not in answer and "result" not in answer):
            raise ProtocolError(f"{self.url} is no node's JSON-RPC")
        if "error" in answer:
            error_ = answer["error"]
            data = error_.get("data")
            message = f"{error_.get('message', '')}{f': {data}' if data else ''}"
            raise RpcError(int(error_.get("code", 0)), message)
        return answer["result"]

    def genesis(self) -> bytes:
        """Hash of the genesis block."""
        if self._genesis is None:
            self._genesis = _bytes(self.request("chain_getBlockHash", 0))
        return self._genesis

    def metadata(self) -> Metadata:
        """The chain's description of itself."""
        if self._metadata is None:
            with self._lock:
                if self._metadata is None:
                    self._load()
        if self._metadata is None:
            raise ProtocolError(f"{self.url} gives no metadata")
        return self._metadata

    def _load(self) -> None:
        version = self.request("state_getRuntimeVersion")
        # Version 15 has the runtime APIs.
        answer = _bytes(self.request("state_call", "Metadata_metadata_at_version", "0x0f000000"))
        reader = Reader(answer)
        if reader.number(1) != 1:
            raise ProtocolError("the node has no metadata of version 15")
        self._metadata = Metadata.decode(reader.bytes())
        self._versions = (version["specVersion"], version["transactionVersion"])

    def _current(self) -> tuple[Metadata, int, int]:
        """Metadata and versions of the runtime as it is now: it may have been upgraded."""
        metadata = self.metadata()
        version = self.request("state_getRuntimeVersion")
        if (version["specVersion"], version["transactionVersion"]) != self._versions:
            with self._lock:
                self._load()
            metadata = self.metadata()
        if self._versions is None:
            raise ProtocolError(f"{self.url} gives no runtime version")
        return metadata, *self._versions

    # --- Reading ------------------------------------------------------------------------------------------------

    def call(self, api: str, name: str, *arguments: Any, at: str | None = None) -> Any:
        """Call a runtime API, for example ``call("JobsApi", "job", 12)``."""
        metadata = self.metadata()
        method = metadata.method(api, name)
        if len(arguments) != len(method.inputs):
            raise ScaleError(f"{api}.{name} takes {len(method.inputs)} arguments, not {len(arguments)}")
        encoded = b"".join(
            metadata.registry.encode(kind, value) for (_, kind), value in zip(method.inputs, arguments, strict=True)
        )
        params = [f"{api}_{name}", "0x" + encoded.hex()] + ([at] if at else [])
        return metadata.registry.decode(method.output, _bytes(self.request("state_call", *params)))

    def storage(self, pallet: str, item: str, *keys: Any, at: str | None = None) -> Any:
        """A storage entry; its default, or ``None``, if there is none."""
        metadata = self.metadata()
        found = metadata.storage(pallet, item)
        key = "0x" + metadata.storage_key(found, keys).hex()
        answer = self.request("state_getStorage", key, *([at] if at else []))
        if answer is not None:
            return metadata.registry.decode(found.value, _bytes(answer))
        return None if found.default is None else metadata.registry.decode(found.value, found.default)

    def raw(self, pallet: str, item: str, key: bytes | None = None, *, at: str | None = None) -> bytes | None:
        """The bytes of a storage entry as the chain keeps them; ``key`` is SCALE of a map's key.

        Its default, or ``None``, if there is none.
        """
        found = (self.metadata()).storage(pallet, item)
        name = "0x" + found.raw_key(key).hex()
        answer = self.request("state_getStorage", name, *([at] if at else []))
        return found.default if answer is None else _bytes(answer)

    def entries(self, pallet: str, item: str, *prefix: Any, limit: int = 1000) -> list[tuple[tuple[Any, ...], Any]]:
        """Entries of a map under some of its keys, with their keys."""
        metadata = self.metadata()
        found = metadata.storage(pallet, item)
        start = "0x" + metadata.storage_key(found, prefix).hex()
        keys: list[str] = []
        while len(keys) < limit:
            page = self.request("state_getKeysPaged", start, min(256, limit - len(keys)), keys[-1] if keys else None)
            keys += page
            if len(page) < 256:
                break
        entries = []
        for key in keys:
            value = self.request("state_getStorage", key)
            if value is not None:
                entries.append(
                    (metadata.read_key(found, _bytes(key)), metadata.registry.decode(found.value, _bytes(value)))
                )
        return entries

    def constant(self, pallet: str, name: str) -> Any:
        """A constant of a pallet."""
        return (self.metadata()).constant(pallet, name)

    def best(self) -> str:
        """Hash of the best block."""
        return str(self.request("chain_getBlockHash"))

    def block(self, block_hash: str) -> Block:
        """A block: number, parent, hashes of its transactions."""
        found = self._blocks.get(block_hash)
        if found is None:
            answer = self.request("chain_getBlock", block_hash)
            if answer is None:
                raise ProtocolError(f"the node does not have the block {block_hash}")
            header = answer["block"]["header"]
            hashes = tuple(blake2b_256(_bytes(raw)) for raw in answer["block"]["extrinsics"])
            found = Block(block_hash, int(header["number"], 16), header["parentHash"], hashes)
            self._blocks[block_hash] = found
            while len(self._blocks) > 128:
                self._blocks.popitem(last=False)
        return found

    def events(self, block_hash: str) -> list[Event]:
        """All events of a block."""
        return read_events(self.storage("System", "Events", at=block_hash))

    def balance(self, account: bytes) -> int:
        """What an account has that is not on hold, in planck."""
        return int((self.storage("System", "Account", account))["data"]["free"])

    # --- Transactions -------------------------------------------------------------------------------------------

    def submit(
        self, key: Keypair, pallet: str, call: str, /, *, finalized: bool = False, tip: int = 0, **arguments: Any
    ) -> Included:
        """Send a call and wait until a block has it (``finalized``: until that block is final).

        Calls of one account may be sent from any number of tasks and threads at the same time.
        """
        transaction, sent_at = self._send(key, pallet, call, arguments, tip)
        try:
            block, index = self._included(blake2b_256(transaction), sent_at, finalized)
        except TransactionError:
            # Nonces after a lost transaction would wait for ever.
            with self._account(key.public_key).lock:
                self._account(key.public_key).next = None
            raise
        events = [event for event in self.events(block.hash) if event.extrinsic == index]
        included = Included(block.hash, block.number, tuple(events))
        failed = included.find("System", "ExtrinsicFailed")
        if failed is not None:
            raise dispatch_error(self.metadata(), failed.fields["dispatch_error"])
        return included

    def _account(self, account: bytes) -> _Account:
        return self._accounts.setdefault(account, _Account())

    def _send(self, key: Keypair, pallet: str, call: str, arguments: dict[str, Any], tip: int) -> tuple[bytes, Block]:
        """Sign with the next nonce and hand the transaction to the node."""
        metadata, spec_version, transaction_version = self._current()
        encoded = metadata.encode_call(pallet, call, arguments)
        genesis = self.genesis()
        account = self._account(key.public_key)
        with account.lock:
            for attempt in range(1, TRIES + 1):
                if account.next is None:
                    account.next = int(self.request("system_accountNextIndex", key.address))
                head, born = self._birth()
                era = Era(PERIOD, born.number, _bytes(born.hash))
                terms = Terms(genesis, spec_version, transaction_version, era, account.next, tip)
                transaction = sign_extrinsic(metadata, encoded, key, terms)
                try:
                    self.request("author_submitExtrinsic", "0x" + transaction.hex())
                except RpcError as error:
                    if error.code != _ALREADY_IMPORTED:
                        account.next = None
                        if attempt < TRIES and _nonce_is_used(error):
                            continue
                        raise TransactionError(f"the node did not take the transaction: {error.docs}") from error
                except ConnectionFailed:
                    account.next = None
                    raise
                account.next = terms.nonce + 1
                return transaction, head
        raise TransactionError("the node did not take the transaction: other programs use the account's nonces")

    def _birth(self) -> tuple[Block, Block]:
        """The best block, and the one from which on a transaction is to be valid: it must not be given up for another."""
        head = self.block(self.best())
        last = self.block(str(self.request("chain_getFinalizedHead")))
        # Where finality stands still, the best block has to do.
        return head, last if head.number - last.number <= _LAG else head

    def _included(self, wanted: bytes, start: Block, finalized: bool) -> tuple[Block, int]:
        """The block that has the transaction, and its place there; goes through every fork."""
        seen: set[str] = set()
        while True:
            head = self.block(self.best())
            block = head
            while block.hash not in seen and block.number >= start.number:
                seen.add(block.hash)
                if wanted in block.transactions:
                    if not finalized or self._is_final(block):
                        return block, block.transactions.index(wanted)
                    # Another fork won, and may still take it.
                    seen.clear()
                    break
                block = self.block(block.parent)
            if head.number > start.number + PERIOD + 1:
                raise TransactionError(f"no block took the transaction within {PERIOD} blocks: send it again")
            sync_sleep(POLL)

    def _is_final(self, block: Block) -> bool:
        """Wait until the block's height is final; whether it is this block that is."""
        while True:
            last = self.block(str(self.request("chain_getFinalizedHead")))
            if last.number >= block.number:
                return bool(self.request("chain_getBlockHash", block.number) == block.hash)
            sync_sleep(POLL)

    def find_event(self, matches: Callable[[Event], bool], *, since: int, back: int = 64) -> tuple[Event, Block] | None:
        """The newest event that matches, going back from the best block, ``back`` blocks at most, to the block ``since``."""
        block = self.block(self.best())
        lowest = max(since, block.number - back)
        while block.number >= lowest and block.number > 0:
            for event in self.events(block.hash):
                if matches(event):
                    return event, block
            block = self.block(block.parent)
        return None

    def until_block(self, number: int, *, timeout: float | None = None) -> Block:
        """Wait until the best block has at least this number."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            block = self.block(self.best())
            if block.number >= number:
                return block
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"the chain stands at block {block.number}, not {number}")
            sync_sleep(POLL)


def dispatch_error(metadata: Metadata, error: Any) -> ChainError:
    """The error by which a call failed, with its name and text."""
    if isinstance(error, dict) and isinstance(error.get("Module"), dict):
        module = error["Module"]
        return ChainError(*metadata.error(module["index"], module["error"][0]))
    if isinstance(error, dict) and len(error) == 1:
        kind, what = next(iter(error.items()))
        return ChainError(f"{kind}.{what}")
    return ChainError(str(error))


def _nonce_is_used(error: RpcError) -> bool:
    if error.code == _PRIORITY_TOO_LOW:
        return True
    return error.code == _INVALID and ("outdated" in error.docs or "stale" in error.docs.lower())


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))

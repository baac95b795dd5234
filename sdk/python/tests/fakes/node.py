"""A node in memory: JSON-RPC with a metadata of its own, a pool that minds nonces, blocks, forks.

The metadata has one pallet, ``Notes``, whose call ``write`` emits ``Written``, or fails if it writes nothing.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

import httpx

from candor.chain.metadata import twox_128
from candor.chain.scale import Reader, encode_compact
from candor.commitments import blake2b_256
from candor.keys import ss58_decode, verify_signature


def _text(text: str) -> bytes:
    return encode_compact(len(text.encode())) + text.encode()


def _list(items: list[bytes]) -> bytes:
    return encode_compact(len(items)) + b"".join(items)


def _field(kind: int, name: str | None = None) -> bytes:
    return (b"\0" if name is None else b"\1" + _text(name)) + encode_compact(kind) + b"\0" + _list([])


def _variant(name: str, index: int, fields: list[bytes], docs: str = "") -> bytes:
    return _text(name) + _list(fields) + bytes([index]) + _list([_text(docs)] if docs else [])


# Types, by number.
_U8, _U32, _U64, _U128, _BYTES, _HASH, _CALL, _EVENT, _ALL_EVENTS, _PHASE, _RECORD, _RECORDS = range(12)
_ERROR, _MODULE_ERROR, _DISPATCH, _SYSTEM, _UNIT, _OPTION, _BYTES4, _ACCOUNT, _DATA, _TOPICS = range(12, 22)


def _types() -> bytes:
    def composite(*fields: bytes) -> bytes:
        return b"\0" + _list(list(fields))

    def variants(*found: bytes) -> bytes:
        return b"\1" + _list(list(found))

    phases = [
        _variant("ApplyExtrinsic", 0, [_field(_U32)]),
        _variant("Finalization", 1, []),
        _variant("Initialization", 2, []),
    ]
    definitions: list[tuple[list[str], bytes]] = [
        ([], b"\5\3"),
        ([], b"\5\5"),
        ([], b"\5\6"),
        ([], b"\5\7"),
        ([], b"\2" + encode_compact(_U8)),
        (["H256"], b"\3" + (32).to_bytes(4, "little") + encode_compact(_U8)),
        (["Call"], variants(_variant("write", 0, [_field(_BYTES, "text"), _field(_U128, "value")]))),
        (["Event"], variants(_variant("Written", 0, [_field(_BYTES, "text"), _field(_U64, "number")]))),
        (["RuntimeEvent"], variants(_variant("System", 0, [_field(_SYSTEM)]), _variant("Notes", 1, [_field(_EVENT)]))),
        (["Phase"], variants(*phases)),
        (["EventRecord"], composite(_field(_PHASE, "phase"), _field(_ALL_EVENTS, "event"), _field(_TOPICS, "topics"))),
        ([], b"\2" + encode_compact(_RECORD)),
        (["Error"], variants(_variant("Empty", 0, [], "There is nothing to write; give a text."))),
        (["ModuleError"], composite(_field(_U8, "index"), _field(_BYTES4, "error"))),
        (["DispatchError"], variants(_variant("Other", 0, []), _variant("Module", 3, [_field(_MODULE_ERROR)]))),
        (
            ["SystemEvent"],
            variants(
                _variant("ExtrinsicSuccess", 0, []),
                _variant("ExtrinsicFailed", 1, [_field(_DISPATCH, "dispatch_error")]),
            ),
        ),
        ([], b"\4" + _list([])),
        (["Option"], variants(_variant("None", 0, []), _variant("Some", 1, [_field(_HASH)]))),
        ([], b"\3" + (4).to_bytes(4, "little") + encode_compact(_U8)),
        (["AccountInfo"], composite(_field(_U32, "nonce"), _field(_DATA, "data"))),
        (["AccountData"], composite(_field(_U128, "free"))),
        ([], b"\2" + encode_compact(_HASH)),
    ]
    out = []
    for number, (path, definition) in enumerate(definitions):
        out.append(encode_compact(number) + _list([_text(part) for part in path]) + _list([]) + definition + _list([]))
    return _list(out)


def _entry(name: str, value: int, default: bytes, key: int | None = None) -> bytes:
    kind = b"\0" + encode_compact(value) if key is None else b"\1\4\2" + encode_compact(key) + encode_compact(value)
    return _text(name) + b"\1" + kind + encode_compact(len(default)) + default + _list([])


def metadata(spec_name: str = "Notes") -> bytes:
    """Metadata of version 15."""
    system = [_entry("Events", _RECORDS, b"\0"), _entry("Account", _ACCOUNT, bytes(20), _HASH)]
    pallets = [
        _text("System")
        + b"\1"
        + _text("System")
        + _list(system)
        + b"\0\0"
        + _list([])
        + b"\0"
        + bytes([0])
        + _list([]),
        _text(spec_name)
        + b"\0"
        + (b"\1" + encode_compact(_CALL))
        + (b"\1" + encode_compact(_EVENT))
        + _list([_text("Limit") + encode_compact(_U32) + _list_bytes((77).to_bytes(4, "little")) + _list([])])
        + (b"\1" + encode_compact(_ERROR))
        + bytes([9])
        + _list([]),
    ]
    extensions = [
        ("CheckNonZeroSender", _UNIT, _UNIT),
        ("CheckSpecVersion", _UNIT, _U32),
        ("CheckTxVersion", _UNIT, _U32),
        ("CheckGenesis", _UNIT, _HASH),
        ("CheckMortality", _UNIT, _HASH),
        ("CheckNonce", _UNIT, _UNIT),
        ("ChargeTransactionPayment", _UNIT, _UNIT),
        ("Unheard", _UNIT, _OPTION),
    ]
    listed = [_text(name) + encode_compact(extra) + encode_compact(more) for name, extra, more in extensions]
    method = _text("double") + _list([_text("number") + encode_compact(_U32)]) + encode_compact(_U64) + _list([])
    apis = _list([_text("NotesApi") + _list([method]) + _list([])])
    extrinsic = b"\4" + encode_compact(_UNIT) * 4 + _list(listed)
    return b"meta\x0f" + _types() + _list(pallets) + extrinsic + encode_compact(_UNIT) + apis


def _list_bytes(data: bytes) -> bytes:
    return encode_compact(len(data)) + data


@dataclass
class Made:
    number: int
    parent: str
    extrinsics: list[bytes]
    events: bytes


@dataclass
class FakeNode:
    """A transport for httpx. A block is made at every question for the best one, once something waits or ``idle`` is set."""

    spec_version: int = 1
    blocks: dict[str, Made] = field(default_factory=dict)
    best: str = ""
    final: str = ""
    pool: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    nonces: dict[bytes, int] = field(default_factory=dict)
    # How often a submission is taken but not answered, and how often a transaction is forgotten.
    deaf: int = 0
    forget: int = 0
    idle: bool = False
    calls: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.genesis = self._add(Made(0, "0x" + "00" * 32, [], b"\0"))

    def _add(self, block: Made) -> str:
        name = f"{len(self.blocks)} {block.number} {block.parent}".encode()
        self.best = "0x" + blake2b_256(name).hex()
        self.blocks[self.best] = block
        return self.best

    def transport(self) -> httpx.MockTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            with self.lock:
                question = json.loads(request.content)
                self.calls.append(question["method"])
                answer = self.answer(question["method"], question["params"])
                return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, **answer})

        return httpx.MockTransport(handle)

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        match method:
            case "chain_getBlockHash" if params == []:
                self.tick()
                return {"result": self.best}
            case "chain_getBlockHash":
                return {"result": self.at(params[0])}
            case "chain_getFinalizedHead":
                return {"result": self.final or self.best}
            case "chain_getBlock":
                block = self.blocks[params[0]]
                header = {"number": hex(block.number), "parentHash": block.parent}
                return {
                    "result": {"block": {"header": header, "extrinsics": ["0x" + e.hex() for e in block.extrinsics]}}
                }
            case "state_getRuntimeVersion":
                return {"result": {"specVersion": self.spec_version, "transactionVersion": 1}}
            case "state_call" if params[0] == "Metadata_metadata_at_version":
                return {"result": "0x01" + _list_bytes(metadata()).hex()}
            case "state_call":
                number = int.from_bytes(bytes.fromhex(params[1][2:]), "little")
                return {"result": "0x" + (number * 2).to_bytes(8, "little").hex()}
            case "state_getStorage":
                events = "0x" + (twox_128(b"System") + twox_128(b"Events")).hex()
                found = self.blocks[params[1]].events.hex() if params[0] == events else None
                return {"result": None if found is None else "0x" + found}
            case "system_accountNextIndex":
                return {"result": self.next_index(ss58_decode(params[0]))}
            case "author_submitExtrinsic":
                return self.submit(bytes.fromhex(params[0][2:]))
            case _:
                return {"error": {"code": -32601, "message": "Method not found"}}

    def at(self, number: int) -> str | None:
        name = self.best
        while self.blocks[name].number > number:
            name = self.blocks[name].parent
        return name if self.blocks[name].number == number else None

    def next_index(self, account: bytes) -> int:
        waiting = sum(who == account for who, _, _ in self.pool)
        return self.nonces.get(account, 0) + waiting

    def submit(self, extrinsic: bytes) -> dict[str, Any]:
        account, nonce, call = self.check(extrinsic)
        known = [raw for _, _, raw in self.pool]
        if extrinsic in known:
            return {"error": {"code": 1013, "message": "Transaction is already imported"}}
        if nonce < self.nonces.get(account, 0):
            return {"error": {"code": 1010, "message": "Invalid Transaction", "data": "Transaction is outdated"}}
        if any(who == account and taken == nonce for who, taken, _ in self.pool):
            return {"error": {"code": 1014, "message": "Priority is too low"}}
        if call.endswith(b"\xff" * 16):
            return {"error": {"code": 1010, "message": "Invalid Transaction", "data": "Inability to pay some fees"}}
        if self.forget:
            self.forget -= 1
        else:
            self.pool.append((account, nonce, extrinsic))
        if self.deaf:
            self.deaf -= 1
            raise httpx.ReadError("the connection broke")
        return {"result": "0x" + blake2b_256(extrinsic).hex()}

    def check(self, extrinsic: bytes) -> tuple[bytes, int, bytes]:
        """Take a transaction apart, and check its signature."""
        reader = Reader(extrinsic)
        assert reader.compact() == len(extrinsic) - reader.at
        assert reader.take(2) == b"\x84\x00"
        account = reader.take(32)
        assert reader.take(1) == b"\x01"
        signature = reader.take(64)
        start = reader.at
        era = reader.number(2)
        nonce = reader.compact()
        reader.compact()
        extra, call = extrinsic[start : reader.at], extrinsic[reader.at :]
        period = 2 << (era & 15)
        phase = era >> 4
        newest = self.blocks[self.best].number
        birth = max(newest, phase) - (max(newest, phase) - phase) % period
        block = bytes.fromhex((self.at(birth) or self.genesis)[2:])
        version = self.spec_version.to_bytes(4, "little") + (1).to_bytes(4, "little")
        payload = call + extra + version + bytes.fromhex(self.genesis[2:]) + block + b"\0"
        message = blake2b_256(payload) if len(payload) > 256 else payload
        assert verify_signature(account, message, signature), "a bad signature"
        return account, nonce, call

    def tick(self) -> None:
        """Make a block of what is ready, if there is something, or blocks are made anyway."""
        ready: list[bytes] = []
        for entry in sorted(self.pool, key=lambda entry: entry[1]):
            account, nonce, extrinsic = entry
            if nonce == self.nonces.get(account, 0):
                self.nonces[account] = nonce + 1
                self.pool.remove(entry)
                ready.append(extrinsic)
        if ready or self.idle:
            block = self.blocks[self.best]
            self._add(Made(block.number + 1, self.best, ready, _events([self.check_call(raw) for raw in ready])))

    def check_call(self, extrinsic: bytes) -> bytes:
        return extrinsic.rpartition(b"\x09\x00")[2]


def _events(calls: list[bytes]) -> bytes:
    records = []
    for index, call in enumerate(calls):
        phase = b"\0" + index.to_bytes(4, "little")
        text = Reader(call).bytes()
        if text:
            records.append(phase + b"\1\0" + _list_bytes(text) + (7).to_bytes(8, "little") + b"\0")
            records.append(phase + b"\0\0\0")
        else:
            records.append(phase + b"\0\1\3\x09\0\0\0\0\0")
    return _list(records)

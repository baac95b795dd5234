"""The check of attestations in Rust (``primitives/attestation-check``), run as Wasm."""

from __future__ import annotations

import gzip
import threading
from functools import cache
from importlib.resources import files
from typing import TypeVar

from .chain.scale import Reader
from .errors import AttestationError, CandorError, ProtocolError

_T = TypeVar("_T")

_FILE = "attestation.wasm.gz"
_WORD = 0xFFFF_FFFF
# An instance answers one question at a time.
_LOCK = threading.Lock()


class _Instance:
    """The module, ready to answer."""

    def __init__(self, packed: bytes) -> None:
        try:
            import wasmtime
        except ImportError as error:
            raise CandorError("attestations are checked by WebAssembly: pip install 'candor[attestation]'") from error
        engine = wasmtime.Engine()
        self._store = wasmtime.Store(engine)
        exports = wasmtime.Instance(self._store, wasmtime.Module(engine, gzip.decompress(packed)), []).exports(
            self._store
        )
        self._memory = _of(wasmtime.Memory, exports["memory"])
        self._alloc, self._ask = _of(wasmtime.Func, exports["alloc"]), _of(wasmtime.Func, exports["ask"])

    def ask(self, question: bytes) -> bytes:
        """The answer's bytes."""
        store = self._store
        at = self._alloc(store, len(question)) & _WORD
        if at == 0:
            raise MemoryError(f"there is no memory for {len(question)} bytes")
        self._memory.write(store, question, at)
        answer = self._ask(store, at, len(question)) & _WORD
        if answer == 0:
            raise ProtocolError("the Wasm module does not know this question: was it built from another version?")
        length = int.from_bytes(self._memory.read(store, answer, answer + 4), "little")
        return bytes(self._memory.read(store, answer + 4, answer + 4 + length))


@cache
def _instance() -> _Instance:
    file = files("candor").joinpath(_FILE)
    if not file.is_file():
        raise CandorError(
            "this build of the package cannot check attestations: install Rust (scripts/setup) and then the package again"
        )
    return _Instance(file.read_bytes())


def ask(question: bytes) -> bytes:
    """Ask one of the questions of ``sdk/attestation-module``; raises ``AttestationError`` with the reason of a refusal."""
    with _LOCK:
        read = Reader(_instance().ask(question))
    if read.number(1) == 0:
        return read.bytes()
    code = read.text()
    raise AttestationError(code, read.text())


def _of(kind: type[_T], value: object) -> _T:
    if not isinstance(value, kind):
        raise ProtocolError("the Wasm module has other exports than it should")
    return value

# Made from candor/_async by tools/unasync.py: change that instead.
"""The client: one object for calls, models, jobs, schedules, sessions and stake."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .._compat import sync_map
from ..attestation import AttestationVerdict
from ..errors import CandorError, NotFound, VerificationError
from ..keys import Keypair, account_id, load_key, ss58_encode
from ..market import Host
from ..paid import SessionInfo
from ..protocol import Result
from ..receipts import Receipt, SessionPath, SignedReceipt
from ..releases import Release
from ..tensors import Array, Inputs, Tensor
from ..verify import Expected, check
from .attestation import check_attestation
from .chain import Chain
from .endpoint import Endpoint
from .jobs import Jobs
from .models import Models
from .schedules import Schedules
from .sessions import Sessions
from .stake import Hosts, Stake

if TYPE_CHECKING:
    from typing_extensions import Self


class Candor:
    """A client of Candor.

    ``endpoint`` is ``candor proxy`` or a gateway, and answers calls; ``chain`` is a node, for everything that is on chain
    and to check receipts. ``key`` signs transactions: a secret phrase, a seed, ``//Alice``, a file, or a ``Keypair``;
    reading and calling through the proxy need none. ``engine`` takes model files and large inputs with ``engine_token``.
    What is left out is taken from the environment, as the program ``candor`` does (``CANDOR_ENDPOINT``, ``CANDOR_URL``,
    ``CANDOR_KEY``, ``CANDOR_ENGINE``, ``CANDOR_ENGINE_TOKEN_FILE``), else the addresses of a local network. Nothing is
    connected before it is needed.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        chain: str | None = None,
        key: Keypair | str | Path | None = None,
        *,
        api_key: str | None = None,
        engine: str | None = None,
        engine_token: str | Path | None = None,
        timeout: float = 60.0,
    ) -> None:
        endpoint = endpoint or os.environ.get("CANDOR_ENDPOINT", "http://127.0.0.1:8000")
        self.endpoint = Endpoint(endpoint, api_key=api_key, timeout=timeout)
        self.chain = Chain(chain or os.environ.get("CANDOR_URL", "ws://127.0.0.1:9944"))
        key = key or os.environ.get("CANDOR_KEY")
        self._key = None if key is None else load_key(key)
        self.engine = engine or os.environ.get("CANDOR_ENGINE", "http://127.0.0.1:9955")
        if engine_token is None and "CANDOR_ENGINE_TOKEN_FILE" in os.environ:
            engine_token = Path(os.environ["CANDOR_ENGINE_TOKEN_FILE"])
        self.engine_token = engine_token.read_text().strip() if isinstance(engine_token, Path) else engine_token
        self.models = Models(self)
        self.jobs = Jobs(self)
        self.schedules = Schedules(self)
        self.sessions = Sessions(self)
        self.hosts = Hosts(self)
        self.stake = Stake(self)

    @property
    def key(self) -> Keypair:
        """What signs transactions."""
        if self._key is None:
            raise CandorError("this needs an account: give key= to the client")
        return self._key

    @property
    def address(self) -> str:
        """Address of the account."""
        return self.key.address

    def balance(self) -> int:
        """What the account has that is not on hold, in planck."""
        return self.chain.balance(self.key.public_key)

    def infer(
        self,
        model: str | int,
        inputs: Inputs,
        *,
        version: str | None = None,
        outputs: Sequence[str] | None = None,
        id: str | None = None,  # noqa: A002
        binary: bool = True,
        timeout: float | None = None,
        verify: bool = False,
    ) -> Result:
        """Call a model through the endpoint. The proxy pays and checks; ``verify`` checks here once more, natively.

        ``inputs`` are arrays by name; nested lists and scalars take the type that the model declares. ``outputs`` names
        the outputs that are wanted. ``binary`` is exact and fast; without it tensors travel as JSON. ``timeout`` is a
        deadline that the host is told, in seconds.
        """
        result = self.endpoint.infer(
            model, inputs, version=version, outputs=outputs, id=id, binary=binary, timeout=timeout
        )
        if verify:
            self.verify(result)
        return result

    def infer_batch(
        self,
        model: str | int,
        calls: Sequence[Inputs],
        *,
        version: str | None = None,
        outputs: Sequence[str] | None = None,
        concurrency: int = 8,
        timeout: float | None = None,
        verify: bool = False,
    ) -> list[Result]:
        """Many calls, ``concurrency`` at the same time, results in their order. The first that fails ends it."""

        def one(inputs: Inputs) -> Result:
            return self.infer(model, inputs, version=version, outputs=outputs, timeout=timeout, verify=verify)

        return sync_map(one, calls, concurrency)

    def embeddings(self, model: str | int, texts: str | Sequence[str], *, dimensions: int | None = None) -> Array:
        """Vectors of texts, by a model with a tokenizer: one row each, float32."""
        texts = [texts] if isinstance(texts, str) else list(texts)
        return self.endpoint.embeddings(model, texts, dimensions=dimensions)

    def verify(
        self,
        answer: Result | SignedReceipt,
        inputs: Inputs | None = None,
        outputs: Inputs | None = None,
        *,
        requester: bytes | str | None = None,
    ) -> Receipt:
        """Check an answer on this machine: the receipt's signature, chain, release, inputs, units, price and outputs.

        Of a ``Result`` it checks what was sent and what came; of a receipt alone the ``inputs`` and ``outputs`` given.
        Raises ``VerificationError`` where anything differs. The chain is asked for the host's worker key and the
        release, and for prices where it still has them: point ``chain`` at a node that you trust.
        """
        signed = answer.receipt if isinstance(answer, Result) else answer
        if signed is None:
            raise VerificationError(
                "the answer has no receipt: nobody signed it; call through candor proxy or a session"
            )
        receipt = signed.receipt
        release = self.models.known(receipt.release)
        if isinstance(answer, Result):
            inputs = answer.inputs if inputs is None else inputs
            outputs = answer.tensors if outputs is None else outputs
        if inputs is None or (outputs is None and not signed.failed):
            raise VerificationError("inputs and outputs are needed to check a receipt")
        session = self._session(receipt)
        expected = Expected(
            worker=self._worker(receipt) if session is None else session.worker,
            genesis=self.chain.genesis(),
            release=release,
            inputs=release.tensors(inputs),
            outputs=self._outputs(release, outputs or {}),
            output_roots=answer.output_roots if isinstance(answer, Result) else (),
            requester=None if requester is None else account_id(requester),
        )
        if session is not None:
            terms = session.terms
            if requester is None:
                expected = replace(expected, requester=terms.requester)
            expected = replace(
                expected,
                host=terms.host,
                variant=terms.variant,
                price=terms.price,
                max_fee=terms.max_fee,
                block=terms.opened,
            )
        return check(signed, expected)

    def attestation(
        self,
        host: str | bytes,
        *,
        endpoint: str | None = None,
        now: int | None = None,
        root: bytes | None = None,
        timeout: float = 60.0,
    ) -> AttestationVerdict:
        """Check on this machine whether a host's worker key lives in a machine that keeps it from its operator.

        ``host`` is its account, or the endpoint of its engine (``https://...``). It is asked for fresh evidence of its
        hardware, at ``endpoint`` or where the chain says; collateral, allow-list and rules are the chain's. Whatever
        the host says is a verdict, with a ``code`` if it is not believed; errors are for questions without an answer.
        ``now`` is the clock's second since 1970 if left out. ``root`` is for tests: see ``verify_evidence``.
        """
        return check_attestation(self, host, endpoint=endpoint, now=now, root=root, timeout=timeout)

    def _session(self, receipt: Receipt) -> SessionInfo | None:
        """The session of a receipt, while the chain has it: its prices, and the key that signs for it."""
        if not isinstance(receipt.path, SessionPath):
            return None
        view = self.chain.call("SessionsApi", "session", receipt.path.session)
        return None if view is None else SessionInfo.from_chain(view)

    def _worker(self, receipt: Receipt) -> bytes:
        view = self.chain.call("HostsApi", "host", receipt.host)
        if view is None:
            raise VerificationError(f"the answer must not be trusted: {ss58_encode(receipt.host)} is no host")
        return Host.from_chain(view).worker

    @staticmethod
    def _outputs(release: Release, outputs: Inputs) -> dict[str, Tensor]:
        declared = {spec.name: spec.dtype for spec in release.outputs}
        unknown = [name for name in outputs if name not in declared]
        if unknown:
            raise VerificationError(f"the model has no output {', '.join(unknown)}")
        return {name: Tensor.of(value, declared[name]) for name, value in outputs.items()}

    def exists(self, model: str | int) -> bool:
        """Whether the chain has a release of this name."""
        try:
            self.models.get(model)
        except NotFound:
            return False
        return True

    def close(self) -> None:
        """Close the connections."""
        self.endpoint.close()
        self.chain.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

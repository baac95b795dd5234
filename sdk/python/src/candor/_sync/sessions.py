# Made from candor/_async by tools/unasync.py: change that instead.
"""Sessions without a proxy: calls to one host, each answer checked before it is paid for."""

from __future__ import annotations

import builtins
import os
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .._compat import SyncLock, sync_sleep
from ..amounts import planck
from ..commitments import batch_root
from ..errors import (
    Busy,
    CandorError,
    InvalidRequest,
    NotFound,
    Payment,
    PaymentRequired,
    RunFailed,
    Unauthorized,
    Unavailable,
    VerificationError,
)
from ..keys import Keypair, account_id, verify_signature
from ..paid import SessionInfo, SessionQuote, SessionTerms
from ..protocol import Result, SessionCall
from ..receipts import SessionPath, SignedReceipt, SignedVoucher, Voucher
from ..releases import Release
from ..tensors import Inputs, Tensor
from ..verify import Expected, check
from .endpoint import Endpoint

if TYPE_CHECKING:
    from typing_extensions import Self

    from .client import Candor

_PAGE = 100
#: How long a host may take to hear of a new session, in seconds.
_HEARS = 60.0
_AGAIN = 0.5
# Errors after which the host has not answered and will not. After any other it may have.
_REFUSED = (Busy, InvalidRequest, NotFound, Unauthorized, Unavailable)


class Session:
    """A session with one host. Calls go one after the other; for many at a time use ``candor proxy``.

    Every answer is checked: receipt, signature, inputs, outputs, price. The voucher that pays for it is signed only
    then, and travels with the next call or with ``pay``. A call whose answer was lost is sent again under its index
    before the next one, which costs nothing twice.
    """

    def __init__(
        self,
        client: Candor,
        info: SessionInfo,
        release: Release,
        key: Keypair,
        *,
        file: Path | None = None,
        endpoint: Endpoint | None = None,
    ) -> None:
        self._client = client
        self.info = info
        self.release = release
        self.terms: SessionTerms = info.terms
        self._key = key
        self._host = endpoint or Endpoint(info.endpoint)
        self._file = file
        self._lock = SyncLock()
        #: The receipts of all answered calls, by index.
        self.receipts: list[SignedReceipt] = []
        #: What they cost together, in planck.
        self.spent = 0
        # A call that went out and whose answer did not come.
        self._pending: dict[str, Tensor] | None = None
        self._broken: str | None = None

    @property
    def id(self) -> int:
        """Number of the session."""
        return self.terms.session

    @property
    def left(self) -> int:
        """What is left of the deposit, in planck."""
        return self.terms.deposit - self.spent

    def voucher(self) -> SignedVoucher | None:
        """Pays for all answered calls; none before the first."""
        return self._voucher() if self.receipts else None

    def _voucher(self) -> SignedVoucher:
        root = batch_root([receipt.hash for receipt in self.receipts])
        return Voucher(self.terms.genesis, self.id, len(self.receipts), self.spent, root).sign(self._key)

    def infer(self, inputs: Inputs, *, timeout: float | None = None) -> Result:
        """Call the model."""
        tensors = self.release.tensors(inputs)
        with self._lock:
            if self._broken is not None:
                raise CandorError(f"this session is not used any more: {self._broken}; close it and open another")
            if self._pending is not None and self._pending != tensors:
                # Its index is taken by what was sent: the host may have answered it.
                lost = self._pending
                self._settled(lost, timeout)
            return self._call(tensors, timeout)

    def _settled(self, lost: dict[str, Tensor], timeout: float | None) -> None:
        try:
            self._call(lost, timeout)
        except RunFailed:
            # Answered, too.
            return

    def _call(self, tensors: dict[str, Tensor], timeout: float | None) -> Result:
        index = len(self.receipts)
        self._afford(self.terms.price.of(self.release.units(tensors)))
        call = SessionCall(self.id, index, self.voucher())
        self._pending = tensors
        end = time.monotonic() + _HEARS
        while True:
            try:
                result = self._host.infer(self.release.id, tensors, payment=call, timeout=timeout)
                self._answered(result.receipt, tensors, result.tensors)
                return result
            except RunFailed as error:
                if error.receipt is None:
                    raise
                self._answered(error.receipt, tensors, {})
                raise
            except PaymentRequired as error:
                # Not an answer: the index is free again.
                self._pending = None
                unknown = error.payment.problem == "unknown_session"
                if not unknown or time.monotonic() > end:
                    raise
            except _REFUSED:
                self._pending = None
                raise
            sync_sleep(_AGAIN)

    def _afford(self, fee: int) -> None:
        terms = self.terms
        if fee > terms.max_fee:
            problem = Payment("too_dear", release=terms.release, fee=fee)
            raise PaymentRequired(
                f"the call costs {fee} planck, and a call of this session at most {terms.max_fee}", payment=problem
            )
        if fee > self.left:
            missing = fee - self.left
            problem = Payment("deposit", release=terms.release, missing=missing)
            raise PaymentRequired(f"the deposit lacks {missing} planck: top_up the session", payment=problem)

    def _answered(self, signed: SignedReceipt | None, tensors: dict[str, Tensor], outputs: dict[str, Tensor]) -> None:
        """Check an answer, write it down, count it."""
        terms = self.terms
        try:
            if signed is None:
                raise VerificationError("the answer must not be trusted: it has no receipt")
            expected = Expected(
                worker=self.info.worker,
                genesis=terms.genesis,
                release=self.release,
                inputs=tensors,
                outputs=outputs,
                requester=terms.requester,
                host=terms.host,
                path=SessionPath(self.id, len(self.receipts)),
                variant=terms.variant,
                price=terms.price,
                max_fee=terms.max_fee,
                insured=0,
                block=terms.opened,
            )
            check(signed, expected)
        except VerificationError as error:
            # Nothing is paid for any more at a host that answers wrongly.
            self._broken = str(error)
            raise
        if self._file is not None:
            with self._file.open("a") as out:
                out.write(signed.to_base64() + "\n")
                out.flush()
                os.fsync(out.fileno())
        self._count(signed)
        self._pending = None

    def _count(self, signed: SignedReceipt) -> None:
        self.receipts.append(signed)
        self.spent += self.terms.earns(signed.receipt, failed=signed.failed)

    def pay(self) -> None:
        """Hand the newest voucher to the host now, without a call."""
        voucher = self.voucher()
        if voucher is not None:
            self._host.send(f"/candor/v1/sessions/{self.id}/voucher", voucher.encode())

    def top_up(self, amount: int | str | Decimal = 0, *, blocks: int | None = None) -> None:
        """Add to the deposit, or give it more time: ``blocks`` from now."""
        self.info = self._client.sessions.top_up(self.id, amount, blocks=blocks)
        self.terms = self.info.terms

    def close(self) -> None:
        """Close on chain. If the host agrees that is the end, at once; else it has its notice. What is left comes back."""
        try:
            agreed = self._agree()
        except CandorError:
            # The host is away, or sees it otherwise: it settles what it has.
            agreed = None
        if agreed is None:
            with suppress(CandorError):
                self.pay()
            self._client.sessions.close(self.id)
        else:
            voucher, signature = agreed
            self._client.chain.submit(
                self._client.key, "Sessions", "close_agreed", voucher=dict(vars(voucher)), signature=signature
            )
        self._host.close()

    def _agree(self) -> tuple[Voucher, bytes] | None:
        """The last voucher with the host's signature, if it gives it. It takes no calls from then on."""
        signed = self.voucher() or self._voucher()
        asked = self._key.sign(signed.voucher.close_message())
        answer = self._host.send(f"/candor/v1/sessions/{self.id}/close", signed.encode() + asked)
        signature = answer.content
        valid = verify_signature(self.info.worker, signed.voucher.last_hash(), signature)
        return (signed.voucher, signature) if valid else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Sessions:
    """``candor.sessions``."""

    def __init__(self, client: Candor) -> None:
        self._client = client

    def quote(
        self,
        model: str | int | Release,
        *,
        deposit: int | str | Decimal,
        host: str | bytes | None = None,
        max_units: int | None = None,
        attested: bool = False,
    ) -> SessionQuote:
        """What a session would cost now; with ``attested`` at an attested host."""
        release = self._client.models.get(model)
        named = None if host is None else account_id(host)
        units = max_units or release.reference_units
        answer = self._client.chain.call(
            "SessionsApi", "quote_session", release.id, named, units, planck(deposit), attested
        )
        return SessionQuote.from_chain(answer)

    def open(
        self,
        model: str | int | Release,
        *,
        deposit: int | str | Decimal,
        blocks: int = 1800,
        host: str | bytes | None = None,
        max_units: int | None = None,
        max_fee: int | str | Decimal | None = None,
        attested: bool = False,
        key: Keypair | None = None,
        file: str | Path | None = None,
        endpoint: str | None = None,
    ) -> Session:
        """Open a session for ``blocks`` blocks (of 2 s), with the host named or one that the market draws.

        A call has at most ``max_units`` (the release's reference units if left out) and costs at most ``max_fee``.
        With ``attested`` only a host whose machine is attested answers: calls are final sooner and audited less often.
        ``key`` signs the vouchers, else the account does. ``file`` keeps the receipts, so that ``resume`` can go on.
        ``endpoint`` is where the host answers, if not where it says.
        """
        client = self._client
        release = client.models.get(model)
        units = max_units or release.reference_units
        if max_fee is None:
            max_fee = (self.quote(release, deposit=deposit, host=host, max_units=units, attested=attested)).max_fee
        head = client.chain.block(client.chain.best())
        signer = key or client.key
        done = client.chain.submit(
            client.key,
            "Sessions",
            "open",
            release=release.id,
            host=None if host is None else account_id(host),
            max_units=units,
            max_fee=planck(max_fee),
            deposit=planck(deposit),
            expires=head.number + blocks,
            key=signer.public_key,
            attested=attested,
        )
        info = self.get(int(done.one("Sessions", "SessionOpened").fields["session"]))
        return self._session(info, release, signer, file, endpoint)

    def resume(
        self, session: int, file: str | Path, *, key: Keypair | None = None, endpoint: str | None = None
    ) -> Session:
        """Go on with a session that was opened with ``file``, after the program ended."""
        info = self.get(session)
        release = self._client.models.known(info.terms.release)
        resumed = self._session(info, release, key or self._client.key, file, endpoint)
        lines = Path(file).read_text().splitlines() if Path(file).exists() else []
        for line in lines:
            resumed._count(SignedReceipt.from_base64(line))
        state = resumed._host.get_json(f"/candor/v1/sessions/{session}")
        if state.get("known") and int(state.get("answered", 0)) > len(lines):
            raise CandorError(
                f"the host answered {state['answered']} calls, and {file} has {len(lines)}: the last answer was lost "
                "with the program; close the session and open another"
            )
        return resumed

    def _session(
        self, info: SessionInfo, release: Release, key: Keypair, file: str | Path | None, endpoint: str | None
    ) -> Session:
        path = None if file is None else Path(file)
        host = None if endpoint is None else Endpoint(endpoint)
        return Session(self._client, info, release, key, file=path, endpoint=host)

    def get(self, session: int) -> SessionInfo:
        """One session of which something is left to be done."""
        view = self._client.chain.call("SessionsApi", "session", session)
        if view is None:
            raise NotFound(f"there is no session {session}, or it is long over", status=404, code="not_found")
        return SessionInfo.from_chain(view)

    def list(self, account: str | bytes | None = None) -> builtins.list[SessionInfo]:
        """Sessions of which something is left to be done: yours, or those of an account."""
        who = self._client.key.public_key if account is None else account_id(account)
        sessions: builtins.list[SessionInfo] = []
        while True:
            start = sessions[-1].id + 1 if sessions else 0
            page = self._client.chain.call("SessionsApi", "sessions_of", who, start, _PAGE)
            sessions += map(SessionInfo.from_chain, page)
            if len(page) < _PAGE:
                return sessions

    def top_up(self, session: int, amount: int | str | Decimal = 0, *, blocks: int | None = None) -> SessionInfo:
        """Add to a session's deposit, or give it more time: ``blocks`` from now."""
        chain = self._client.chain
        expires = None
        if blocks is not None:
            expires = (chain.block(chain.best())).number + blocks
        chain.submit(self._client.key, "Sessions", "top_up", session=session, amount=planck(amount), expires=expires)
        return self.get(session)

    def close(self, session: int) -> None:
        """Close a session. Its host has a notice in which it settles its newest voucher; then the rest comes back."""
        self._client.chain.submit(self._client.key, "Sessions", "close", session=session, voucher=None)

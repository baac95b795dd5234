"""A session at a host on a real socket: indices, vouchers, lost answers, lies."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from candor import (
    Candor,
    CandorError,
    ConnectionFailed,
    Failed,
    Output,
    PaymentRequired,
    RunFailed,
    Session,
    SessionPath,
    SignedReceipt,
    SignedVoucher,
    Tensor,
    VerificationError,
)
from candor.commitments import batch_root, tensors_root
from candor.keys import verify_signature

from ..fakes.chain import FakeChain
from ..fakes.model import GENESIS, HOST, RELEASE, REQUESTER, VARIANT, WORKER, signed
from ..fakes.server import Answer, FakeServer, json_answer

TERMS = {
    "session": 5,
    "genesis": GENESIS,
    "requester": REQUESTER.public_key,
    "host": HOST.public_key,
    "release": RELEASE.id,
    "variant": VARIANT,
    "key": REQUESTER.public_key,
    "price_per_call": 100,
    "price_per_unit": 10,
    "max_fee": 120,
    "deposit": 1000,
    "opened": 40,
    "expires": 1840,
}


class Host:
    """A host that keeps the rules, unless it is told to lie."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.answered: dict[int, tuple[bytes, Answer]] = {}
        self.vouched: SignedVoucher | None = None
        self.lie: dict[str, Any] = {}
        self.fail = False
        self.unknown = 0
        self.stubborn = False
        server.override = self.answer

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        if path == "/candor/v1/sessions/5":
            return json_answer(200, {"session": 5, "known": True, "answered": len(self.answered)})
        if path == "/candor/v1/sessions/5/voucher":
            self.take(SignedVoucher.decode(body))
            return 204, {}, b""
        if path == "/candor/v1/sessions/5/close":
            last = SignedVoucher.decode(body[:-64]).voucher
            assert verify_signature(REQUESTER.public_key, last.close_message(), body[-64:])
            if self.stubborn or last.calls != len(self.answered):
                return json_answer(409, {"error": "no", "code": "invalid"})
            return 200, {}, WORKER.sign(last.last_hash())
        if not path.endswith("/infer"):
            return None
        if self.unknown:
            self.unknown -= 1
            payment = {"problem": "unknown_session", "genesis": "0x" + GENESIS.hex()}
            return json_answer(402, {"error": "it is looked up", "code": "payment", "payment": payment})
        if voucher := headers.get("candor-voucher"):
            self.take(SignedVoucher.decode(base64.b64decode(voucher)))
        index = int(headers["candor-index"])
        if index in self.answered:
            before, again = self.answered[index]
            if before == body:
                return again
            taken = {"problem": "index", "next": len(self.answered)}
            return json_answer(409, {"error": "index", "code": "payment", "payment": taken})
        made = self.run(index, headers, body)
        self.answered[index] = (body, made)
        return made

    def take(self, voucher: SignedVoucher) -> None:
        assert verify_signature(REQUESTER.public_key, voucher.voucher.hash(), voucher.signature)
        assert self.vouched is None or voucher.voucher.calls >= self.vouched.voucher.calls
        self.vouched = voucher

    def run(self, index: int, headers: dict[str, str], body: bytes) -> Answer:
        length = int(headers["inference-header-content-length"])
        rest, inputs = body[length:], []
        for entry in json.loads(body[:length])["inputs"]:
            size = entry["parameters"]["binary_data_size"]
            inputs.append(Tensor.of(np.frombuffer(rest[:size], "<f4" if entry["datatype"] == "FP32" else "<i8")))
            inputs[-1] = replace(inputs[-1], shape=tuple(entry["shape"]))
            rest = rest[size:]
        y = replace(inputs[0], data=np.frombuffer(inputs[0].data, "<f4").__add__(1).astype("<f4").tobytes())
        z = Tensor.of("done", "string")
        units = max(1, -(-inputs[1].shape[0] // 2))
        changes = {
            "input_root": tensors_root([tensor.root() for tensor in inputs]),
            "units": units,
            "fee": 100 + 10 * units,
            "path": SessionPath(5, index),
            "outcome": Failed(1, 0) if self.fail else Output(tensors_root([y.root(), z.root()])),
            **self.lie,
        }
        receipt = signed(WORKER, **changes)
        if self.fail:
            return json_answer(422, {"error": "Gather", "code": "run_failed", "receipt": receipt.to_base64()})
        outputs = [
            {"name": "y", "datatype": "FP32", "shape": y.shape, "data": np.frombuffer(y.data, "<f4").tolist()},
            {"name": "z", "datatype": "BYTES", "shape": [], "data": ["done"]},
        ]
        status, extra, content = json_answer(200, {"model_name": "adder", "outputs": outputs})
        return status, {**extra, "candor-receipt": receipt.to_base64()}, content


@pytest.fixture
def host(server: FakeServer) -> Host:
    return Host(server)


@pytest.fixture
def chain(server: FakeServer) -> FakeChain:
    chain = FakeChain()
    view = {
        "terms": TERMS,
        "worker": WORKER.public_key,
        "endpoint": server.url.encode(),
        "phase": "Open",
        "ends_after": 1900,
        "settled_calls": 0,
        "settled_fee": 0,
        "held": 1000,
        "bond": 7,
        "batches": [],
        "receipts": bytes(32),
    }
    quote = {"host": HOST.public_key, "variant": VARIANT, "price_per_call": 100, "price_per_unit": 10}
    chain.answers = {
        "SessionsApi.session": view,
        "SessionsApi.sessions_of": [view],
        "SessionsApi.quote_session": {"Ok": {**quote, "max_fee": 120, "calls": 8, "bond": 7}},
    }
    chain.emits = {"Sessions.open": [chain.event("Sessions", "SessionOpened", session=5)]}
    return chain


@pytest.fixture
def candor(server: FakeServer, chain: FakeChain) -> Candor:
    client = Candor(server.url, key=REQUESTER)
    chain.attach(client)
    client.models._known[RELEASE.id] = RELEASE
    return client


@pytest.fixture
def session(candor: Candor, tmp_path: Path) -> Session:
    return candor.sessions.open(RELEASE, deposit=1000, file=tmp_path / "receipts")


def inputs(batch: int = 1) -> dict[str, Any]:
    return {"a": np.zeros((batch, 2), dtype=np.float32), "b": list(range(batch))}


def test_a_session_should_be_opened_at_the_quoted_price(session: Session, chain: FakeChain) -> None:
    name, arguments = chain.submitted[0]
    assert name == "Sessions.open"
    assert arguments == {
        "release": 3,
        "host": None,
        "max_units": 1,
        "max_fee": 120,
        "deposit": 1000,
        "expires": 1840,
        "key": REQUESTER.public_key,
        "attested": False,
    }
    assert (session.id, session.left, session.info.host) == (5, 1000, HOST.address)


def test_calls_should_be_paid_by_the_next_one(session: Session, host: Host, chain: FakeChain) -> None:
    assert session.voucher() is None
    for batch in (1, 3, 2):
        result = session.infer(inputs(batch))
        assert result["y"].tolist() == [[1.0, 1.0]] * batch
    assert [receipt.fee for receipt in session.receipts] == [110, 120, 110]
    assert session.spent == 340
    assert host.vouched is not None
    assert (host.vouched.voucher.calls, host.vouched.voucher.fee) == (2, 230)
    session.pay()
    hashes = [receipt.hash for receipt in session.receipts]
    assert (host.vouched.voucher.calls, host.vouched.voucher.receipts) == (3, batch_root(hashes))
    session.close()
    name, arguments = chain.submitted[-1]
    assert (name, arguments["voucher"]["calls"], arguments["voucher"]["fee"]) == ("Sessions.close_agreed", 3, 340)
    assert len(arguments["signature"]) == 64


def test_a_session_should_be_closed_with_notice_when_the_host_does_not_agree(
    session: Session, host: Host, chain: FakeChain
) -> None:
    session.infer(inputs())
    host.stubborn = True
    session.close()
    assert chain.submitted[-1] == ("Sessions.close", {"session": 5, "voucher": None})


def test_a_session_should_be_closed_at_once_when_nothing_was_asked(
    session: Session, host: Host, chain: FakeChain
) -> None:
    session.close()
    name, arguments = chain.submitted[-1]
    assert (name, arguments["voucher"]["calls"], arguments["voucher"]["receipts"]) == (
        "Sessions.close_agreed",
        0,
        batch_root([]),
    )


def test_a_lost_answer_should_be_fetched_under_its_index(session: Session, host: Host, server: FakeServer) -> None:
    session.infer(inputs(1))
    # The host answers, and nobody hears it, however often it is asked.
    left = [3]

    def lossy(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        answer = host.answer(method, path, headers, body)
        if left[0]:
            left[0] -= 1
            raise ConnectionAbortedError
        return answer

    server.override = lossy
    with pytest.raises(ConnectionFailed):
        session.infer(inputs(2))
    server.override = host.answer
    # Other inputs: the lost answer is counted first.
    session.infer(inputs(3))
    assert [receipt.receipt.units for receipt in session.receipts] == [1, 1, 2]
    assert sorted(host.answered) == [0, 1, 2]


def test_a_new_session_should_be_waited_for(session: Session, host: Host) -> None:
    host.unknown = 2
    assert session.infer(inputs()).receipt is not None


def test_a_failed_run_should_cost_the_price_per_call(session: Session, host: Host) -> None:
    host.fail = True
    with pytest.raises(RunFailed) as caught:
        session.infer(inputs(4))
    assert caught.value.receipt is not None
    host.fail = False
    session.infer(inputs(1))
    assert session.spent == 210
    assert host.vouched is not None
    assert (host.vouched.voucher.calls, host.vouched.voucher.fee) == (1, 100)


@pytest.mark.parametrize(
    "lie",
    [
        {"fee": 200},
        {"units": 9},
        {"path": SessionPath(5, 7)},
        {"outcome": Output(bytes(32))},
        {"block": 39},
        {"insured": 1},
    ],
)
def test_a_lie_should_never_be_paid(session: Session, host: Host, chain: FakeChain, lie: dict[str, Any]) -> None:
    session.infer(inputs())
    host.lie = lie
    with pytest.raises(VerificationError):
        session.infer(inputs(2))
    assert session.spent == 110
    with pytest.raises(CandorError, match="not used any more"):
        session.infer(inputs())
    # The call that it lied about is not paid for, so the host does not agree, and settles what it has.
    session.close()
    assert chain.submitted[-1][0] == "Sessions.close"
    assert host.vouched is not None
    assert host.vouched.voucher.calls == 1


def test_calls_should_be_refused_here_when_they_cannot_be_paid(
    session: Session, host: Host, chain: FakeChain, server: FakeServer
) -> None:
    for _ in range(9):
        session.infer(inputs())
    asked = len(server.requests)
    with pytest.raises(PaymentRequired) as caught:
        session.infer(inputs())
    assert caught.value.payment.missing == 100
    chain.answers["SessionsApi.session"] = {**chain.answers["SessionsApi.session"], "terms": {**TERMS, "deposit": 2000}}
    session.top_up(1000, blocks=50)
    assert chain.submitted[-1][1] == {"session": 5, "amount": 1000, "expires": 92 - 1}
    session.infer(inputs())
    assert len(server.requests) == asked + 1
    session.terms = replace(session.terms, max_fee=100)
    with pytest.raises(PaymentRequired, match="at most 100"):
        session.infer(inputs())


def test_a_session_should_go_on_after_the_program_ended(
    session: Session, candor: Candor, host: Host, tmp_path: Path
) -> None:
    session.infer(inputs(1))
    session.infer(inputs(2))
    kept = [SignedReceipt.from_base64(line) for line in (tmp_path / "receipts").read_text().splitlines()]
    assert kept == session.receipts
    resumed = candor.sessions.resume(5, tmp_path / "receipts")
    assert (resumed.spent, resumed.receipts) == (session.spent, session.receipts)
    resumed.infer(inputs(3))
    assert host.vouched is not None
    assert host.vouched.voucher.calls == 2
    with pytest.raises(CandorError, match="the last answer was lost"):
        candor.sessions.resume(5, tmp_path / "nothing")


def test_sessions_should_be_listed(candor: Candor) -> None:
    (found,) = candor.sessions.list()
    assert (found.id, found.phase, found.terms.price.of(2)) == (5, "Open", 120)
    assert candor.sessions.quote(RELEASE, deposit="0.001").calls == 8

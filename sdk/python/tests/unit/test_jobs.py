"""Jobs and schedules against a chain in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from candor import (
    Candor,
    Failed,
    JobFailed,
    JobPath,
    NotFound,
    Output,
    RunFailed,
    Submitted,
    Tensor,
    TensorError,
    VerificationError,
)
from candor.chain import Metadata
from candor.commitments import tensors_root

from ..fakes.chain import FakeChain
from ..fakes.model import HOST, INPUTS, OUTPUTS, RELEASE, REQUESTER, ROOTS, WORKER, signed
from ..fakes.node import metadata

ASKED = {"a": np.ones((3, 2), dtype=np.float32), "b": [1, 2, 3]}


def payload(tensors: list[Tensor]) -> dict[str, Any]:
    return {"Inline": [{"dtype": t.dtype.label.capitalize(), "shape": list(t.shape), "data": t.data} for t in tensors]}


def answer(receipt: Any = None, output: Any = "all") -> dict[str, Any]:
    receipt = receipt or signed()
    return {
        "host": HOST.public_key,
        "receipt": receipt.hash,
        "receipt_bytes": receipt.receipt.encode(),
        "signature": receipt.signature,
        "outcome": {},
        "output": payload(list(OUTPUTS.values())) if output == "all" else output,
    }


def job(phase: str = "Delivered", answers: list[Any] | None = None) -> dict[str, Any]:
    return {
        "id": 7,
        "requester": REQUESTER.public_key,
        "release": RELEASE.id,
        "units": 2,
        "max_fee": 120,
        "escrow": 120,
        "phase": phase,
        "submitted": 40,
        "deadline": 50,
        "hosts": [HOST.public_key],
        "answers": [answer()] if answers is None else answers,
    }


@pytest.fixture
def chain() -> FakeChain:
    chain = FakeChain()
    host: dict[str, Any] = {
        "account": HOST.public_key,
        "worker": WORKER.public_key,
        "endpoint": b"http://host",
        "hardware": b"",
    }
    host |= {"stake": 1, "free_stake": 1, "open_receipts": 0, "live": True, "chilled": False, "offers": [3]}
    chain.answers = {
        "HostsApi.host": lambda account: host if account == HOST.public_key else None,
        "JobsApi.quote": {"Ok": {"units": 2, "lowest": 110, "highest": 120, "offers": 1, "deposit": 5}},
        "JobsApi.job": job(),
    }
    chain.emits = {f"Jobs.{call}": [chain.event("Jobs", "JobSubmitted", job=7)] for call in ("submit", "submit_with")}
    return chain


@pytest.fixture
def candor(chain: FakeChain, monkeypatch: pytest.MonkeyPatch) -> Candor:
    monkeypatch.setattr("candor._sync.jobs._POLL", 0.001)
    client = Candor("http://nowhere", key=REQUESTER)
    chain.attach(client)
    client.models._known[RELEASE.id] = RELEASE
    return client


def test_a_job_should_cost_at_most_the_dearest_offer(candor: Candor, chain: FakeChain) -> None:
    result = candor.jobs.infer(RELEASE, ASKED)
    name, arguments = chain.submitted[0]
    assert (name, arguments["max_fee"], arguments["release"]) == ("Jobs.submit", 120, 3)
    assert arguments["input"]["Inline"][1] == {"dtype": "Int64", "shape": (3,), "data": INPUTS["b"].data}
    assert result["y"].tolist() == [[2.0, 2.0]] * 3
    assert (result["z"].item(), result.id, result.version) == ("done", "7", "1.2.3")
    assert result.output_roots == tuple(ROOTS)
    assert candor.verify(result).fee == 120


def test_options_should_be_named_when_they_are_given(candor: Candor, chain: FakeChain) -> None:
    candor.jobs.submit(RELEASE, ASKED, host=HOST.address, insured="0.5", max_fee="0.01")
    name, arguments = chain.submitted[0]
    assert name == "Jobs.submit_with"
    assert arguments["options"] == {"host": HOST.public_key, "redundancy": 1, "insured": 5 * 10**11, "attested": False}
    assert arguments["max_fee"] == 10**10
    candor.jobs.submit(RELEASE, ASKED, attested=True)
    name, arguments = chain.submitted[1]
    assert (name, arguments["options"]["attested"]) == ("Jobs.submit_with", True)
    with pytest.raises(TensorError):
        candor.jobs.submit(RELEASE, {"a": [[0, 0]]})


def test_large_inputs_should_be_written_where_the_host_finds_them(
    candor: Candor, chain: FakeChain, tmp_path: Path
) -> None:
    candor.jobs.submit(RELEASE, ASKED, source=f"file://{tmp_path}")
    content = chain.submitted[0][1]["input"]["Content"]
    assert content["source"] == f"file://{tmp_path}"
    for ref, tensor in zip(content["tensors"], INPUTS.values(), strict=True):
        assert ref["root"] == tensor.root()
        assert (tmp_path / tensor.root().hex()).read_bytes() == tensor.data


def test_outputs_should_be_fetched_and_checked_when_they_lie_off_chain(
    candor: Candor, chain: FakeChain, tmp_path: Path
) -> None:
    refs = [{"dtype": t.dtype.label.capitalize(), "shape": list(t.shape), "root": t.root()} for t in OUTPUTS.values()]
    content = {"Content": {"tensors": refs, "source": f"file://{tmp_path}".encode()}}
    for tensor in OUTPUTS.values():
        (tmp_path / tensor.root().hex()).write_bytes(tensor.data)
    chain.answers["JobsApi.job"] = job(answers=[answer(output=content)])
    assert candor.jobs.infer(RELEASE, ASKED)["y"].tolist() == [[2.0, 2.0]] * 3
    (tmp_path / OUTPUTS["y"].root().hex()).write_bytes(bytes(24))
    with pytest.raises(VerificationError, match="other bytes"):
        candor.jobs.infer(RELEASE, ASKED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"path": JobPath(8)}, "another call"), ({"fee": 121}, "higher fee"), ({"insured": 1}, "insures")],
)
def test_a_wrong_answer_should_be_refused(candor: Candor, chain: FakeChain, changes: Any, words: str) -> None:
    chain.answers["JobsApi.job"] = job(answers=[answer(signed(**changes))])
    with pytest.raises(VerificationError, match=words):
        candor.jobs.infer(RELEASE, ASKED)


def test_a_failed_run_should_be_an_error_with_its_receipt(candor: Candor, chain: FakeChain) -> None:
    chain.answers["JobsApi.job"] = job(answers=[answer(signed(outcome=Failed(3, 1)), output=None)])
    with pytest.raises(RunFailed) as caught:
        candor.jobs.infer(RELEASE, ASKED)
    assert caught.value.receipt is not None
    assert caught.value.receipt.receipt.outcome == Failed(3, 1)


@pytest.mark.parametrize("event", ["JobExpired", "JobCancelled", "JobDisagreed", "JobFinalised"])
def test_the_end_of_a_job_should_be_told(candor: Candor, chain: FakeChain, event: str) -> None:
    chain.answers["JobsApi.job"] = None
    chain.history = [chain.event("Jobs", event, job=8), chain.event("Jobs", event, job=7)]
    with pytest.raises(JobFailed) as caught:
        candor.jobs.wait(7)
    assert caught.value.reason == event.removeprefix("Job").lower().replace("finalised", "final")


def test_waiting_should_end_when_nothing_comes(candor: Candor, chain: FakeChain) -> None:
    submitted = Submitted(7, 40, RELEASE.id, INPUTS, 120, 0, 1)
    chain.answers["JobsApi.job"] = job("Assigned", [])
    with pytest.raises(TimeoutError):
        candor.jobs.result(submitted, timeout=0.01)
    chain.answers["JobsApi.job"] = None
    with pytest.raises(NotFound):
        candor.jobs.wait(7)


def test_the_answer_of_most_hosts_should_count(candor: Candor, chain: FakeChain) -> None:
    other = replace(OUTPUTS["y"], data=bytes(24))
    lonely = signed(outcome=Output(tensors_root([other.root(), OUTPUTS["z"].root()])))
    answers = [answer(lonely, payload([other, OUTPUTS["z"]])), answer(), answer()]
    chain.answers["JobsApi.job"] = job(answers=answers)
    result = candor.jobs.infer(RELEASE, ASKED, redundancy=3)
    assert result["y"].tolist() == [[2.0, 2.0]] * 3


def test_a_schedule_should_be_made_read_and_cancelled(candor: Candor, chain: FakeChain) -> None:
    view = {"id": 4, "requester": REQUESTER.public_key, "release": 3, "max_fee": 120, "period": 10, "count": 5}
    view |= {"done": 4, "next": 90, "prepaid": 500, "deposit": 7}
    final = {"job": 7, "host": HOST.public_key, "outcome": {"Output": bytes(32)}, "paid": 110}
    runs = [
        {"due": 41, "result": {"Final": final}},
        {"due": 51, "result": {"Missed": {"Module": {"index": 9, "error": b"\0\0\0\0"}}}},
        {"due": 61, "result": {"Unanswered": {"job": 8}}},
        {"due": 71, "result": {"Running": {"job": 9}}},
    ]
    chain.answers |= {"JobsApi.schedule": view, "JobsApi.schedules_of": [view], "JobsApi.runs": runs}
    chain.emits |= {
        "Jobs.schedule": [chain.event("Jobs", "ScheduleCreated", schedule=4)],
        "Jobs.cancel_schedule": [chain.event("Jobs", "ScheduleEnded", schedule=4, done=4, refunded=500)],
    }
    chain.described = Metadata.decode(metadata())
    plan = candor.schedules.create(RELEASE, ASKED, period=10, count=5)
    name, arguments = chain.submitted[0]
    assert name == "Jobs.schedule"
    assert (arguments["period"], arguments["count"], arguments["max_fee"]) == (10, 5, 120)
    assert (plan.id, plan.next, plan.prepaid) == (4, 90, 500)
    assert candor.schedules.list() == [plan]
    history = candor.schedules.history(plan)
    assert [run.result for run in history] == ["final", "missed", "unanswered", "running"]
    assert (history[0].paid, history[0].host, history[0].outcome) == (110, HOST.address, Output(bytes(32)))
    assert history[1].error == "Notes.Empty"
    assert [run.job for run in history] == [7, None, 8, 9]
    assert candor.schedules.cancel(plan) == 500
    candor.schedules.remove(plan)
    assert chain.submitted[-1] == ("Jobs.remove_schedule", {"schedule": 4})

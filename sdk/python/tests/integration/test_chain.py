"""Jobs, models, schedules and stake on a real chain."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from candor import AsyncCandor, Candor, ChainError, Keypair, NotFound, Prepared, VerificationError
from candor.commitments import file_root, file_root_of, model_root

from .conftest import need


def test_a_job_should_be_answered_and_checked(network: Candor, inputs: dict[str, Any]) -> None:
    job = network.jobs.submit("minilm", inputs)
    assert job.job in [open_.id for open_ in network.jobs.list()]
    result = network.jobs.result(job)
    vector = result["sentence_embedding"]
    assert vector.shape == (1, 384)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5
    receipt = network.verify(result, requester=network.address)
    assert receipt.fee <= job.max_fee
    assert network.hosts.get(receipt.host).live
    # One bit of the output, another input: the receipt is of neither.
    changed = vector.copy()
    changed.view(np.uint32)[0, 0] ^= 1
    with pytest.raises(VerificationError, match="outputs are not those"):
        network.verify(result, outputs={"sentence_embedding": changed})
    with pytest.raises(VerificationError, match="other inputs"):
        network.verify(result, inputs={**inputs, "token_type_ids": np.ones((1, 6), dtype=np.int64)})


def test_storage_should_be_the_chains_bytes_when_read_raw(network: Candor) -> None:
    chain = network.chain
    found = chain.metadata().storage("System", "Account")
    for account in (network.key.public_key, b"\x09" * 32):
        block = chain.best()
        data = chain.raw("System", "Account", account, at=block)
        assert data is not None
        assert chain.metadata().registry.decode(found.value, data) == chain.storage(
            "System", "Account", account, at=block
        )
    assert len(chain.raw("System", "Number") or b"") == 4
    assert chain.raw("Hosts", "Hosts", b"\x09" * 32) is None


def test_jobs_of_one_account_should_never_clash(
    network: Candor, inputs: dict[str, Any], embedding: np.ndarray[Any, Any]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: network.jobs.infer("minilm", inputs), range(16)))
    assert len({result.id for result in results}) == 16
    assert all(np.array_equal(result["sentence_embedding"], embedding) for result in results)


def test_the_async_client_should_do_the_same(key: str, inputs: dict[str, Any], embedding: np.ndarray[Any, Any]) -> None:
    need("CANDOR_URL")

    async def calls() -> None:
        async with AsyncCandor(key=key) as candor:
            results = await asyncio.gather(*(candor.jobs.infer("minilm", inputs) for _ in range(4)))
            assert all(np.array_equal(result["sentence_embedding"], embedding) for result in results)
            await candor.verify(results[0])

    asyncio.run(calls())


def test_refusals_should_have_the_chains_names(network: Candor, inputs: dict[str, Any]) -> None:
    with pytest.raises(ChainError) as caught:
        network.jobs.submit("minilm", inputs, max_fee=1)
    assert caught.value.name == "Jobs.FeeTooLow"
    with pytest.raises(ChainError) as caught:
        network.jobs.cancel(2**63)
    assert caught.value.name == "Jobs.UnknownJob"


def test_models_should_be_found(network: Candor, inputs: dict[str, Any]) -> None:
    release = network.models.get("minilm")
    assert release.id in [found.id for found in network.models.search("mini embedding")]
    assert network.models.search("no-such-word") == []
    assert network.models.get(release.reference) == network.models.get(release.id) == release
    assert network.models.get("minilm@1.0.0").version == "1.0.0"
    assert [spec.name for spec in release.inputs] == list(inputs)
    assert any(offer.live for offer in network.models.offers(release))
    quote = network.models.quote(release, [[1, 6]] * 3)
    assert quote.units == 6
    assert 0 < quote.lowest <= quote.highest
    with pytest.raises(NotFound):
        network.models.get("no-such-model")


def test_a_release_should_be_published_downloaded_and_deprecated(
    network: Candor, inputs: dict[str, Any], tmp_path: Path
) -> None:
    need("CANDOR_ENGINE_TOKEN_FILE")
    folder = tmp_path / "prepared"
    shutil.copytree(need("CANDOR_PREPARED"), folder)
    # Another name, and so another manifest: the files are those that the engine has.
    name = f"sdk-{uuid.uuid4().hex[:12]}"
    manifest = json.loads((folder / "manifest.json").read_text())
    # And a file that the engine does not have.
    note = f"only for {name}".encode()
    (folder / "note.txt").write_bytes(note)
    files = [*manifest["files"], {"path": "note.txt", "size": len(note), "root": file_root(note).hex()}]
    root = model_root((file["path"], bytes.fromhex(file["root"])) for file in files).hex()
    manifest |= {"name": name, "files": files, "model_root": root}
    (folder / "manifest.json").write_text(json.dumps(manifest, sort_keys=True, separators=(",", ":")))
    prepared = Prepared.open(folder)
    assert network.models.upload(prepared) == 1
    release = network.models.publish(prepared)
    assert (release.name, release.version, release.publisher) == (name, prepared.version, network.address)
    assert release.model_root == prepared.model_root
    # Once more changes nothing.
    assert network.models.publish(folder) == release
    assert network.models.upload(prepared) == 0
    got = network.models.download(release, tmp_path / "got", files=["tokenizer.json", "note.txt"])
    assert (got / "note.txt").read_bytes() == note
    assert (got / "tokenizer.json").read_bytes() == (folder / "tokenizer.json").read_bytes()
    (spec,) = [file for file in release.files if file.path == "tokenizer.json"]
    assert file_root_of(got / "tokenizer.json") == spec.root
    network.models.deprecate(release, "only a test")
    assert network.models.get(release.id).deprecated == "only a test"
    with pytest.raises(ChainError) as caught:
        network.jobs.submit(release, inputs, max_fee="1")
    assert caught.value.name == "Jobs.DeprecatedRelease"


def test_large_inputs_should_travel_by_content(network: Candor, tmp_path: Path) -> None:
    # 16 x 64 tokens of three inputs: 24 KiB.
    ids = np.full((16, 64), 2129)
    large = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    result = network.jobs.infer("minilm", large, source=f"file://{tmp_path}")
    assert result["sentence_embedding"].shape == (16, 384)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_schedule_should_run_and_be_cancelled(
    network: Candor, inputs: dict[str, Any], embedding: np.ndarray[Any, Any]
) -> None:
    period = max(2, int(network.chain.constant("Jobs", "MinPeriod")))
    plan = network.schedules.create("minilm", inputs, period=period, count=50)
    assert plan.id in [found.id for found in network.schedules.list()]
    start = network.chain.block(network.chain.best()).number
    network.chain.until_block(start + 2 * period + 2, timeout=120)
    runs = network.schedules.history(plan)
    assert len(runs) >= 2
    assert {run.result for run in runs} <= {"running", "final"}
    assert all(run.job is not None and run.error is None for run in runs)
    now = network.schedules.get(plan.id)
    assert now.next is not None
    held = now.prepaid // (now.count - now.done)
    refunded = network.schedules.cancel(plan)
    ended = network.schedules.get(plan.id)
    assert ended.next is None
    assert refunded == held * (ended.count - ended.done)
    network.schedules.remove(plan)
    with pytest.raises(NotFound):
        network.schedules.get(plan.id)


def test_stake_should_be_added_and_taken_out(network: Candor) -> None:
    host = next(host for host in network.hosts.list() if host.live)
    staker = Candor(key=Keypair.from_uri("//Eve"))
    before = {position.host: position.active for position in staker.stake.positions()}.get(host.address, 0)
    staker.stake.add(host.address, "3")
    (position,) = [position for position in staker.stake.positions() if position.host == host.address]
    assert position.active - before >= 3 * 10**12 - 1
    staker.stake.remove(host.address, "1.5")
    (position,) = [position for position in staker.stake.positions() if position.host == host.address]
    assert position.unbonding
    staker.stake.remove(host.address)
    (position,) = [position for position in staker.stake.positions() if position.host == host.address]
    assert position.active == 0
    assert any(pool.host == host.address and pool.own > 0 for pool in network.stake.pools())
    staker.close()

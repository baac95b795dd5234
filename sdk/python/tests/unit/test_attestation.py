"""Attestations: hosts that are believed, and what each lie is refused with."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from candor import (
    AsyncCandor,
    AsyncChain,
    Attestation,
    AttestationBinding,
    AttestationError,
    Busy,
    CandorError,
    Chain,
    NotFound,
    ProtocolError,
    SgxMeasurement,
    TdxMeasurement,
    Unavailable,
    collateral_key,
    verify_evidence,
)
from candor.chain.metadata import twox_128
from candor.chain.scale import ScaleError
from candor.keys import ss58_encode

from ..conftest import REPO, vectors
from ..fakes.attested import Attested, unhex
from ..fakes.node import FakeNode
from ..fakes.server import FakeServer, json_answer

DAY = 86_400
NAMES = ["tdx", "sgx", "sev-snp"]


def told(found: Attestation) -> dict[str, Any]:
    """What was found, as the vectors tell it."""
    measurement = found.measurement
    if isinstance(measurement, SgxMeasurement):
        parts = [b"\0", measurement.enclave, measurement.signer]
    elif isinstance(measurement, TdxMeasurement):
        parts = [b"\1", measurement.machine, *measurement.runtime]
    else:
        parts = [b"\2", measurement.machine]
    return {
        "tee": found.tee,
        "measurement": "0x" + b"".join(parts).hex(),
        "report_data": "0x" + found.report_data.hex(),
        "attributes": str(found.attributes),
        "platform": "0x" + found.platform.hex(),
        "tcb_status": found.tcb_status,
        "svns": "0x" + bytes(found.svns).hex(),
        "tcb_date": found.tcb_date,
        "advisories": list(found.advisories),
        "expires": found.expires,
    }


@pytest.fixture(params=NAMES)
def host(request: pytest.FixtureRequest, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Attested:
    found = {vector["name"]: vector for vector in vectors("attestation-check")["hosts"]}
    assert list(found) == NAMES
    vector = found[request.param]
    # The answers of the vectors are to a nonce of theirs.
    monkeypatch.setattr(secrets, "token_bytes", lambda count: unhex(vector["answer"]["nonce"]))
    return Attested(vector, server)


def test_bindings_should_be_those_of_the_vectors() -> None:
    cases = vectors("core")["bindings"]
    assert len(cases) >= 2
    for case in cases:
        fields = case["binding"]
        names = ("genesis", "host", "worker", "engine")
        hashes = {name: unhex(fields[name]) for name in names}
        binding = AttestationBinding(expires=int(fields["expires"]), **hashes)
        assert binding.encode() == unhex(case["encoded"])
        assert binding.hash() == unhex(case["hash"])
        assert binding.report_data(unhex(case["nonce"])) == unhex(case["report_data"])
        assert binding.renewal_message(unhex(case["evidence"])) == unhex(case["renewal_message"])


def test_bindings_should_be_refused_when_a_field_has_another_length() -> None:
    for name in ("genesis", "host", "worker", "engine"):
        fields: dict[str, Any] = {**dict.fromkeys(["genesis", "host", "worker", "engine"], bytes(32)), name: bytes(31)}
        with pytest.raises(CandorError, match="32 bytes"):
            AttestationBinding(**fields, expires=1).encode()


def test_hosts_should_be_believed_when_everything_fits(host: Attested) -> None:
    with host.client() as candor:
        verdict = candor.attestation(host.account, **host.options)
    assert verdict
    assert told(verdict.attestation) == host.vector["attestation"]
    assert verdict.binding.report_data(verdict.nonce) == verdict.attestation.report_data
    assert (verdict.vendor, verdict.label, verdict.expires) == (
        host.answer["vendor"],
        host.vector["label"],
        host.vector["expires"],
    )
    assert (verdict.host, verdict.endpoint) == (ss58_encode(host.account), host.server.url)
    method, path, headers, _ = host.server.requests[-1]
    assert (method, path) == ("GET", f"/attestation?nonce={verdict.nonce.hex()}")
    # The key of another endpoint is not the host's business.
    assert "authorization" not in headers


def test_hosts_should_be_believed_when_found_by_their_endpoint(host: Attested) -> None:
    with host.client() as candor:
        verdict = candor.attestation(host.server.url + "/", **host.options)
        assert verdict
        assert verdict.host == ss58_encode(host.account)
        assert host.host is not None
        host.host["endpoint"] = b"http://127.0.0.1:9"
        assert candor.attestation(verdict.host, endpoint=host.server.url, **host.options)


def test_the_async_client_should_do_the_same(host: Attested) -> None:
    class Later:
        """The chain, asked with ``await``."""

        def __getattr__(self, name: str) -> Any:
            async def answer(*arguments: Any, **more: Any) -> Any:
                return None if name == "aclose" else getattr(host.chain, name)(*arguments, **more)

            return answer

    async def check() -> None:
        host.serve()
        async with AsyncCandor(host.server.url) as candor:
            await candor.chain.aclose()
            candor.chain = cast("AsyncChain", Later())
            verdicts = await asyncio.gather(*(candor.attestation(host.account, **host.options) for _ in range(5)))
            assert all(verdicts)

    asyncio.run(check())


def _random(host: Attested) -> None:
    host.answer["nonce"] = "0x" + "00" * 32


def _flip(name: str) -> Callable[[Attested], None]:
    def change(host: Attested) -> None:
        host.bound[name] = host.bound[name][:-2] + "99"

    return change


def _other_genesis(host: Attested) -> None:
    host.chain.first = bytes(32)


def _other_worker(host: Attested) -> None:
    assert host.host is not None
    host.host["worker"] = bytes(32)


def _both_workers(host: Attested) -> None:
    _other_worker(host)
    host.bound["worker"] = "0x" + bytes(32).hex()


def _late(host: Attested) -> None:
    host.options["now"] = host.bound["expires"] + 1


def _much_later(host: Attested) -> None:
    host.options["now"] = host.bound["expires"] = host.bound["expires"] + 400 * DAY


def _cut(host: Attested) -> None:
    host.answer["evidence"] = base64.b64encode(base64.b64decode(host.answer["evidence"])[:900]).decode()


def _longer(host: Attested) -> None:
    host.store("Collaterals", unhex(host.vector["key"]), unhex(host.vector["collateral"]) + b"\0")


def _allow(encoded: bytes) -> Callable[[Attested], None]:
    return lambda host: host.store("Allowances", host.measurement, encoded)


REFUSED: list[tuple[str, Callable[[Attested], Any]]] = [
    ("other_nonce", _random),
    ("other_genesis", _other_genesis),
    ("other_host", _flip("host")),
    ("other_worker", _other_worker),
    ("binding_expired", _late),
    ("no_collateral", lambda host: host.forget("Collaterals")),
    ("unknown_format", _longer),
    ("evidence.expired", _much_later),
    ("evidence.truncated", _cut),
    ("evidence.foreign_root", lambda host: host.options.pop("root")),
    ("other_report_data", _flip("engine")),
    ("other_report_data", _both_workers),
    ("not_allowed", lambda host: host.forget("Allowances")),
    # SCALE of a label, another engine, no end; then of any engine and a time that is over.
    ("other_engine", _allow(b"\x04x\x01" + bytes(32) + b"\0")),
    ("allowance_ended", _allow(b"\x04x\x00\x01\xff" + bytes(7))),
    ("unknown_format", _allow(b"\x04x")),
    ("platform_revoked", lambda host: host.store("RevokedPlatforms", host.platform, bytes(5))),
    ("status_not_accepted", lambda host: host.store("Rules", None, bytes(17))),
    ("below_floor", lambda host: host.store("Rules", None, unhex(host.vector["policy"])[:-16] + b"\xff" * 16)),
]


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_hosts_should_be_refused_when_one_thing_is_wrong(
    host: Attested, code: str, change: Callable[[Attested], Any]
) -> None:
    change(host)
    with host.client() as candor:
        verdict = candor.attestation(host.account, **host.options)
    assert not verdict
    assert verdict.code == code
    assert verdict.reason
    assert verdict.vendor == host.answer["vendor"]
    if code.startswith(("other_report", "not_", "allowance", "platform", "status", "below", "other_engine")):
        # What was found out until then stays.
        assert verdict.attestation is not None
        assert told(verdict.attestation) == host.vector["attestation"]


def test_an_old_answer_should_be_refused_when_the_nonce_is_random(
    host: Attested, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with host.client() as candor:
        verdicts = [candor.attestation(host.account, **host.options) for _ in range(2)]
    assert [verdict.code for verdict in verdicts if not verdict] == ["other_nonce"] * 2
    assert verdicts[0].nonce != verdicts[1].nonce


def test_a_host_should_be_refused_when_the_chain_does_not_know_it(host: Attested) -> None:
    host.host = None
    with host.client() as candor:
        verdict = candor.attestation(host.server.url, **host.options)
        assert not verdict
        assert verdict.code == "unknown_host"
        with pytest.raises(NotFound):
            candor.attestation(host.account, **host.options)


def test_a_host_should_be_refused_when_its_engine_has_no_such_hardware(host: Attested) -> None:
    words = "attested: no (no TEE device)"
    with host.client() as candor:
        host.server.override = lambda *_: json_answer(404, {"error": {"code": "not_attested", "message": words}})
        verdict = candor.attestation(host.account)
        assert not verdict.ok
        assert (verdict.code, verdict.reason) == ("not_attested", words)
        for status, code, kind in [
            (404, "not_found", NotFound),
            (429, "busy", Busy),
            (503, "unavailable", Unavailable),
        ]:
            answer = json_answer(status, {"error": {"code": code, "message": "no"}})
            host.server.override = lambda *_, answer=answer: answer
            with pytest.raises(kind):
                candor.attestation(host.account)


@pytest.mark.parametrize(
    "change",
    [
        {"vendor": "arm"},
        {"evidence": "***"},
        {"evidence": None},
        {"nonce": "0x00"},
        {"nonce": 3},
        {"nonce": "0x" + "00 " * 21 + "0"},
        {"nonce": "0x" + " " * 64},
        {"binding": None},
        {"binding": {}},
    ],
)
def test_an_answer_should_be_an_error_when_it_is_none(host: Attested, change: dict[str, Any]) -> None:
    host.answer |= change
    with host.client() as candor, pytest.raises(ProtocolError, match="no attestation that this version can read"):
        candor.attestation(host.account, **host.options)


@pytest.mark.parametrize("expires", [1.5, -1, 2**64, "1", None])
def test_an_answer_should_be_an_error_when_its_term_is_no_second(host: Attested, expires: Any) -> None:
    host.bound["expires"] = expires
    with host.client() as candor, pytest.raises(ProtocolError):
        candor.attestation(host.account, **host.options)


def test_the_chain_should_be_asked_under_the_keys_of_the_vectors(host: Attested) -> None:
    with host.client() as candor:
        candor.attestation(host.account, **host.options)
    keys: dict[str, bytes | None] = {"Collaterals": unhex(host.vector["key"]), "Allowances": host.measurement}
    keys |= {"RevokedPlatforms": host.platform, "Rules": None}
    assert host.chain.read == [(host.pallet, item, key) for item, key in keys.items()]


def test_storage_should_be_read_as_the_chains_bytes() -> None:
    node = FakeNode()
    with_answer = node.answer
    asked: list[Any] = []

    def answer(method: str, params: list[Any]) -> dict[str, Any]:
        if method != "state_getStorage":
            return with_answer(method, params)
        asked.append(params)
        return {"result": "0x0102" if len(asked) == 1 else None}

    node.answer = answer  # type: ignore[method-assign]
    chain = Chain("ws://node", transport=node.transport())
    assert chain.raw("System", "Account", b"\7" * 32, at="0xb1") == b"\1\2"
    # The default.
    assert chain.raw("System", "Account", b"\7" * 32) == bytes(20)
    prefix = "0x" + (twox_128(b"System") + twox_128(b"Account")).hex()
    assert asked[0][0].startswith(prefix)
    assert asked[0][0].endswith("07" * 32)
    assert [params[1:] for params in asked] == [["0xb1"], []]
    for item, key in [("Account", None), ("Events", b"")]:
        with pytest.raises(ScaleError, match="keys"):
            chain.raw("System", item, key)


def test_published_quotes_should_be_verified_under_the_vendors_roots() -> None:
    cases = vectors("attestation-check")
    assert len(cases["published"]) >= 4
    for case in cases["published"]:
        quote = (REPO / "primitives" / "attestation" / "testdata" / case["file"]).read_bytes()
        vendor, now, collateral = case["vendor"], case["now"], unhex(case["collateral"])
        assert collateral_key(vendor, quote) == unhex(case["key"])
        if case["attestation"]:
            assert told(verify_evidence(vendor, quote, collateral, now=now)) == case["attestation"]
        else:
            with pytest.raises(AttestationError) as caught:
                verify_evidence(vendor, quote, collateral, now=now)
            assert (caught.value.code, str(caught.value)) == (case["code"], case["reason"])
        test_root = unhex(cases["hosts"][0]["root"])
        refused: list[tuple[str, bytes, bytes | None, dict[str, Any]]] = [
            ("evidence.expired", quote, collateral, {"now": now + 366 * DAY}),
            ("evidence.foreign_root", quote, collateral, {"now": now, "root": test_root}),
            ("evidence.truncated", quote[:600], collateral, {"now": now}),
            ("no_collateral", quote, None, {"now": now}),
        ]
        for code, evidence, held, options in refused:
            with pytest.raises(AttestationError) as caught:
                verify_evidence(vendor, evidence, held, **options)
            assert caught.value.code == code
        with pytest.raises(CandorError, match="empty"):
            verify_evidence(vendor, quote, collateral, now=now, root=b"")


@pytest.mark.parametrize("vendor", ["intel", "amd"])
@pytest.mark.parametrize("length", [0, 1, 63, 64, 1_184, 16_383, 16_384, 20_000])
def test_evidence_should_be_refused_when_it_is_anything(vendor: Any, length: int) -> None:
    for evidence in (bytes(length), b"\3" * length):
        with pytest.raises(AttestationError):
            collateral_key(vendor, evidence)
        with pytest.raises(AttestationError):
            verify_evidence(vendor, evidence, b"", now=0)


def test_threads_should_be_able_to_verify_at_the_same_time() -> None:
    case = vectors("attestation-check")["published"][0]
    quote = (REPO / "primitives" / "attestation" / "testdata" / case["file"]).read_bytes()

    def verify(at: int) -> bool:
        evidence = quote if at % 2 else quote[:-1]
        key = collateral_key(case["vendor"], quote)
        try:
            found = verify_evidence(case["vendor"], evidence, unhex(case["collateral"]), now=case["now"])
        except AttestationError:
            return key == unhex(case["key"])
        return bool(told(found) == case["attestation"])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(verify, range(64)))

# Made from candor/_async by tools/unasync.py: change that instead.
"""Whether a host's worker key lives in a machine that keeps it from its operator: asked of the host, judged here."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from .. import attestation
from .._compat import sync_run
from ..attestation import Answer, Attestation, AttestationVerdict, Attested, NotAttested, Rules
from ..errors import AttestationError, NotFound
from ..keys import account_id, ss58_encode
from ..market import Host
from .endpoint import Endpoint

if TYPE_CHECKING:
    from .client import Candor


def check_attestation(
    client: Candor,
    host: str | bytes,
    *,
    endpoint: str | None,
    now: int | None,
    root: bytes | None,
    timeout: float,
) -> AttestationVerdict:
    """Check the attestation of a host, by its account or by the endpoint of its engine."""
    known: Host | None = None
    if isinstance(host, str) and host.lower().startswith(("http://", "https://")):
        endpoint = endpoint or host
    else:
        known = client.hosts.get(host)
        endpoint = endpoint or known.endpoint
    facts: dict[str, Any] = {
        "endpoint": endpoint.rstrip("/"),
        "nonce": secrets.token_bytes(32),
        "now": int(time.time()) if now is None else now,
    }
    if known is not None:
        facts["host"] = known.address
    try:
        answer = _ask(endpoint, facts["nonce"], timeout)
        facts |= {"vendor": answer.vendor, "binding": answer.binding}
        if known is None:
            known = _bound_host(client, answer.binding.host)
            facts["host"] = known.address
        label, expires = _judge(client, answer, known, facts, root)
    except AttestationError as error:
        return NotAttested(code=error.code, reason=error.reason, **facts)
    return Attested(label=label, expires=expires, **facts)


def _judge(client: Candor, answer: Answer, host: Host, facts: dict[str, Any], root: bytes | None) -> tuple[str, int]:
    """Take the steps of ``primitives/attestation-check``, each with what it needs of the chain."""
    chain, now = client.chain, facts["now"]
    account, genesis = account_id(host.address), chain.genesis()
    expected = attestation.encode_expected(now, facts["nonce"], genesis, account, host.worker)
    sync_run(attestation.compare, answer, expected)

    pallet, block = attestation.PALLETS[answer.vendor], chain.best()
    key = sync_run(attestation.collateral_key, answer.vendor, answer.evidence)
    collateral = chain.raw(pallet, "Collaterals", key, at=block)
    found = sync_run(attestation.verified, answer.vendor, answer.evidence, collateral, now, root)
    facts["attestation"] = Attestation.decode(found)

    measurement, platform = attestation.keys_of(found)
    rules = Rules(
        allowance=chain.raw(pallet, "Allowances", measurement, at=block),
        revocation=chain.raw(pallet, "RevokedPlatforms", platform, at=block),
        policy=chain.raw(pallet, "Rules", at=block),
    )
    return sync_run(attestation.judge, answer.binding, found, rules, expected)


def _ask(url: str, nonce: bytes, timeout: float) -> Answer:
    # A client of its own: the API key of the client's endpoint is not the host's business.
    endpoint = Endpoint(url, timeout=timeout)
    try:
        document = endpoint.get_json(f"/attestation?nonce={nonce.hex()}")
    except NotFound as error:
        if error.code == "not_attested":
            raise AttestationError(error.code, error.message) from error
        raise
    finally:
        endpoint.close()
    return Answer.of_json(document, endpoint.url)


def _bound_host(client: Candor, account: bytes) -> Host:
    try:
        return client.hosts.get(account)
    except NotFound as error:
        raise AttestationError("unknown_host", f"{ss58_encode(account)} is no host") from error

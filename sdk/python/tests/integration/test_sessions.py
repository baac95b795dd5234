"""A session with a host on a real chain, without a proxy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from candor import Candor, PaymentRequired, SessionPath


def test_a_session_should_answer_pay_and_close(
    network: Candor, inputs: dict[str, Any], embedding: np.ndarray[Any, Any], tmp_path: Path
) -> None:
    if "SessionsApi" not in network.chain.metadata().apis:
        pytest.skip("the chain has no sessions")
    quote = network.sessions.quote("minilm", deposit="1", max_units=8)
    session = network.sessions.open("minilm", deposit="1", max_units=8, file=tmp_path / "receipts")
    assert session.terms.max_fee == quote.max_fee
    for index in range(12):
        result = session.infer(inputs)
        assert np.array_equal(result["sentence_embedding"], embedding)
        assert result.receipt is not None
        assert result.receipt.receipt.path == SessionPath(session.id, index)
    # The chain's copy of the terms is what everybody checks against.
    assert network.verify(result, requester=network.address).fee == session.terms.price.of(6)
    resumed = network.sessions.resume(session.id, tmp_path / "receipts")
    assert np.array_equal(resumed.infer(inputs)["sentence_embedding"], embedding)
    wide = np.zeros((1, 100), dtype=np.int64)
    with pytest.raises(PaymentRequired, match="at most"):
        resumed.infer({"input_ids": wide, "attention_mask": wide, "token_type_ids": wide})
    before = resumed.terms.deposit
    resumed.top_up("0.5")
    assert resumed.terms.deposit == before + 5 * 10**11
    left = network.balance()
    resumed.close()
    # The host agrees, so that is the end: what was not spent is back at once.
    after = network.sessions.get(session.id)
    assert after.phase == "Ended"
    assert (after.settled_calls, after.settled_fee) == (13, resumed.spent)
    assert resumed.spent == 13 * session.terms.price.of(6)
    assert network.balance() > left + resumed.terms.deposit - resumed.spent - 10**12 // 10

"""An answer is believed only if everything fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from candor import Failed, JobPath, Keypair, Output, SessionPath, Tensor, VerificationError
from candor.verify import Expected, Price, check

from ..fakes.model import GENESIS, HOST, INPUTS, OUTPUTS, RELEASE, REQUESTER, ROOTS, VARIANT, WORKER, signed

EXPECTED = Expected(
    worker=WORKER.public_key,
    genesis=GENESIS,
    release=RELEASE,
    inputs=INPUTS,
    outputs=OUTPUTS,
    requester=REQUESTER.public_key,
    host=HOST.public_key,
    path=JobPath(7),
    variant=VARIANT,
    price=Price(100, 10),
    max_fee=120,
    insured=0,
    block=40,
)


def test_an_answer_should_pass_when_everything_fits() -> None:
    assert check(signed(), EXPECTED).fee == 120


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"genesis": bytes(32)}, "another chain"),
        ({"release": 4}, "another release"),
        ({"variant": bytes(32)}, "variant that the release does not have"),
        ({"input_root": bytes(32)}, "other inputs"),
        ({"requester": bytes(32)}, "another requester"),
        ({"host": bytes(32)}, "another host"),
        ({"units": 3}, "other units"),
        ({"fee": 119}, "another price"),
        ({"insured": 1}, "another value"),
        ({"block": 41}, "another block"),
        ({"path": JobPath(8)}, "another call"),
        ({"path": SessionPath(7, 0)}, "another call"),
        ({"outcome": Output(bytes(32))}, "outputs are not those"),
        ({"outcome": Failed(1, 2)}, "failed run"),
    ],
)
def test_an_answer_should_be_refused_when_a_field_differs(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(VerificationError, match=words):
        check(signed(**changes), EXPECTED)


def test_an_answer_should_be_refused_when_another_key_signed() -> None:
    with pytest.raises(VerificationError, match="worker key"):
        check(signed(Keypair.from_uri("//Eve")), EXPECTED)
    forged = replace(signed(), receipt=replace(signed().receipt, fee=120))
    tampered = replace(forged, signature=bytes(64))
    with pytest.raises(VerificationError, match="worker key"):
        check(tampered, EXPECTED)


def test_the_fee_should_be_bounded_when_the_price_is_not_known() -> None:
    with pytest.raises(VerificationError, match="higher fee"):
        check(signed(fee=121), replace(EXPECTED, price=None))
    assert check(signed(fee=5), replace(EXPECTED, price=None, max_fee=None)).fee == 5


def test_inputs_should_be_those_that_were_signed() -> None:
    other = {**INPUTS, "b": Tensor.of(np.array([1, 2, 4]))}
    with pytest.raises(VerificationError, match="other inputs"):
        check(signed(), replace(EXPECTED, inputs=other))
    with pytest.raises(VerificationError, match="not such as the release takes"):
        check(signed(), replace(EXPECTED, inputs={"a": INPUTS["a"]}))


def test_outputs_should_be_checked_when_only_some_were_asked_for() -> None:
    some = {"y": OUTPUTS["y"]}
    assert check(signed(), replace(EXPECTED, outputs=some, output_roots=ROOTS))
    for roots in ([], ROOTS[:1], [ROOTS[0], bytes(32)], [ROOTS[1], ROOTS[0]]):
        with pytest.raises(VerificationError):
            check(signed(), replace(EXPECTED, outputs=some, output_roots=roots))
    changed = {"y": Tensor.of(np.zeros((3, 2), dtype=np.float32))}
    with pytest.raises(VerificationError, match="outputs are not those"):
        check(signed(), replace(EXPECTED, outputs=changed, output_roots=ROOTS))


def test_outputs_should_be_refused_when_one_bit_differs() -> None:
    data = bytearray(OUTPUTS["y"].data)
    data[5] ^= 1
    changed = {**OUTPUTS, "y": replace(OUTPUTS["y"], data=bytes(data))}
    with pytest.raises(VerificationError, match="outputs are not those"):
        check(signed(), replace(EXPECTED, outputs=changed))
    with pytest.raises(VerificationError, match="there are none"):
        check(signed(), replace(EXPECTED, outputs={}))
    with pytest.raises(VerificationError, match="does not have"):
        check(signed(), replace(EXPECTED, outputs={**OUTPUTS, "w": OUTPUTS["z"]}))


def test_outputs_should_be_refused_when_their_shape_is_not_the_models() -> None:
    from candor.commitments import tensors_root

    # The host signed them, but batch is 3 in the inputs.
    shaped = {"y": Tensor.of(np.zeros((2, 2), dtype=np.float32)), "z": OUTPUTS["z"]}
    root = tensors_root([tensor.root() for tensor in shaped.values()])
    with pytest.raises(VerificationError, match="declared"):
        check(signed(outcome=Output(root)), replace(EXPECTED, outputs=shaped))


def test_a_failed_run_should_pass_without_outputs() -> None:
    assert check(signed(outcome=Failed(3, 0)), replace(EXPECTED, outputs={})).outcome == Failed(3, 0)

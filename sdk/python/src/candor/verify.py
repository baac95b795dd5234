"""What is checked of an answer before it is believed. Nothing here asks anybody: see ``Candor.verify`` for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .commitments import tensors_root
from .errors import TensorError, VerificationError
from .receipts import JobPath, Output, Receipt, SessionPath, SignedReceipt
from .releases import Release, bind
from .tensors import Tensor


@dataclass(frozen=True)
class Price:
    """What a host takes, in planck."""

    per_call: int
    per_unit: int

    def of(self, units: int) -> int:
        """Fee of a call."""
        return self.per_call + self.per_unit * units


@dataclass(frozen=True)
class Expected:
    """What a receipt must say. What is ``None`` is not checked."""

    #: The host's worker key, as the chain has it.
    worker: bytes
    genesis: bytes
    release: Release
    inputs: Mapping[str, Tensor]
    #: Outputs that were got; none of a failed run.
    outputs: Mapping[str, Tensor]
    #: Roots of all outputs, where not all outputs were asked for.
    output_roots: Sequence[bytes] = ()
    requester: bytes | None = None
    host: bytes | None = None
    path: JobPath | SessionPath | None = None
    variant: bytes | None = None
    price: Price | None = None
    max_fee: int | None = None
    insured: int | None = None
    block: int | None = None


def check(signed: SignedReceipt, expected: Expected) -> Receipt:
    """Check a receipt, its signature, and the outputs against what was asked; raises ``VerificationError``."""
    receipt = signed.receipt
    _draft(receipt, expected)
    _outputs(receipt, expected)
    _ensure(signed.is_signed_by(expected.worker), "its receipt is not signed by the host's worker key")
    return receipt


def input_root(release: Release, inputs: Mapping[str, Tensor]) -> bytes:
    """Commitment to the inputs of a call, in the release's order."""
    return tensors_root([inputs[spec.name].root() for spec in release.inputs])


def _draft(receipt: Receipt, expected: Expected) -> None:
    release = expected.release
    try:
        units = release.units(expected.inputs)
        root = input_root(release, expected.inputs)
    except (TensorError, KeyError) as error:
        raise VerificationError(f"the inputs are not such as the release takes: {error}") from error
    _ensure(receipt.genesis == expected.genesis, "its receipt is of another chain")
    _ensure(receipt.release == release.id, "its receipt is of another release")
    variants = [variant.root for variant in release.variants]
    _ensure(receipt.variant in variants, "its receipt is of a variant that the release does not have")
    _ensure(expected.variant in (None, receipt.variant), "its receipt is of another variant")
    _ensure(receipt.input_root == root, "its receipt is of other inputs")
    _ensure(receipt.units == units, "its receipt counts other units of work")
    _ensure(expected.path in (None, receipt.path), "its receipt is of another call")
    _ensure(expected.requester in (None, receipt.requester), "its receipt is of another requester")
    _ensure(expected.host in (None, receipt.host), "its receipt is of another host")
    _ensure(expected.block in (None, receipt.block), "its receipt is of another block")
    _ensure(expected.insured in (None, receipt.insured), "its receipt insures another value")
    if expected.price is not None:
        _ensure(receipt.fee == expected.price.of(units), "its receipt takes another price")
    if expected.max_fee is not None:
        _ensure(receipt.fee <= expected.max_fee, "its receipt takes a higher fee than was allowed")


def _outputs(receipt: Receipt, expected: Expected) -> None:
    outcome, outputs = receipt.outcome, expected.outputs
    if not isinstance(outcome, Output):
        _ensure(not outputs, "its receipt is of a failed run, and there are outputs")
        return
    specs = expected.release.outputs
    _ensure(bool(outputs), "its receipt is of outputs, and there are none")
    known = [spec for spec in specs if spec.name in outputs]
    _ensure(len(known) == len(outputs), "it has outputs that the model does not have")
    roots = list(expected.output_roots)
    if len(known) == len(specs):
        roots = [outputs[spec.name].root() for spec in specs]
    _ensure(len(roots) == len(specs), "it does not have all outputs, and not the roots of the others")
    _ensure(tensors_root(roots) == outcome.root, "its outputs are not those that the receipt commits to")
    for spec, root in zip(specs, roots, strict=True):
        if spec.name in outputs:
            _ensure(outputs[spec.name].root() == root, "its outputs are not those that the receipt commits to")
    try:
        for tensor in outputs.values():
            tensor.check()
        bind(known, outputs, bind(expected.release.inputs, expected.inputs))
    except TensorError as error:
        raise VerificationError(f"the answer must not be trusted: {error}") from error


def _ensure(holds: bool, what: str) -> None:
    if not holds:
        raise VerificationError(f"the answer must not be trusted: {what}")

"""A release, a host, and its answers, made here."""

from __future__ import annotations

from typing import Any

import numpy as np

from candor import DType, JobPath, Keypair, Output, Receipt, Release, SignedReceipt, Tensor
from candor.commitments import tensors_root
from candor.releases import Symbol, TensorSpec, Variant

GENESIS = b"\x01" * 32
VARIANT = b"\x02" * 32
WORKER = Keypair.from_uri("//Ferdie//worker")
HOST = Keypair.from_uri("//Ferdie")
REQUESTER = Keypair.from_uri("//Bob")

BATCH = Symbol("batch", 4)
RELEASE = Release(
    id=3,
    repository=1,
    publisher=Keypair.from_uri("//Dave").address,
    name="adder",
    version="1.2.3",
    deprecated=None,
    private=False,
    licence="MIT",
    tags=("Sums",),
    inputs=(
        TensorSpec("a", DType.FLOAT32, (BATCH, 2)),
        TensorSpec("b", DType.INT64, (BATCH,), (0, 9)),
    ),
    outputs=(TensorSpec("y", DType.FLOAT32, (BATCH, 2)), TensorSpec("z", DType.STRING, ())),
    files=(),
    variants=(Variant(b"\x09" * 32, VARIANT, exact=True),),
    unit_dims=("batch",),
    unit_divisor=2,
    reference_units=1,
    royalty=0,
    source="",
    model_root=bytes(32),
    manifest_hash=bytes(32),
)
INPUTS = RELEASE.tensors({"a": np.ones((3, 2), dtype=np.float32), "b": [1, 2, 3]})
OUTPUTS = {"y": Tensor.of(np.full((3, 2), 2, dtype=np.float32)), "z": Tensor.of("done", "string")}
ROOTS = [tensor.root() for tensor in OUTPUTS.values()]


def signed(key: Keypair = WORKER, **changes: Any) -> SignedReceipt:
    """The host's receipt, with some of its fields changed before it is signed."""
    fields: dict[str, Any] = {
        "genesis": GENESIS,
        "release": RELEASE.id,
        "variant": VARIANT,
        "input_root": tensors_root([tensor.root() for tensor in INPUTS.values()]),
        "requester": REQUESTER.public_key,
        "host": HOST.public_key,
        "units": 2,
        "fee": 120,
        "insured": 0,
        "block": 40,
        "path": JobPath(7),
        "outcome": Output(tensors_root(ROOTS)),
    }
    receipt = Receipt(**{**fields, **changes})
    return SignedReceipt(receipt, key.sign(receipt.hash()))

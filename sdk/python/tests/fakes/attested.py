"""Attested hosts of a test root, from the vectors of ``primitives/attestation-check``: the engine's server and the chain."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from candor import Candor

from .chain import FakeChain
from .server import FakeServer, json_answer


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


@dataclass
class Attested:
    """One host of the vectors: what its engine answers and what the chain holds, to be changed by a test."""

    vector: dict[str, Any]
    server: FakeServer
    chain: FakeChain = field(default_factory=FakeChain)
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.answer: Any = copy.deepcopy(self.vector["answer"])
        self.options = {"now": self.vector["now"], "root": unhex(self.vector["root"])}
        binding = self.answer["binding"]
        self.account = unhex(binding["host"])
        self.host: dict[str, Any] | None = {
            "account": self.account,
            "worker": unhex(binding["worker"]),
            "endpoint": self.server.url.encode(),
            "hardware": b"",
            **dict.fromkeys(["stake", "free_stake", "open_receipts"], 0),
            "live": True,
            "chilled": False,
            "offers": [],
        }
        self.chain.first = unhex(binding["genesis"])
        self.pallet = {"intel": "IntelAttestations", "amd": "AmdAttestations"}[self.vector["answer"]["vendor"]]
        found = self.vector["attestation"]
        self.measurement, self.platform = unhex(found["measurement"]), unhex(found["platform"])
        self.store("Collaterals", unhex(self.vector["key"]), unhex(self.vector["collateral"]))
        self.store("Allowances", self.measurement, unhex(self.vector["allowance"]))
        self.store("Rules", None, unhex(self.vector["policy"]))

    def store(self, item: str, key: bytes | None, value: bytes) -> None:
        self.chain.raws[self.pallet, item, key] = value

    def forget(self, item: str) -> None:
        self.chain.raws = {key: value for key, value in self.chain.raws.items() if key[1] != item}

    def serve(self) -> None:
        """Let server and chain answer."""
        self.server.override = lambda *_: json_answer(200, self.answer)
        self.chain.answers["HostsApi.host"] = lambda account: self.host if account == self.account else None

    def client(self) -> Candor:
        self.serve()
        candor = Candor(self.server.url, api_key="secret")
        self.chain.attach(candor)
        return candor

    @property
    def bound(self) -> dict[str, Any]:
        binding: dict[str, Any] = self.answer["binding"]
        return binding

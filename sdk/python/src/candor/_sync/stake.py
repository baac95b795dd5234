# Made from candor/_async by tools/unasync.py: change that instead.
"""Hosts, and the stake behind them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..amounts import planck
from ..errors import NotFound
from ..keys import account_id
from ..market import Host, Pool, Position

if TYPE_CHECKING:
    from .client import Candor

_PAGE = 100


class Hosts:
    """``candor.hosts``."""

    def __init__(self, client: Candor) -> None:
        self._client = client

    def get(self, host: str | bytes) -> Host:
        """One host."""
        view = self._client.chain.call("HostsApi", "host", account_id(host))
        if view is None:
            raise NotFound(f"{host!r} is no host", status=404, code="not_found")
        return Host.from_chain(view)

    def list(self) -> list[Host]:
        """All hosts."""
        hosts: list[Host] = []
        while True:
            start = account_id(hosts[-1].address) if hosts else None
            page = self._client.chain.call("HostsApi", "hosts", start, _PAGE)
            hosts += map(Host.from_chain, page)
            if len(page) < _PAGE:
                return hosts


class Stake:
    """``candor.stake``: stake for hosts without being one."""

    def __init__(self, client: Candor) -> None:
        self._client = client

    def pools(self) -> list[Pool]:
        """The pools of all hosts: stake, commission, record, return."""
        pools: list[Pool] = []
        while True:
            start = account_id(pools[-1].host) if pools else None
            page = self._client.chain.call("StakeApi", "pools", start, _PAGE)
            pools += map(Pool.from_chain, page)
            if len(page) < _PAGE:
                return pools

    def positions(self, account: str | bytes | None = None) -> list[Position]:
        """What you, or an account, have staked."""
        who = self._client.key.public_key if account is None else account_id(account)
        positions: list[Position] = []
        while True:
            start = account_id(positions[-1].host) if positions else None
            page = self._client.chain.call("StakeApi", "positions", who, start, _PAGE)
            positions += map(Position.from_chain, page)
            if len(page) < _PAGE:
                return positions

    def add(self, host: str | bytes, amount: int | str | Decimal) -> None:
        """Stake for a host. It earns a part of the host's fees, and is slashed with it."""
        self._submit("stake", pool=account_id(host), amount=planck(amount))

    def remove(self, host: str | bytes, amount: int | str | Decimal | None = None) -> None:
        """Begin to take stake out, all of it without ``amount``; it is liable until it is withdrawn after unbonding."""
        if amount is None:
            self._submit("unstake_all", pool=account_id(host))
        else:
            self._submit("unstake", pool=account_id(host), amount=planck(amount))

    def withdraw(self, host: str | bytes) -> None:
        """Take out what has finished unbonding."""
        self._submit("withdraw", pool=account_id(host))

    def _submit(self, call: str, **arguments: Any) -> None:
        self._client.chain.submit(self._client.key, "StakePools", call, **arguments)

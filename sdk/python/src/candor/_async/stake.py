"""Hosts, and the stake behind them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..amounts import planck
from ..errors import NotFound
from ..keys import account_id
from ..market import Host, Pool, Position

if TYPE_CHECKING:
    from .client import AsyncCandor

_PAGE = 100


class AsyncHosts:
    """``candor.hosts``."""

    def __init__(self, client: AsyncCandor) -> None:
        self._client = client

    async def get(self, host: str | bytes) -> Host:
        """One host."""
        view = await self._client.chain.call("HostsApi", "host", account_id(host))
        if view is None:
            raise NotFound(f"{host!r} is no host", status=404, code="not_found")
        return Host.from_chain(view)

    async def list(self) -> list[Host]:
        """All hosts."""
        hosts: list[Host] = []
        while True:
            start = account_id(hosts[-1].address) if hosts else None
            page = await self._client.chain.call("HostsApi", "hosts", start, _PAGE)
            hosts += map(Host.from_chain, page)
            if len(page) < _PAGE:
                return hosts


class AsyncStake:
    """``candor.stake``: stake for hosts without being one."""

    def __init__(self, client: AsyncCandor) -> None:
        self._client = client

    async def pools(self) -> list[Pool]:
        """The pools of all hosts: stake, commission, record, return."""
        pools: list[Pool] = []
        while True:
            start = account_id(pools[-1].host) if pools else None
            page = await self._client.chain.call("StakeApi", "pools", start, _PAGE)
            pools += map(Pool.from_chain, page)
            if len(page) < _PAGE:
                return pools

    async def positions(self, account: str | bytes | None = None) -> list[Position]:
        """What you, or an account, have staked."""
        who = self._client.key.public_key if account is None else account_id(account)
        positions: list[Position] = []
        while True:
            start = account_id(positions[-1].host) if positions else None
            page = await self._client.chain.call("StakeApi", "positions", who, start, _PAGE)
            positions += map(Position.from_chain, page)
            if len(page) < _PAGE:
                return positions

    async def add(self, host: str | bytes, amount: int | str | Decimal) -> None:
        """Stake for a host. It earns a part of the host's fees, and is slashed with it."""
        await self._submit("stake", pool=account_id(host), amount=planck(amount))

    async def remove(self, host: str | bytes, amount: int | str | Decimal | None = None) -> None:
        """Begin to take stake out, all of it without ``amount``; it is liable until it is withdrawn after unbonding."""
        if amount is None:
            await self._submit("unstake_all", pool=account_id(host))
        else:
            await self._submit("unstake", pool=account_id(host), amount=planck(amount))

    async def withdraw(self, host: str | bytes) -> None:
        """Take out what has finished unbonding."""
        await self._submit("withdraw", pool=account_id(host))

    async def _submit(self, call: str, **arguments: Any) -> None:
        await self._client.chain.submit(self._client.key, "StakePools", call, **arguments)

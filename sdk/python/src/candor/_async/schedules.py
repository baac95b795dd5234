"""Schedules: the same inference again and again, paid ahead, with a history that stays readable."""

from __future__ import annotations

import builtins
from decimal import Decimal
from typing import TYPE_CHECKING

from ..amounts import planck
from ..errors import NotFound
from ..keys import account_id
from ..releases import Release
from ..tensors import Inputs
from ..work import Run, Schedule
from .chain import dispatch_error
from .jobs import job_options

if TYPE_CHECKING:
    from .client import AsyncCandor

_PAGE = 100


class AsyncSchedules:
    """``candor.schedules``."""

    def __init__(self, client: AsyncCandor) -> None:
        self._client = client

    async def create(
        self,
        model: str | int | Release,
        inputs: Inputs,
        *,
        period: int,
        count: int,
        max_fee: int | str | Decimal | None = None,
        host: str | bytes | None = None,
        redundancy: int = 1,
        insured: int | str | Decimal = 0,
        attested: bool = False,
        source: str | None = None,
    ) -> Schedule:
        """One job every ``period`` blocks (of 2 s), ``count`` times, the first in the next block.

        Fees of all runs are held now; a run that cannot be started is missed and refunded, but for its start. The other
        arguments are those of ``jobs.submit``.
        """
        client = self._client
        release = await client.models.get(model)
        tensors = release.tensors(inputs)
        shapes = [list(tensor.shape) for tensor in tensors.values()]
        limit = planck(max_fee) if max_fee is not None else (await client.models.quote(release, shapes)).highest
        done = await client.chain.submit(
            client.key,
            "Jobs",
            "schedule",
            release=release.id,
            input=await client.jobs.payload(list(tensors.values()), source),
            max_fee=limit,
            period=period,
            count=count,
            options=job_options(host, redundancy, planck(insured), attested),
        )
        return await self.get(int(done.one("Jobs", "ScheduleCreated").fields["schedule"]))

    async def get(self, schedule: int) -> Schedule:
        """One schedule that is not removed yet."""
        view = await self._client.chain.call("JobsApi", "schedule", schedule)
        if view is None:
            raise NotFound(f"there is no schedule {schedule}, or it was removed", status=404, code="not_found")
        return Schedule.from_chain(view)

    async def list(self, account: str | bytes | None = None) -> list[Schedule]:
        """Schedules, ended ones too until they are removed: yours, or those of an account."""
        who = self._client.key.public_key if account is None else account_id(account)
        schedules: list[Schedule] = []
        while True:
            start = schedules[-1].id + 1 if schedules else 0
            page = await self._client.chain.call("JobsApi", "schedules_of", who, start, _PAGE)
            schedules += map(Schedule.from_chain, page)
            if len(page) < _PAGE:
                return schedules

    async def history(self, schedule: int | Schedule) -> builtins.list[Run]:
        """What came of its runs so far, in order."""
        number = schedule.id if isinstance(schedule, Schedule) else schedule
        metadata = await self._client.chain.metadata()
        runs: builtins.list[Run] = []
        while True:
            page = await self._client.chain.call("JobsApi", "runs", number, len(runs), _PAGE)
            for view in page:
                runs.append(Run.from_chain(len(runs), view, lambda error: dispatch_error(metadata, error).name))
            if len(page) < _PAGE:
                return runs

    async def cancel(self, schedule: int | Schedule) -> int:
        """Take back the runs that are still to come; gives what came back for them, in planck. The history stays."""
        number = schedule.id if isinstance(schedule, Schedule) else schedule
        done = await self._client.chain.submit(self._client.key, "Jobs", "cancel_schedule", schedule=number)
        return int(done.one("Jobs", "ScheduleEnded").fields["refunded"])

    async def remove(self, schedule: int | Schedule) -> None:
        """Remove the history of a schedule that has ended; its deposit comes back."""
        number = schedule.id if isinstance(schedule, Schedule) else schedule
        await self._client.chain.submit(self._client.key, "Jobs", "remove_schedule", schedule=number)

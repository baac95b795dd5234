"""Jobs on chain: one inference for one transaction, escrowed, answered in a block."""

from __future__ import annotations

import builtins
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from .._compat import async_sleep
from ..amounts import planck
from ..chain.types import Event
from ..errors import ConnectionFailed, JobFailed, NotFound, RunFailed, VerificationError
from ..keys import account_id
from ..market import Host, Quote
from ..protocol import Result, api_error
from ..receipts import JobPath, Output
from ..releases import Release
from ..tensors import Inputs, Tensor
from ..verify import Expected, check
from ..work import Answer, Content, Job, Submitted, by_content, inline

if TYPE_CHECKING:
    from .client import AsyncCandor

#: Most bytes of inputs that travel in a transaction.
MAX_INLINE = 16 * 1024
#: Most bytes of one output that are fetched from a host.
MAX_OUTPUT = 1 << 32
_PAGE = 100
_POLL = 0.4
# Events by which a job ends, and whether it was served.
_ENDS = {"JobFinalised": "final", "JobRemoved": "final", "JobExpired": "expired", "JobCancelled": "cancelled"}
_ENDS["JobDisagreed"] = "disagreed"
#: Blocks that a job may be out of sight while a fork is settled.
_PATIENCE = 6


class AsyncJobs:
    """``candor.jobs``."""

    def __init__(self, client: AsyncCandor) -> None:
        self._client = client

    async def submit(
        self,
        model: str | int | Release,
        inputs: Inputs,
        *,
        max_fee: int | str | Decimal | None = None,
        host: str | bytes | None = None,
        redundancy: int = 1,
        insured: int | str | Decimal = 0,
        attested: bool = False,
        source: str | None = None,
    ) -> Submitted:
        """Submit a job; returns when a block holds it.

        Without ``max_fee`` the dearest live offer is the limit. With ``redundancy`` 2 to 5 several hosts run it and must
        agree; each is paid, ``max_fee`` is for each. With ``attested`` one host runs it whose machine is attested: final
        sooner, audited less often. Inputs over 16 KiB travel by content id: ``source`` is
        ``file:///folder`` (they are written there), or an address that has each tensor under its root; without it they are
        put on the engine.
        """
        client = self._client
        release = await client.models.get(model)
        tensors = release.tensors(inputs)
        limit = planck(max_fee) if max_fee is not None else await self._dearest(release, tensors)
        payload = await self.payload(list(tensors.values()), source)
        value = planck(insured)
        arguments: dict[str, Any] = {"release": release.id, "input": payload, "max_fee": limit}
        call = "submit"
        if host is not None or redundancy != 1 or value or attested:
            call = "submit_with"
            arguments["options"] = job_options(host, redundancy, value, attested)
        done = await client.chain.submit(client.key, "Jobs", call, **arguments)
        job = int(done.one("Jobs", "JobSubmitted").fields["job"])
        return Submitted(job, done.number, release.id, tensors, limit, value, redundancy)

    async def infer(
        self,
        model: str | int | Release,
        inputs: Inputs,
        *,
        timeout: float | None = 120,
        **options: Any,
    ) -> Result:
        """Submit a job, wait for its answer, check it. Options are those of ``submit``."""
        return await self.result(await self.submit(model, inputs, **options), timeout=timeout)

    async def _dearest(self, release: Release, tensors: Mapping[str, Tensor]) -> int:
        shapes = [list(tensor.shape) for tensor in tensors.values()]
        return Quote.from_chain(await self._client.chain.call("JobsApi", "quote", release.id, shapes)).highest

    async def get(self, job: int) -> Job | None:
        """A job that is not final yet."""
        view = await self._client.chain.call("JobsApi", "job", job)
        return None if view is None else Job.from_chain(view)

    async def list(self, account: str | bytes | None = None) -> list[Job]:
        """Jobs that are not final yet: yours, or those of an account."""
        who = self._client.key.public_key if account is None else account_id(account)
        jobs: list[Job] = []
        while True:
            start = jobs[-1].id + 1 if jobs else 0
            page = await self._client.chain.call("JobsApi", "jobs_of", who, start, _PAGE)
            jobs += map(Job.from_chain, page)
            if len(page) < _PAGE:
                return jobs

    async def cancel(self, job: int | Submitted) -> None:
        """Take back a job that still waits for a host; what was held for it comes back."""
        number = job.job if isinstance(job, Submitted) else job
        await self._client.chain.submit(self._client.key, "Jobs", "cancel", job=number)

    async def wait(self, job: int | Submitted, *, timeout: float | None = 120) -> Job:
        """Wait until a job is answered. Raises ``JobFailed`` if it ends otherwise, ``TimeoutError`` if it takes longer."""
        number, since = (job.job, job.block) if isinstance(job, Submitted) else (job, 0)
        chain = self._client.chain
        end = None if timeout is None else time.monotonic() + timeout
        gone_at: int | None = None
        while True:
            found = await self.get(number)
            if found is not None and found.delivered:
                return found
            if found is None:
                ended = await chain.find_event(lambda event: _ends(event, number), since=since)
                if ended is not None and _ENDS[ended[0].name] != "final":
                    raise JobFailed(number, _ENDS[ended[0].name])
                if ended is not None:
                    raise JobFailed(number, "final", f"job {number} is final: its answer has left the chain already")
                block = await chain.block(await chain.best())
                gone_at = gone_at or block.number
                if block.number > gone_at + _PATIENCE:
                    raise NotFound(f"there is no job {number}, or it is long over", status=404, code="not_found")
            else:
                gone_at = None
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"job {number} is not answered yet; wait for it again, or cancel it while it waits")
            await async_sleep(_POLL)

    async def result(self, job: Submitted, *, timeout: float | None = 120) -> Result:
        """Wait for the answer of a job and check it: receipt, signature, outputs. Read it before the job is final."""
        client = self._client
        view = await self.wait(job, timeout=timeout)
        release = await client.models.known(job.release)
        checked: list[tuple[Answer, dict[str, Tensor]]] = []
        for answer in view.answers:
            # The host of most answers is the same, so outputs are fetched for what is signed alike only once.
            outputs = await self._outputs(release, answer)
            host = await client.chain.call("HostsApi", "host", account_id(answer.host))
            if host is None:
                raise VerificationError("the answer must not be trusted: its host is not registered")
            expected = Expected(
                worker=Host.from_chain(host).worker,
                genesis=await client.chain.genesis(),
                release=release,
                inputs=job.inputs,
                outputs=outputs,
                requester=client.key.public_key,
                host=account_id(answer.host),
                path=JobPath(view.id),
                max_fee=job.max_fee,
                insured=job.insured,
            )
            check(answer.receipt, expected)
            checked.append((answer, outputs))
        if not checked:
            raise VerificationError("the job counts as answered, but has no answer")
        outcomes = [answer.receipt.receipt.outcome for answer, _ in checked]
        best, tensors = max(checked, key=lambda one: outcomes.count(one[0].receipt.receipt.outcome))
        if best.receipt.failed:
            raise RunFailed("the model failed on this input; only the price per call is due", receipt=best.receipt)
        return Result(
            model=f"{release.publisher}/{release.name}",
            version=release.version,
            id=str(job.job),
            tensors=tensors,
            inputs=job.inputs,
            receipt=best.receipt,
            output_roots=tuple(tensor.root() for tensor in tensors.values()),
        )

    async def _outputs(self, release: Release, answer: Answer) -> dict[str, Tensor]:
        outcome = answer.receipt.receipt.outcome
        if answer.outputs is None or not isinstance(outcome, Output):
            return {}
        if len(answer.outputs) != len(release.outputs):
            raise VerificationError("the answer must not be trusted: it has not as many outputs as the model")
        outputs = {}
        for spec, output in zip(release.outputs, answer.outputs, strict=True):
            outputs[spec.name] = output if isinstance(output, Tensor) else await fetch_tensor(output)
        return outputs

    async def payload(self, tensors: builtins.list[Tensor], source: str | None = None) -> dict[str, Any]:
        """Inputs as calls of the chain take them: with their bytes, or put somewhere and named by their roots."""
        if sum(len(tensor.data) for tensor in tensors) <= MAX_INLINE and source is None:
            return inline(tensors)
        client = self._client
        if source is None:
            source = f"{client.engine.rstrip('/')}/v1/outputs"
            headers = {} if client.engine_token is None else {"authorization": f"Bearer {client.engine_token}"}
            async with httpx.AsyncClient(timeout=600, headers=headers) as http:
                for tensor in tensors:
                    await _put_tensor(http, source, tensor)
        elif urlsplit(source).scheme == "file":
            folder = Path(urlsplit(source).path)
            folder.mkdir(parents=True, exist_ok=True)
            for tensor in tensors:
                (folder / tensor.root().hex()).write_bytes(tensor.data)
        return by_content(tensors, source)


def job_options(host: str | bytes | None, redundancy: int, insured: int, attested: bool) -> dict[str, Any]:
    """Options of a job as calls of the chain take them."""
    named = None if host is None else account_id(host)
    return {"host": named, "redundancy": redundancy, "insured": insured, "attested": attested}


def _ends(event: Event, job: int) -> bool:
    return event.pallet == "Jobs" and event.name in _ENDS and event.fields.get("job") == job


async def _put_tensor(http: httpx.AsyncClient, source: str, tensor: Tensor) -> None:
    params = {"dtype": tensor.dtype.label, "shape": ",".join(map(str, tensor.shape))}
    try:
        response = await http.put(f"{source}/{tensor.root().hex()}", content=tensor.data, params=params)
    except httpx.TransportError as error:
        raise ConnectionFailed(f"no engine answers at {source}: {error}") from error
    if not response.is_success:
        raise api_error(response.status_code, response.content, response.headers)


async def fetch_tensor(content: Content) -> Tensor:
    """The bytes of a tensor that travels off chain, checked against its root."""
    url = f"{content.source.rstrip('/')}/{content.root.hex()}"
    if urlsplit(url).scheme == "file":
        data = Path(urlsplit(url).path).read_bytes()
    else:
        pieces, size = [], 0
        try:
            async with (
                httpx.AsyncClient(timeout=60, follow_redirects=True) as http,
                http.stream("GET", url) as response,
            ):
                if not response.is_success:
                    raise NotFound(f"{content.source} does not have the output", status=response.status_code)
                async for piece in response.aiter_bytes():
                    pieces.append(piece)
                    size += len(piece)
                    if size > MAX_OUTPUT:
                        raise VerificationError(f"{content.source} sends more bytes than an output can have")
        except httpx.TransportError as error:
            raise ConnectionFailed(f"{content.source} does not answer: {error}") from error
        data = b"".join(pieces)
    tensor = Tensor(content.dtype, content.shape, data)
    if tensor.root() != content.root:
        raise VerificationError(f"{content.source} gives other bytes than the receipt commits to; keep the receipt")
    return tensor

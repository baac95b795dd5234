"""What the asynchronous and the synchronous client do differently. ``tools/unasync.py`` exchanges the names."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AsyncLock = asyncio.Lock
SyncLock = threading.Lock


async def async_sleep(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)


def sync_sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


async def async_run(function: Callable[..., R], *arguments: Any) -> R:
    """What a function gives that computes for a while."""
    return await asyncio.to_thread(function, *arguments)


def sync_run(function: Callable[..., R], *arguments: Any) -> R:
    """What a function gives that computes for a while."""
    return function(*arguments)


async def async_map(function: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int) -> list[R]:
    """Results in the order of the items, at most ``limit`` at the same time. The first error ends it."""
    room = asyncio.Semaphore(limit)

    async def one(item: T) -> R:
        async with room:
            return await function(item)

    tasks = [asyncio.ensure_future(one(item)) for item in items]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def sync_map(function: Callable[[T], R], items: Sequence[T], limit: int) -> list[R]:
    """Results in the order of the items, at most ``limit`` at the same time. The first error ends it."""
    if len(items) < 2 or limit < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(limit, len(items))) as pool:
        futures = [pool.submit(function, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise

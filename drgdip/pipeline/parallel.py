"""Ordered work on two or more threads: results come in the order of the input, few at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int, ahead: int = 0
) -> Iterator[Result]:
    """Apply ``work`` to items on ``threads`` threads; at most ``threads + 1`` items are held at once, and ``ahead`` more."""
    if threads <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads + ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Items in order; the first one is fetched at once by a thread of its own, and the next one while one is used."""
    pool, found, end = ThreadPoolExecutor(1), iter(items), object()
    first = pool.submit(next, found, end)

    def rest() -> Iterator[Item]:
        waiting = first
        with pool:
            while (item := waiting.result()) is not end:
                waiting = pool.submit(next, found, end)
                yield item  # type: ignore[misc]

    return rest()

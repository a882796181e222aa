"""Work done on other threads ahead of its use, in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")
#: Threads. Results do not depend on their number.
WORKERS = 2


def ahead(work: Callable[[T], R], arguments: Iterable[T], most: int = 3) -> Iterator[R]:
    """Results of ``work`` in the order of its arguments; at most ``most`` are under way or waiting."""
    left = iter(arguments)
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[R]] = deque(pool.submit(work, argument) for argument in islice(left, most))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(work, argument) for argument in islice(left, 1))
            yield done

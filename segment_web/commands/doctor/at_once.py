"""Several looks at the network at the same time, for which Ctrl-C need not wait."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final, TypeVar

AT_ONCE: Final = 8  # a person is waiting, and a hundred threads would help nobody

Item = TypeVar("Item")
Found = TypeVar("Found")


def each(look: Callable[[Item], Found], items: Sequence[Item]) -> Iterator[Found]:
    """What ``look`` finds of each of ``items``, in their order; several at a time. It raises what a look raises.

    A pool of threads would be waited for, here and once more at the end of the process, however long its looks take.
    """
    futures: list[Future[Found]] = [Future() for _ in items]
    waiting = deque(zip(items, futures, strict=True))

    def work() -> None:
        while waiting:
            try:
                item, future = waiting.popleft()
            except IndexError:  # another thread was faster
                return
            try:
                future.set_result(look(item))
            except BaseException as problem:  # noqa: BLE001 - whoever asks for the result is told
                future.set_exception(problem)

    for _ in range(min(AT_ONCE, len(items))):
        threading.Thread(target=work, name="segment_web.doctor", daemon=True).start()
    return (future.result() for future in futures)

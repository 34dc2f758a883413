"""Messages that wait until an asynchronous request knows its user."""

from __future__ import annotations

from collections.abc import Callable

MAX_HELD = 1_000  # more come from a loop gone wrong


class HeldMessages:
    """The releases of one request's messages, in their order; ``is_over`` once the user is known, or will not be."""

    __slots__ = ("_releases", "is_over")

    def __init__(self) -> None:
        self._releases: list[Callable[[], object]] = []
        self.is_over = False

    def __len__(self) -> int:
        return len(self._releases)

    def hold(self, release: Callable[[], object]) -> None:
        """Keep a message back; release it at once, with the anonymous id alone, if too many wait."""
        if len(self._releases) < MAX_HELD:
            self._releases.append(release)
        else:
            release()

    def release(self) -> None:
        """Let all messages pass, in their order; later ones do not wait."""
        self.is_over = True
        releases, self._releases = self._releases, []
        for release in releases:
            release()

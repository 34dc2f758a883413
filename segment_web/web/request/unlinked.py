"""A scope for what is said of a user who need not be the visitor of the request: without the visitor's anonymous id."""

from __future__ import annotations

from segment_web.scopes.scope import Scope


class Unlinked(Scope):
    """The scope ``parent`` for everything else."""

    __slots__ = ()

    def anonymous_id(self, *, issue: bool) -> object:
        return None

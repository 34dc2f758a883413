"""A forked child does not act for its parent's visitor."""

from __future__ import annotations

import os

import pytest
from flask import Flask

from segment_web.scopes.current import current


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_forked_in_a_request_is_outside_of_it(app: Flask) -> None:
    with app.test_request_context():
        assert current() is not None
        child = os.fork()
        if child == 0:
            os._exit(0 if current() is None else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

"""A reader that accepts nothing but RFC 8259."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def strict(body: bytes) -> Any:
    """Parses as strictly as RFC 8259: valid UTF-8, no NaN, no lone surrogate even when escaped."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    parsed = json.loads(body.decode("utf-8"), parse_constant=refuse)
    json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    return parsed

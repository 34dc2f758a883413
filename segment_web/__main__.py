"""``python -m segment_web`` is ``segment-web``."""

from __future__ import annotations

import sys

from segment_web.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

"""What carries a batch: one file each, with ``deliver(batch) -> Outcome`` and ``close()``."""

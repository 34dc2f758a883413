"""Implement the ways in which one batch leaves the process.

One transport a module, with ``deliver(batch)`` and ``close()``.
"""

"""Implement the stores that keep envelopes until they are settled.

One store a module; each passes the contract in ``tests/contracts/``.
"""

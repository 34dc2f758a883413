"""Find out who the visitor is: user, group, visit, impersonation, and what the browser remembers.

The modules read a request through the Protocol in ``facts.py``.
"""

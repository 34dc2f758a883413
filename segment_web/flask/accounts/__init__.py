"""Translate the signals of Flask-Login and Flask-Security, and session keys, into lifecycle events.

Only code that knows Flask's users enters; the rules of the events are in ``web/accounts/``.
"""

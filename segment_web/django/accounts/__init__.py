"""Translate the signals of Django's logins, and of the packages for accounts, into lifecycle events.

Only code that knows Django's authentication enters; the rules of the events are in ``web/accounts/``.
"""

"""Decide what the visitor has agreed to, from the settings, the consent cookie and the browser's signals.

Nothing here records an event.
"""

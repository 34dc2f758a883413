"""Hold the scope of one web request and everything that a view does with it.

This room joins consent, context and visitor; nothing in those rooms points back to it.
"""

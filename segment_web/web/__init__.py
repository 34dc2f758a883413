"""Turn a web request into a scope and its events, the same for every framework.

Each room below takes a WebRequest or plain values; no framework enters.
"""

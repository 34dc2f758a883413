"""Serve analytics.js and accept its events below a path of the application's own host.

Each module takes a WebRequest or plain values and returns plain values or an Answer; no framework enters.
"""

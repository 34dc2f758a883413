"""Speak HTTP to the outside: sessions, deadlines, retry decisions and access tokens.

This is the only room that imports httpx and httpcore.
"""

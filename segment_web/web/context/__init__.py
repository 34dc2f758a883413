"""Read the facts of Segment's ``context`` from a request: address, agent, page, campaign, locale, hints.

Pure functions of plain values; no scope and no settings object enters.
"""

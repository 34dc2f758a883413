"""Adapt Django's request and response to WebRequest and WebResponse.

Only translation belongs here; no rule of Segment's enters.
"""

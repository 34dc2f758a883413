"""Accept envelopes, keep them until they are settled, send them in batches and count each outcome.

This room sees bytes only: no request, no message object and no framework enters.
"""

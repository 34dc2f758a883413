"""Read what other programs send to this process: bounded bodies, batches of messages and their times.

The proxy, the collector and later the webhooks share this room; no framework enters.
"""

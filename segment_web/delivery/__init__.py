"""Keeps envelopes until they are settled, and settles them: queue, batcher, worker, transports."""

"""Run an example shop against the local collector and check the events that arrive.

Only the command ``demo`` uses this room.
"""

"""``tail``: events in a terminal as they arrive, from a local collector or from a file that they are written to."""

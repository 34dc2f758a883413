"""The console script ``segment-web``: a skin over the commands."""

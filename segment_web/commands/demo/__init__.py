"""``demo``: an example shop on a real server, delivering to a local Segment."""

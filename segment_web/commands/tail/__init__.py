"""Print events while they arrive, from the collector or from a file.

Only the command ``tail`` uses this room.
"""

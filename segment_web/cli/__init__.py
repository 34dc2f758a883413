"""Parse the command line of ``segment-web`` and run the commands.

Only argument parsing belongs here; the bodies of the commands are in ``commands/``.
"""

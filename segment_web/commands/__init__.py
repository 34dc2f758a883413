"""Hold the bodies of the commands, the same for ``segment-web``, ``manage.py segment`` and ``flask segment``.

A command reads its arguments and returns a result; it imports no framework.
"""

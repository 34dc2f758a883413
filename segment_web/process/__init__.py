"""Follow the life of the process: forks, the first event, the end, and the servers that run it.

Nothing here knows messages or requests.
"""

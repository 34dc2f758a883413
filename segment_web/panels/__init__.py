"""Show the calls of one request in the debug toolbars of Django and Flask.

This room collects and renders; the toolbars' own classes are in the frameworks' rooms.
"""

"""Turn sign-ups, logins and logouts into Segment's lifecycle events, each once a request.

Only rules about accounts belong here; the frameworks' rooms translate the signals.
"""

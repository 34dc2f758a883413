"""Hold the identity, context and consent that apply to one request or task.

No web request enters; ``web/request/`` has the scope that reads one.
"""

"""Turn a message and a scope into an envelope of final bytes, or into a drop with a reason.

Everything here runs on the caller's thread and does no input or output.
"""

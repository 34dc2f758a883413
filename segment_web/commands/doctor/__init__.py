"""Examine a set-up and report each fault with its reason and its cure.

Only checks and their report belong here; a framework contributes its own findings through Project.
"""

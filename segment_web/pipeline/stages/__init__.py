"""Implement the stages of the pipeline, one a module.

A stage takes a message and a scope, and changes the message or returns a Drop.
"""

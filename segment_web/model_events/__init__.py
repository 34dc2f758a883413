"""Decide which events a change of a model object makes, the same for Django and SQLAlchemy.

No request and no database library enters this room.
"""

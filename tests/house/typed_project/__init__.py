"""A user's project with types, for mypy in strict mode; ``test_types.py`` checks it."""

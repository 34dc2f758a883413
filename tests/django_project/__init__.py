"""A small real Django project for the package's own tests."""

"""The project's only application: books."""

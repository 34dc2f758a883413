"""The Django project around the Otter & Oak shop."""

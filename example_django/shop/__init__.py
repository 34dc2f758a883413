"""Otter & Oak: a small shop that shows segment_web in use."""

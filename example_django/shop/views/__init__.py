"""The shop's pages, a module for each part of the visit."""

"""Read and write the cookies that the server shares with analytics.js, and sign the package's own.

Pure functions of header values.
"""

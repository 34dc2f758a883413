"""Build everything that a page receives: the snippet, the tags, the pixel and the first-party proxy.

Code that answers or writes into a browser's page belongs here; code that knows a framework does not.
"""

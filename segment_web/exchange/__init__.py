"""Define HTTP as every room of this package sees it: WebRequest, WebResponse, Cookie, Answer, header names and URLs.

Only plain values and protocols belong here; nothing in this room imports another room of the package.
"""

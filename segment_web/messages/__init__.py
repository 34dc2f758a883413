"""Define the messages and the values that describe their way: receipt, envelope, batch, outcome, reasons, observer.

Only values and their rules belong here; no input or output enters.
"""

"""Make events from views: page calls, decorated views, and the health answer.

Only code that runs around a view enters.
"""

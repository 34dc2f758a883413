"""The first-party proxy: analytics.js, its settings and its events by way of the application's own host."""

"""Who is here and under which terms, for one request or task."""

"""Who logs in, out and up in Flask: what its extensions announce, and what the session alone knows."""

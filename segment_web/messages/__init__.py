"""What is said: the messages, their ids, limits and wire form, and what becomes of them."""

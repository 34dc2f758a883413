"""Makes a message fit to leave: stages in order, then one encoding."""

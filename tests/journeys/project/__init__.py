"""The test project as it is deployed: its own process, its settings from the environment."""

"""What a developer sees of one request in a debug toolbar; the frameworks' panels are skins over it."""

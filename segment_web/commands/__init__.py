"""The bodies of the commands; ``segment-web``, ``manage.py segment`` and ``flask segment`` are skins over them."""

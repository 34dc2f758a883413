"""Which ``Domain`` of a cookie browsers take, told before they silently take none (RFC 6265, section 5.3)."""

from __future__ import annotations

from ipaddress import ip_address

# Domains under which anybody may have a site, so that browsers refuse cookies for all of them; the whole list of public
# suffixes changes every week, these are where applications like ours often live.
PUBLIC = frozenset(
    "herokuapp.com github.io gitlab.io appspot.com fly.dev onrender.com vercel.app netlify.app pages.dev workers.dev "
    "pythonanywhere.com azurewebsites.net web.app run.app cloudfront.net ngrok.io ngrok.app co.uk org.uk com.au co.jp "
    "com.br co.nz co.in co.za".split()
)


def fault(domain: str) -> str:
    """Why no browser takes a cookie for ``domain``, as the end of a sentence about it; ``""`` if nothing speaks
    against it."""
    name = domain.removeprefix(".").lower()
    if any(sign in name for sign in ":/@ ") or not name:
        return "is no domain's name: leave out scheme, port and path"
    if is_address(name):
        return "is an address: leave the domain out, and the cookie is the host's own"
    if "." not in name:
        return "has a single label, which browsers refuse: leave the domain out, and the cookie is the host's own"
    return "belongs to everybody's sites, so browsers refuse it: name your own domain" if name in PUBLIC else ""


def covers(domain: str, host: str) -> bool:
    """Whether a response of ``host`` (a port may follow) may set a cookie for ``domain``; a host that begins with a dot
    stands for itself and all below it."""
    name, asked = domain.removeprefix(".").lower(), host.rsplit(":", 1)[0].lower()
    if asked.startswith(".") and f".{name}".endswith(asked):
        return True
    return asked == name or (asked.endswith(f".{name}") and not is_address(asked))


def is_address(name: str) -> bool:
    """Whether a host is an IP address, to which no domain belongs."""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True

"""Bots by their user agent: crawlers, health checks, scripts and previews, whom nobody wants to count as users."""

from __future__ import annotations

from functools import lru_cache

READ = 512  # characters of an agent looked at and remembered; browsers send about 120, in-app browsers 350
CACHED = 1024  # agents remembered; most visits come with one of a few hundred

EMPTY = frozenset({"", "-", "node", "mozilla/4.0", "mozilla/5.0"})  # says nothing, as no browser does

# Only at the start: inside an agent these are parts of device and app names as well.
OPENINGS = ("werkzeug/", "java/", "ruby", "php/", "deno/", "bun/", "k6/", "reeder/", "whatsapp/", "got/", "perl")

# Anywhere, in lower case. Left out on purpose, because people use apps built on them: okhttp, Dalvik, CFNetwork, Dart.
SIGNS = (
    *("bot", "crawl", "spider", "slurp", "scrap", "archiv", "mediapartners", "fetcher", "googleother", "-user/"),
    *("google-inspection", "google-read-aloud", "google-safety", "google-site", "google favicon", "screaming frog"),
    "://",  # crawlers that introduce themselves name a page about them
    *("preview", "facebookexternalhit", "facebookcatalog", "meta-external", "slack-img", "embedly", "iframely"),
    *("vkshare", "flipboardproxy", "outbrain"),
    *("feed", "rss/", "rss2", "newsblur", "inoreader", "netnewswire", "miniflux", "newsboat", "simplepie"),
    *("monitor", "uptime", "pingdom", "statuscake", "synthetic", "site24x7", "checkly", "catchpoint", "gtmetrix"),
    *("lighthouse", "pagespeed", "page speed", "ptst/", "checker", "checklink", "validator"),
    *("probe", "healthcheck", "health check", "health-check", "health_check", "googlehc", "haproxy", "prometheus"),
    *("envoy/", "nagios", "check_http", "zabbix", "load balancer agent", "alwayson", "readyforrequest", "varnish"),
    "traffic-manager",
    *("headless", "phantomjs", "puppeteer", "playwright", "selenium", "webdriver", "cypress/", "htmlunit", "jsdom"),
    *("curl", "wget", "python", "httpx", "aiohttp", "go-http-client", "httpclient", "libwww-perl", "lwp::", "guzzle"),
    *("node-fetch", "undici", "axios", "superagent", "httpie", "postman", "insomnia", "powershell", "winhttp"),
    *("restsharp", "reqwest", "faraday", "jmeter", "apachebench", "siege/", "scanner", "masscan", "zgrab", "nikto"),
    "sqlmap",
    "mobile/10b329 safari/8536.25",  # Segment's own visits, which look like an iPhone of 2013
)
BRANDS = ("cubot",)  # phones whose maker's name contains a sign


def is_bot(user_agent: str) -> bool:
    """Whether this User-Agent header (``""``: none was sent) is one of a program rather than of a person's browser.

    Segment filters no bots, and each new one would be a billed user.
    """
    return _judged(user_agent[:READ])


@lru_cache(maxsize=CACHED)
def _judged(user_agent: str) -> bool:
    agent = user_agent.strip().lower()
    if agent in EMPTY or agent.startswith(OPENINGS):
        return True
    for brand in BRANDS:
        agent = agent.replace(brand, "")
    return any(sign in agent for sign in SIGNS)

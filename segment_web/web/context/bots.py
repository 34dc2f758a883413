"""Recognise bots by their user agent: crawlers, health checks, scripts and previews, which are not users.

Three steps decide, the cheapest first. An agent with the grammar of a common browser is a person. An agent that has no
browser's opening and names no device or known app is a program. The rest is a program if it has a sign of one.
``benchmarks/agents.py`` measures the tables below against public lists.
"""

from __future__ import annotations

import re
from functools import lru_cache

READ = 512  # characters of an agent looked at and remembered; browsers send about 120, in-app browsers 350
CACHED = 1024  # agents remembered; most visits come with one of a few hundred

EMPTY = frozenset({"", "-", "mozilla/4.0", "mozilla/5.0"})  # names no browser
SEGMENT = "mobile/10b329 safari/8536.25"  # Segment's own visits, which look like an iPhone of 2013
OPENINGS = ("mozilla/", "opera/")  # of browsers

# What a common browser's agent consists of. Android's model is free text: it may contain any sign ("M bot 54").
_SYSTEMS = (
    r"windows nt [\d.]+(?:; (?:win64|wow64|x64|arm64))*",
    r"macintosh; (?:intel|ppc) mac os x [\d_.]+",
    r"x11; (?:u; )?(?:ubuntu; |fedora; )?linux (?:x86_64|i686|aarch64|armv7l)",
    r"x11; cros \w+ [\d.]+",
    r"(?:iphone|ipad|ipod touch); cpu (?:iphone )?os [\d_]+ like mac os x",
    r"linux; (?:u; |arm(?:_64)?; )?android[ \d.]*(?:; [a-z]{2}-[a-z]{2})?(?:; [^()@;:]{1,60})?(?:; wv)?",
    r"android[ \d.]*; (?:mobile|tablet)",
)
_PRODUCTS = (
    *("version", "chrome", "mobile", "safari", "firefox", "gecko", "edge?", "edga", "edgios", "opr", "opios", "opx"),
    *("crios", "fxios", "samsungbrowser", "ucbrowser", "u3", "yabrowser", "yowser", "yaapp_android"),
    *("yasearchbrowser", "yasearchapp", "bropp", "sa", "webomni", "vivaldi", "miuibrowser", "huaweibrowser", "silk"),
    *("heytapbrowser", "vivobrowser", "mqqbrowser", "tbs", "qqbrowser", "gsa", "duckduckgo", "ddg", "focus", "klar"),
)
COMMON = re.compile(
    rf"mozilla/5\.0 \((?:{'|'.join(_SYSTEMS)})(?:; rv:[\d.]+)?\) "
    rf"(?:applewebkit/[\d.]+ \(khtml, like gecko\)|gecko/[\d.]+)(?: (?:{'|'.join(_PRODUCTS)})(?:/\w[\w.]*)?)*$"
)
FOREIGN = re.compile(  # Android's model, and the maker of a component of old browsers
    r"android[ \d.]*; (?:[a-z]{2}[-_][a-z]{2}; )?[^;()]*|from: http://bsalsa\.com/"
)

# Without a browser's opening: apps and old browsers by the beginning of the agent, whatever address they name ...
APPS = re.compile(
    "|".join(
        (
            *(r"\+simple", "mojeek-app", "aplix_", "nook browser", "ncsa_mosaic", r"lynx/2\.[89]", r"e?links ?[/(]"),
            *("dillo", "hotjava", "ibrowse", "goggalaxy", "quicktime", "postbox", "the bat!", "audacious", r"mpv \d"),
            *("foobar", "amarok", "rhythmbox", "kasts", "zune", "xbmc", "kodi", "juice/", "adori", "airr ", "airsonic"),
            *("antennapod", "anytime/", "awasu", "b?c?pod(?:/|$)", "bose/", "bullhorn", "castbox", "castro 2 "),
            *("coolerfm", "doughnut", "feedstation", "fountain/", "goldenpod", "harley/", "hermespod", "hypercatcher"),
            *("ivoox", r"jam/\d", "luminary", "megaphone", "moon fm", "mytuner", "newsly", "outcast", r"overcast \("),
            *("peacast", "podbean", "podcast|podcatcher", r"podchaser \(", "podverse", "podvine", "servestream"),
            *("sound(?:on|waves)", "sp-agent", "swoot", "thepodcastapp", "treble/", "turtlecast", "victorreader"),
            *("xiaoyuzhou", r"com\.meecel", "spotify_", "sony_tv", "otg/", "tunein", r"radio\.com", r"watch\d+,\d"),
            *(
                "airplay/",
                "hybridcast",
                "dlnadoc",
                r"amazon\.com/\d",
                "amazon aft",
                "fubotv",
                "googleapp/",
                "mozacfetch",
            ),
            r"whatsapp/[\d.]+ (?:android|iphone|i)",
            *("cronetsnap", "aida64", "cpuid", "magician", "handbrake", "wireshark", "qbittorrent", "utorrent"),
            *("btwebclient", "palmscape", "xiino", "cinnamon/", "redlineclient", "spice ", "smarttv_"),
        )
    )
)
# ... and anywhere: systems, devices, and the libraries that apps are built on (okhttp, Dalvik, CFNetwork, Dart).
DEVICES = re.compile(
    "|".join(
        (
            *("okhttp", "dart[/:]", "alamofire", "cfnetwork", "dalvik", "android", "iphone", "ipad", "ipod", "ios\\b"),
            *(r"i?ph\d+,\d", "darwin", "mac ?os", "macintosh", "os=mac", "osx", "watch ?os", "tvos", "appletv"),
            *("windows ?(?:nt|phone|xp|ce|mobile|[/;])", "win(?:32|64|7|10)", "linux;", "linux/[23]", "webkit"),
            *("blackberry", "symbian", "nokia", r"series\d", "midp", "cldc", r"\bwap", "brew", "obigo", "teleca"),
            *(r"up\.browser", r"au\.browser", "maui", "ucweb", "netfront", "palm ?os", "bada", "tizen", "harmony"),
            *("samsung", "^lg[-e/]", "^mot-", "sonyeric", "alcatel", "huawei", "^zte", "^sec-", "^sie-", "^sharp"),
            *("lenovo", "gionee", "hisense", "^docomo", "^kddi", "screen-", "msm89", "web0?s", "roku", "hbbtv"),
            *("ce-html", "omi/", "playstation", "nintendo", "amigaos", "^amiga", "morphos", "openvms", "wtos"),
            *(r"\bvlc", "_vlc", "applecoremedia", "exoplayer", "stagefright", "wmfsdk", "player", "music", "radio"),
            *("^amazon;", "^sonos", "upnp/", "^alexa", "^echo/", "^garmin", "podk|podt|podh|podyss|podguru"),
            *("fban/", "ms ?office", "microsoft office"),
        )
    )
)

# Signs of a program, anywhere else.
SIGNS = (
    *("robot", "crawl", "spider", "slurp", "scrap", "archive", "mediapartners", "fetch", "retriever", "headless"),
    *("://", "www.", ".com/", "mailto:", "subscriber", "(via ", "contact"),  # programs name a page, or a person
    *("google-", "-google", "googleother", "google favicon", "google search", "googleweblight", "-user/", "cloudflare"),
    *("qcloudcdn", "appengine", "preview", "facebookexternal", "facebookcatalog", "meta-external", "slack-img"),
    *("embedly", "iframely", "vkshare", "flipboardproxy", "browserproxy", "emailproxy", "proxy)", "outbrain"),
    *("feed", "rss/", "rss2", "newsblur", "inoreader", "netnewswire", "miniflux", "newsboat", "simplepie", "rssowl"),
    *("readkit", "reeder/", "monitor", "uptime", "pingdom", "statuscake", "synthetic", "site24x7", "catchpoint"),
    *("gtmetrix", "thousandeyes", "datadog", "lighthouse", "pagespeed", "page speed", "ptst/", "validator"),
    *("snapshot", "screenshot", "probe", "googlehc", "haproxy", "prometheus", "envoy/", "nagios", "zabbix", "alwayson"),
    *("readyforrequest", "varnish", "traffic-manager", "phantomjs", "puppeteer", "playwright", "selenium"),
    *("webdriver", "cypress/", "htmlunit", "jsdom", "curl", "wget", "python", "httpx", "aiohttp", "go-http-client"),
    *("httpclient", "libwww-perl", "lwp::", "lwp-", "lwp/", "guzzle", "node-fetch", "undici", "axios", "superagent"),
    *("httpie", "postman", "insomnia", "powershell", "winhttp", "php/", "restsharp", "reqwest", "faraday", "grpc-"),
    *("jmeter", "apachebench", "siege/", "masscan", "zgrab", "nikto", "sqlmap", "openvas", "burpcollab"),
    *("research", "survey", "audit", "analy", "inspect", "optimiz", "indexer", "indexing", "collector", "classifier"),
    *("security ", "securityh", "transcoder", "seo", "semrush", "ahrefs", "openai", "anthropic", "search engine"),
    *("searchengine", "siteimprove", "nutch", "heritrix", "httrack", "clamav", "swcd", "ddg_android", "dmbrowser"),
    *("watchtowr", "infrawatch", "marketgoo", "hotjar", "collapsify", "convertify", "dareboost", "rigor)"),
)
WORDS = re.compile(r"(?<!cu)(?<!tv )bots?(?![a-z])|(?<!cam)scan|check(?!out)|agent(?!web)|@(?!calendar)[a-z]")
# "(compatible; Name/1.0)" is a browser for some names only; and a browser describes its system.
SHAPES = re.compile(
    r"compatible;? ?(?!msie|konqueror|u;|linux|ibrowse|amiga|netpositive|webpositive|ncbrowser|ant|acorn|tablet|smartphone"
    r"|polaris|risc|gecko/|ms-office|windows-media|lephone|lg|[;)])[a-z+]"
    r"|^mozilla/\d\.\d [^(]{3,60}$|^mozilla/\d\.\d \((?!playstation|ccleaner)[^();]*\)$"
)


def is_bot(user_agent: str) -> bool:
    """Whether this User-Agent header (``""``: none was sent) is one of a program rather than of a person's browser.

    Segment filters no bots, and each new one would be a billed user.
    """
    return _judged(user_agent[:READ])


@lru_cache(maxsize=CACHED)
def _judged(user_agent: str) -> bool:
    agent = user_agent.strip().lower()
    if agent in EMPTY or SEGMENT in agent:
        return True
    if COMMON.match(agent):
        return False
    if not agent.startswith(OPENINGS):
        if APPS.match(agent):
            return False
        if not DEVICES.search(agent):
            return True
    return _has_signs(agent)


def _has_signs(agent: str) -> bool:
    named = FOREIGN.sub("", agent)
    return any(sign in named for sign in SIGNS) or bool(WORDS.search(named) or SHAPES.search(agent))

"""Bots are told from people by their user agent."""

from __future__ import annotations

import pytest

from segment_web.web.context.bots import READ, is_bot

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
ANDROID = f"Mozilla/5.0 (Linux; Android 13; SM-S911B) {WEBKIT}"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"

BROWSERS = [
    f"{WINDOWS} Chrome/124.0.0.0 Safari/537.36",
    f"{WINDOWS} Chrome/124.0.0.0 Safari/537.36 Edg/124.0.2478.51",
    f"{WINDOWS} Chrome/122.0.0.0 Safari/537.36 OPR/108.0.0.0",
    f"{WINDOWS} Chrome/124.0.0.0 Safari/537.36 Vivaldi/6.7.3329.21",
    f"{WINDOWS} Chrome/122.0.0.0 YaBrowser/24.4.0.0 Safari/537.36",
    f"{WINDOWS} coc_coc_browser/122.0.132 Chrome/116.0.0.0 Safari/537.36",
    f"{WINDOWS} Chrome/118.0.0.0 Whale/3.23.214.17 Safari/537.36",
    f"{WINDOWS} Slack/4.37.101 Chrome/122.0.6261.156 Electron/29.3.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET CLR 3.5.30729)",
    f"{MAC} Version/17.4.1 Safari/605.1.15",
    f"{MAC} Version/17.4 Safari/605.1.15 Ddg/17.4",
    f"{IPHONE} Version/17.4.1 Mobile/15E148 Safari/604.1",
    f"{IPHONE} CriOS/124.0.6367.71 Mobile/15E148 Safari/604.1",
    f"{IPHONE} FxiOS/125.0 Mobile/15E148 Safari/605.1.15",
    f"{IPHONE} GSA/312.0.625204211 Mobile/15E148 Safari/604.1",
    f"{IPHONE} Mobile/21E236 [FBAN/FBIOS;FBAV/460.0.0.33.103;FBBV/592031025;FBDV/iPhone15,2;FBLC/en_US;FBOP/80]",
    f"{IPHONE} Mobile/21E236 Instagram 329.0.3.29.90 (iPhone15,2; iOS 17_4_1; de_DE; de; scale=3.00; 1179x2556)",
    f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN",
    f"{IPHONE} Mobile/15E148 [Pinterest/iOS]",
    f"{IPHONE} Mobile/15E148 LinkedInApp/9.29.1",
    f"{IPAD} Version/17.4 Mobile/15E148 Safari/604.1",
    f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36",
    f"{ANDROID} SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36",
    f"{ANDROID} Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36 musical_ly_2023406030 BytedanceWebview/d8a21c6",
    f"Mozilla/5.0 (Linux; Android 13; SM-S911B; wv) {WEBKIT} Version/4.0 Chrome/124.0 Mobile Safari/537.36 Line/14.5.1",
    f"Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) {WEBKIT} Chrome/91.0.4472.114 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20 Build/RP1A) {WEBKIT} Chrome/96.0.4664.45 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 13; reeder S19 Max) {WEBKIT} Chrome/120.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 6.0; Lenovo K6/Java) {WEBKIT} Chrome/90.0.4430.91 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 8.1.0; SuperLite 5) {WEBKIT} Chrome/88.0.4324.93 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 7.0; M bot 54) {WEBKIT} Chrome/78.0.3904.96 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 13; Spider 8) {WEBKIT} Chrome/124.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 12; HTC Desire 22 pro Build/SKQ1; wv) {WEBKIT} Version/4.0 Chrome/105.0.5195.136 "
    "Mobile Safari/537.36 Instagram 267.0.0.18.93 Android (31/12; 480dpi; HTC; htc_botdugls; qcom; de_DE; 440638617)",
    f"{IPHONE} Mobile/21F79 Instagram 330.0.3.29.91 (iPhone14,3; iOS 17_5; en_IR@calendar=gregorian; en; scale=3.00)",
    "Mozilla/5.0 (compatible; Konqueror/3.5; Linux) KHTML/3.5.5 (like Gecko)",
    "Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0",
    f"Mozilla/5.0 (Linux; U; Android 12; en-US; CPH2127) {WEBKIT} Version/4.0 Chrome/100.0 UCBrowser/13.4 Mobile",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/191.308; U; en) Presto/2.12.423 Version/12.16",
    f"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) {WEBKIT} 76.0.3809.146/6.0 TV Safari/537.36",
    f"Mozilla/5.0 (Web0S; Linux/SmartTV) {WEBKIT} Chrome/79.0.3945.79 Safari/537.36 WebAppManager",
    "Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    f"Mozilla/5.0 (X11; Linux x86_64; Quest 3) {WEBKIT} OculusBrowser/32.0.0 Chrome/122.0 VR Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 9; KFTRWI) {WEBKIT} Silk/122.3.1 like Chrome/122.0.6261.142 Safari/537.36",
    "Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1",
]
APPS = [
    "fuboTV/4.75.0 (Linux;Android 9; AFTDCT31 Build/PS7664.3772N) FuboPlayer/v1.34.0",
    "WhatsApp/2.17.427 Android/4.4.2 Device/azumi-A40C",
    "PodcastAddict/v5 (+https://podcastaddict.com/; Android podcast app)",
    "dv(iPh14,2);pr(UCBrowser/11.3.5.1203);ov(15_4);ss(390x844);bt(GJ);pm(0);bv(0);nm(0);im(0);nt(2);",
    "okhttp/4.12.0",
    "Dalvik/2.1.0 (Linux; U; Android 13)",
    "Shop/3 CFNetwork/1494 Darwin/23.4.0",
    "Dart/3.3 (dart:io)",
]

BOTS = [
    *("", "  ", "-", "Mozilla/5.0", "node"),
    *(
        "kube-probe/1.29",
        "ELB-HealthChecker/2.0",
        "GoogleHC/1.0",
        "Envoy/HC",
        "Edge Health Probe",
        "Load Balancer Agent",
    ),
    "Amazon-Route53-Health-Check-Service (ref 0a1b; report)",
    "Consul Health Check",
    "Blackbox Exporter/0.24.0 Prometheus",
    "check_http/v2.3.3 (nagios-plugins 2.3.3)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) {WEBKIT} Chrome/124.0 Mobile Safari (compatible; Googlebot/2.1)",
    f"{WEBKIT} (compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)",
    "DuckDuckBot/1.1",
    "ia_archiver",
    "Mediapartners-Google",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
    "Scrapy/2.11.1",
    f"{WINDOWS} HeadlessChrome/124.0.0.0 Safari/537.36",
    f"{MAC} PhantomJS/2.1.1 Safari/538.1",
    f"{WINDOWS} Chrome/124.0 Safari/537.36 Chrome-Lighthouse",
    f"{WINDOWS} Chrome/124.0 Safari/537.36 PTST/240401",
    *("curl/8.5.0", "Wget/1.21.4", "python-requests/2.31.0", "python-httpx/0.27.0", "Python-urllib/3.11"),
    *(
        "Python/3.11 aiohttp/3.9.3",
        "Go-http-client/2.0",
        "Java/17.0.10",
        "Apache-HttpClient/4.5.14 (Java/17)",
        "Ruby",
        "Werkzeug/3.1.3",
    ),
    *("axios/1.6.8", "node-fetch/1.0", "GuzzleHttp/7", "libwww-perl/6.72", "PostmanRuntime/7.37.3", "k6/0.50.0"),
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621",
    *("Feedly/1.0", "FeedFetcher-Google", "Tiny Tiny RSS/21.05", "NewsBlur Feed Fetcher", "Reeder/5050001"),
    *("facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "Twitterbot/1.0", "WhatsApp/2.23.20.0 A"),
    f"{WINDOWS} SkypeUriPreview Preview/0.5",
    *("Pingdom.com_bot_version_1.4", "UptimeRobot/2.0", "PRTG Network Monitor", "StatusCake", "W3C_Validator/1.3"),
    f"{WINDOWS} Chrome/124.0 Safari/537.36 DatadogSynthetics",
    "Mozilla/5.0 zgrab/0.x",
    "SomeCrawler (+https://crawler.example/about)",
    *("anthropic-ai", "cohere-ai", "Google-Extended", "meta-webindexer/1.1", "facebookexternalua", "GPTBot/1.2"),
    *("Datadog Agent/7.69.2", "ThousandEyes-Dragonfly-x1", "Hello World", "MyShop/1.0"),
    "Mozilla/5.0 (compatible; evc-batch/2.0)",
    "Mozilla/5.0 (Mixnode; research@example.test)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Amzn-User/0.1) Chrome/119.0.6045.214 Safari/537.36",
    f"{MAC} Chrome/97.0.4692.71 Safari/537.36 (ThousandEyes Agent)",
    f"{WINDOWS} Chrome/58.0.3029.110 Safari/537.36 scan@example.test",
    f"{IPHONE} Version/6.0 Mobile/10B329 Safari/8536.25",
]


@pytest.mark.parametrize("agent", BROWSERS + APPS)
def test_browsers_and_apps_are_people(agent: str) -> None:
    assert not is_bot(agent)


@pytest.mark.parametrize("agent", BOTS)
def test_programs_are_bots_in_any_case(agent: str) -> None:
    assert is_bot(agent)
    assert is_bot(agent.upper())


def test_only_the_beginning_of_an_agent_is_read_and_remembered() -> None:
    agent = f"{WINDOWS} Chrome/124.0.0.0 Safari/537.36 Edition/1".ljust(READ - 14, "0")
    assert not is_bot(f"{agent}{' ' * 14} Googlebot/2.1")
    assert is_bot(f"{agent} Googlebot/2.1{'x' * 100_000}")

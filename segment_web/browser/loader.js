// Loads analytics.js and keeps every call until it is there. A script of the page gives it its configuration:
// key, global, cdn or mount (origin-relative), load, calls, hold; see browser/snippet.py.
(function (config) {
  "use strict";

  const METHODS = [
    "trackSubmit", "trackClick", "trackLink", "trackForm", "pageview", "identify", "reset", "group", "track", "ready",
    "alias", "debug", "page", "screen", "once", "off", "on", "addSourceMiddleware", "addIntegrationMiddleware",
    "setAnonymousId", "addDestinationMiddleware", "register",
  ];
  // analytics.js takes from these where the visitor was when the call was made, not when it is sent.
  const WITH_PAGE = ["track", "screen", "alias", "group", "page", "identify"];
  const ANONYMOUS = "ajs_anonymous_id";
  const IDENTITY = ["ajs_user_id", "ajs_group_id", ANONYMOUS, "ajs_user", "_sio"];
  const TRAITS = ["ajs_user_traits", "ajs_group_properties"];
  const RESET = "segment_web_reset"; // the server's word, for the next page, that somebody has logged out
  const IDENTIFIED = "segment_web_identified"; // the digest of what this tab has said of its user
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

  const analytics = (window[config.global] = window[config.global] || []);
  if (window.segmentWeb || analytics.invoked || analytics.initialize) {
    if (window.console) console.error("Segment snippet included twice.");
    return;
  }
  analytics.invoked = true;

  const script = document.currentScript;
  const nonce = script && (script.nonce || script.getAttribute("nonce"));
  const waiting = []; // what the page has to say when the visitor consents
  let held = config.hold;
  let successor; // the anonymous id after a logout, "new" where the server issues none

  METHODS.forEach((method) => {
    analytics[method] = (...given) => {
      const current = window[config.global];
      if (current !== analytics) return current[method](...given); // analytics.js has taken its place
      if (!held) analytics.push([method, ...given, ...(WITH_PAGE.includes(method) ? [pageNow()] : [])]);
      return analytics;
    };
  });

  window.segmentWeb = Object.freeze({ call, consent, identify });
  if (!held) start();

  // One call of the page's own, made now or, if the visitor has not consented yet, when they do.
  function call(method, ...given) {
    when(() => window[config.global][method](...given));
  }

  // The visitor consents: analytics.js is loaded, and what the page itself has to say is said.
  function consent() {
    if (!held) return;
    held = false;
    start();
    waiting.splice(0).forEach((act) => act());
  }

  // Says who is logged in, once for each tab and digest; without a digest each time.
  function identify(id, traits, digest) {
    when(() => {
      if (digest && guarded(() => sessionStorage.getItem(IDENTIFIED) === digest && storedUser() === id)) return;
      call("identify", id, traits);
      if (digest) guarded(() => sessionStorage.setItem(IDENTIFIED, digest));
    });
  }

  function when(act) {
    if (held) waiting.push(act);
    else act();
  }

  function start() {
    successor = guarded(forgetTheLoggedOut);
    guarded(leaveRivals);
    if (successor) analytics.on("initialize", tellTheLogout);
    config.calls.forEach((said) => call(...said));
    const cdn = config.mount ? location.protocol + "//" + location.host + config.mount.replace(/\/$/, "") : config.cdn;
    analytics._writeKey = config.key;
    analytics._cdn = cdn;
    analytics._loadOptions = options();
    // Before it knows its own name analytics.js looks there for where it came from; over https its tag tells it.
    if (config.global !== "analytics" && location.protocol === "http:") (window.analytics = window.analytics || {})._cdn = cdn;
    const tag = document.createElement("script");
    tag.async = true;
    tag.src = cdn + "/analytics.js/v1/" + encodeURIComponent(config.key) + "/analytics.min.js";
    tag.setAttribute("data-global-segment-analytics-key", config.global);
    if (nonce) tag.setAttribute("nonce", nonce);
    document.head.appendChild(tag);
  }

  function options() {
    const load = config.load;
    if (load.cookie && !("secure" in load.cookie)) load.cookie.secure = location.protocol === "https:";
    if (!config.mount) return load;
    const ours = { apiHost: location.host + config.mount + "v1", protocol: location.protocol.slice(0, -1) };
    const integrations = load.integrations || {};
    const theirs = integrations["Segment.io"];
    const merged = theirs === false ? false : Object.assign(ours, theirs);
    return Object.assign({}, load, { integrations: Object.assign({}, integrations, { "Segment.io": merged }) });
  }

  function pageNow() {
    const link = document.querySelector("link[rel='canonical']");
    return {
      __t: "bpc",
      c: (link && link.getAttribute("href")) || undefined,
      p: location.pathname,
      u: location.href,
      s: location.search,
      t: document.title,
      r: document.referrer,
    };
  }

  // For a user id analytics.js trusts localStorage more than the cookie that the server deleted, so that the next person
  // at this computer would go on as the last one. All is forgotten before it looks; the server's new anonymous id stays.
  function forgetTheLoggedOut() {
    const flag = cookie(RESET);
    if (!flag) return undefined;
    [RESET, ...IDENTITY].forEach(expire);
    const anonymous = UUID.test(flag) ? flag : "new";
    if (anonymous !== "new") keep(ANONYMOUS, anonymous);
    guarded(() => [...IDENTITY, ...TRAITS].forEach((name) => localStorage.removeItem(name)));
    return anonymous;
  }

  // Of two anonymous ids one is another host's of the domain, and analytics.js would copy the first over the other, so
  // that the server could not see at a login that there were two: only that of our own scope stays.
  function leaveRivals() {
    const { domain } = config.load.cookie || {};
    if (domain === undefined || new Set(cookies(ANONYMOUS)).size < 2) return;
    expire(ANONYMOUS, domain.replace(/^\./, ""));
  }

  // Destinations in the browser hear of the logout by reset(), which would also end the server's new anonymous id.
  function tellTheLogout() {
    this.reset();
    if (successor !== "new") this.setAnonymousId(successor);
  }

  function storedUser() {
    return cookie("ajs_user_id") || JSON.parse(localStorage.getItem("ajs_user_id"));
  }

  function cookie(name) {
    const [found] = cookies(name);
    return found && decodeURIComponent(found);
  }

  function cookies(name) {
    const pairs = document.cookie.split("; ").filter((pair) => pair.startsWith(name + "="));
    return pairs.map((pair) => pair.slice(name.length + 1));
  }

  // Of this host ("") and of every domain it is in: without our options analytics.js takes the registrable one.
  function expire(name, spared) {
    const labels = location.hostname.split(".");
    const domains = ["", ...labels.map((_, first) => labels.slice(first).join("."))].filter((domain) => domain !== spared);
    const end = name + "=; Path=/; Max-Age=0";
    domains.forEach((domain) => (document.cookie = end + (domain ? "; Domain=" + domain : "")));
  }

  function keep(name, value) {
    const { domain, maxage, sameSite } = config.load.cookie || {};
    document.cookie =
      name + "=" + value + "; Path=/; Max-Age=" + (maxage || 365) * 86400 + "; SameSite=" + (sameSite || "Lax") +
      (domain ? "; Domain=" + domain : "") + (location.protocol === "https:" ? "; Secure" : "");
  }

  // Storage raises where the browser forbids it; a page without it works all the same.
  function guarded(act) {
    try {
      return act();
    } catch (forbidden) {
      return undefined;
    }
  }
})

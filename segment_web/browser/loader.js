// Loads analytics.js and keeps every call until it is there. Pages contain loader.min.js, which
// `python -m tests.browser.minified` makes of this file, called with the configuration; see browser/snippet.py.
(function ({ key, global: name, mount, cdn, load, segment, calls, hold }) {
  // analytics.js takes from the first six the page on which the call was made, not the page that sends it.
  const METHODS = (
    "track screen alias group page identify pageview trackSubmit trackClick trackLink trackForm reset ready debug once " +
    "off on addSourceMiddleware addIntegrationMiddleware setAnonymousId addDestinationMiddleware register"
  ).split(" ");
  const ANONYMOUS = "ajs_anonymous_id";
  const USER = "ajs_user_id";
  const RESET = "segment_web_reset"; // the server sets it at a logout: the anonymous id that follows, or "new"
  // In cookies, in localStorage, or in both; the anonymous id is the last, since it tells other tabs.
  const KEPT = [
    RESET, USER, "ajs_group_id", "ajs_user", "_sio", "ajs_user_traits", "ajs_group_properties", ANONYMOUS,
  ];
  const IDENTIFIED = "segment_web_user"; // the digest of this tab's last identify call

  const page = window;
  const site = document;
  const place = location;
  const protocol = place.protocol.slice(0, -1);
  const own = load.cookie || {}; // the attributes of the cookies of analytics.js
  let was; // the anonymous id of the person whom analytics.js in this page knows
  const waiting = []; // the page's own calls, until the visitor consents

  const each = (list, act) => list.forEach(act);
  const guarded = (act) => {
    try {
      return act();
    } catch (forbidden) {} // eslint-disable-line no-empty
  };
  // Reading the property raises where the browser forbids storage; a page without it works all the same.
  const [local, session] = guarded(() => [localStorage, sessionStorage]) || [{}, {}];

  const cookies = (one) => ("; " + site.cookie).split("; " + one + "=").slice(1).map((rest) => rest.split(";")[0]);
  const cookie = (one) => guarded(() => decodeURIComponent(cookies(one)[0] || ""));
  const stored = (one) => guarded(() => JSON.parse(local[one]));
  const anonymous = () => stored(ANONYMOUS) || cookie(ANONYMOUS);

  // Delete a cookie of every path and domain that this page is in; with `hosts` the host's own one stays.
  const expire = (one, hosts) =>
    place.pathname.replace(/\/|$/g, (_, at, whole) =>
      each([whole.slice(0, at) || "/", whole.slice(0, at + 1)], (path) =>
        place.hostname.replace(/^|\.|$/g, (_, at, host) => {
          const domain = host.slice(at); // empty at the end: the host's own
          if (!hosts || path + domain !== "/") site.cookie = one + "=; Max-Age=0; Path=" + path + "; Domain=" + domain;
        })
      )
    );

  // Delete everything that analytics.js keeps, in every scope; the cookie of the anonymous id stays if `spared`.
  const clear = (spared) =>
    each(KEPT, (one) => {
      if (!spared || one !== ANONYMOUS) expire(one);
      delete local[one];
    });

  // Leave in the browser the data of one visitor; return whether persons have changed, so that analytics.js and the
  // destinations in the browser have to forget the former one.
  //
  // Another host of the domain can set the flag, and cookies beside ours, but no cookie of our host alone. For a user id
  // analytics.js trusts localStorage more than the cookie that the server has deleted, so that this runs before it loads.
  const settle = () => {
    each(KEPT, (one) => {
      if (new Set(cookies(one)).size < 2) return;
      expire(one, !own.domain);
      if (!cookie(one)) delete local[one];
    });
    const flag = cookie(RESET);
    const id = cookie(ANONYMOUS);
    const before = stored(ANONYMOUS);
    const isOther = flag || (id && before && id != before); // it may be a number
    if (isOther) clear(!flag || flag === id);
    return isOther;
  };

  // Empty the memory of analytics.js and of the destinations in the browser. reset() would also delete what the browser
  // keeps of the present visitor: it sees no cookies, and what it removes from localStorage is put back.
  const renew = (loaded) => {
    const kept = { ...local };
    Object.defineProperty(site, "cookie", { configurable: 1, get: () => "", set() {} });
    guarded(() => loaded.reset());
    delete site.cookie;
    each(KEPT, (one) => kept[one] && (local[one] = kept[one]));
  };

  // Another tab, or the page that came after this one, may have seen a change of persons, while analytics.js in this page
  // remembers the former one and would write that one's user id back: let it forget, and read what the browser keeps.
  // Storage events come from other tabs. They may remove the id and set it again, which is no change.
  const follow = ({ key, oldValue, newValue }) => {
    if (key && key !== ANONYMOUS) return;
    if (oldValue) was = JSON.parse(oldValue);
    if (key && !newValue) return;
    if (key || !site.hidden) {
      settle();
      const loaded = page[name];
      if (was && was != anonymous() && loaded !== analytics) renew(loaded);
    }
    was = anonymous();
  };

  // The visitor refuses: nothing that analytics.js has kept stays, and the page makes no further calls.
  const forget = () => {
    const loaded = page[name];
    hold = 1;
    page[name] = analytics; // which keeps no call while it holds
    analytics.length = 0;
    if (loaded !== analytics) guarded(() => loaded.reset());
    clear();
    delete session[IDENTIFIED];
  };

  const pageNow = () => {
    const link = site.querySelector("link[rel=canonical]");
    return {
      __t: "bpc",
      c: link && link.getAttribute("href"),
      p: place.pathname,
      u: place.href,
      s: place.search,
      t: site.title,
      r: site.referrer,
    };
  };

  const when = (act) => (hold ? waiting.push(act) : act());

  // Make one call of the page's own, now or when the visitor consents.
  const call = (method, ...given) => when(() => page[name][method](...given));

  // Identify the logged-in user, once for each tab and digest; without a digest each time.
  const identify = (id, traits, digest) =>
    when(() => {
      if (digest && session[IDENTIFIED] === digest && (stored(USER) || cookie(USER)) === id) return;
      call("identify", id, traits);
      if (digest) session[IDENTIFIED] = digest;
    });

  const start = () => {
    if (guarded(settle)) {
      analytics.on("initialize", function () {
        renew(this);
      });
    }
    each(["storage", "pageshow", "visibilitychange"], (event) => page.addEventListener(event, follow));
    each(calls, (said) => call(...said));

    if (!("secure" in own)) own.secure = protocol > "http"; // https
    if (mount) {
      cdn = place.origin + mount.slice(0, -1);
      const own = segment !== false && { apiHost: place.host + mount + "v1", protocol, ...segment };
      load.integrations = { ...load.integrations, "Segment.io": own };
    }
    analytics._writeKey = key;
    analytics._cdn = cdn;
    analytics._loadOptions = load;
    const tag = site.createElement("script");
    tag.src = cdn + "/analytics.js/v1/" + key + "/analytics.min.js";
    tag.dataset.globalSegmentAnalyticsKey = name;
    tag.nonce = nonce;
    site.head.append(tag);
  };

  // The visitor consents: load analytics.js and make the page's own calls. With `false` the visitor refuses.
  const consent = (agreed) => {
    if (agreed === false) forget();
    else if (hold) {
      hold = 0;
      start();
      each(waiting.splice(0), (act) => act());
    }
  };

  const analytics = (page[name] = page[name] || []);
  const nonce = (site.currentScript || "").nonce;
  if (page.segmentWeb || analytics.invoked || analytics.initialize) {
    console.error("Segment snippet included twice.");
    return;
  }
  analytics.invoked = true;
  each(METHODS, (method, at) => {
    analytics[method] = (...given) => {
      const current = page[name];
      if (current !== analytics) return current[method](...given); // analytics.js has taken its place
      if (!hold) analytics.push([method, ...given, ...(at < 6 ? [pageNow()] : [])]);
      return analytics;
    };
  });
  page.segmentWeb = { call, consent, identify };
  if (!hold) start();
})

"""What must have arrived after a walk, each expectation a finding of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from segment_web.commands.demo.browser import USER_AGENT
from segment_web.commands.demo.evidence import LEAST, Evidence, Said
from segment_web.commands.demo.shopper import CAMPAIGN, EMAIL, PRODUCT, QUANTITY, REFERRER
from segment_web.commands.findings import Finding, error, ok

STORY: Final = (
    *("Product List Viewed", "page", "Products Searched", "Product Viewed", "Product Added", "Cart Viewed"),
    *("identify", "identify", "Signed Up", "Checkout Started", "Order Completed", "Order Updated", "Signed Out"),
    *("Product List Viewed", "identify", "Signed In"),
)
Expectation = Callable[[Evidence], str]  # what is wrong, "" when nothing is


def examine(evidence: Evidence) -> Iterator[Finding]:
    """A finding for each expectation."""
    for name, expectation in EXPECTATIONS.items():
        complaint = expectation(evidence)
        yield error(name, complaint) if complaint else ok(name, "")


def enough(evidence: Evidence) -> str:
    return "" if len(evidence.said) >= LEAST else f"{len(evidence.said)} messages arrived"


def nothing_lost(evidence: Evidence) -> str:
    counts = {"discarded": evidence.discarded, "duplicates": evidence.duplicates, "refused requests": evidence.refused}
    return ", ".join(f"{name}: {count}" for name, count in counts.items() if count)


def ended(evidence: Evidence) -> str:
    """SIGTERM let the shop deliver what it still held, and end by itself."""
    return "" if evidence.exit_code == 0 else f"its exit code is {evidence.exit_code}"


def in_order(evidence: Evidence) -> str:
    """Each of the story's events, after the one before it."""
    rest = iter([said.label for said in evidence.said])
    missing = next((label for label in STORY if label not in rest), None)
    return "" if missing is None else f"{missing!r} did not arrive, or not in its place"


def campaign(evidence: Evidence) -> str:
    first = evidence.first("page")
    if first is None:
        return "no page call arrived"
    if first.context.get("campaign") != CAMPAIGN:
        return f"its campaign is {first.context.get('campaign')}"
    referrer = (first.context.get("page") or {}).get("referrer")
    return "" if referrer == REFERRER else f"its referrer is {referrer}"


def pages_known(evidence: Evidence) -> str:
    """Each message knows the browser and the page it happened on."""
    wrong = [said for said in evidence.said if said.context.get("userAgent") != USER_AGENT or not said.path]
    return listed(wrong)


def visitor(evidence: Evidence) -> str:
    """Before the sign-up: one anonymous id, the cookie's, and no user."""
    sign_up = [place for place, said in enumerate(evidence.said) if said.user_id is not None]
    before = evidence.said[: sign_up[0] if sign_up else None]
    cookies = set(evidence.walk.cookies(after="arrive", until="cancel"))
    if len(cookies) != 1 or None in cookies:
        return "the cookie was missing or changed before the sign-out"
    return listed(said for said in before if said.anonymous_id not in cookies) or ("" if before else "nothing arrived")


def customer(evidence: Evidence) -> str:
    """From the sign-up's identify to the sign-out: the same anonymous id, and one user."""
    (cookie,) = set(evidence.walk.cookies(after="arrive", until="arrive"))
    users = [place for place, said in enumerate(evidence.said) if said.user_id is not None]
    theirs = evidence.said[users[0] : evidence.place("Signed Out") + 1] if users else ()
    if not theirs or theirs[0].type != "identify":
        return "no identify began it"
    user = theirs[0].user_id
    return listed(said for said in theirs if (said.anonymous_id, said.user_id) != (cookie, user))


def newsletter(evidence: Evidence) -> str:
    """The letter's identify knows an address and no user."""
    first = evidence.first("identify")
    if first is None:
        return "no identify arrived"
    known = (first.user_id, (first.message.get("traits") or {}).get("email"))
    return "" if known == (None, EMAIL) else f"it says user id {known[0]}, email {known[1]}"


def stranger(evidence: Evidence) -> str:
    """After the sign-out: another anonymous id, the new cookie's, and no user until the sign-in."""
    (old,) = set(evidence.walk.cookies(after="arrive", until="arrive"))
    new = set(evidence.walk.cookies(after="home", until="sign in"))
    if len(new) != 1 or new & {old, None}:
        return "the cookie is missing, changed, or still the old one"
    after = evidence.said[evidence.place("Signed Out") + 1 :]
    between = [said for said in after if said.user_id is None]
    return listed(said for said in after if said.anonymous_id not in new) or ("" if between else "nothing arrived")


def returned(evidence: Evidence) -> str:
    """The sign-in: identify and Signed In of the same user, now with the new anonymous id."""
    signed_up, signed_in = evidence.first("Signed Up"), evidence.first("Signed In")
    if signed_up is None or signed_in is None:
        return "Signed Up or Signed In did not arrive"
    before = evidence.said[evidence.place("Signed In") - 1]
    right = before.type == "identify" and before.user_id == signed_in.user_id == signed_up.user_id
    later = evidence.said[evidence.place("Signed In") :]
    return (
        listed(said for said in later if said.user_id != signed_up.user_id) if right else "no identify, or another user"
    )


def order(evidence: Evidence) -> str:
    """Order Completed says what was bought, by the names of Segment's ecommerce specification."""
    completed = evidence.first("Order Completed")
    if completed is None:
        return "Order Completed did not arrive"
    properties = completed.properties
    goods = [(str(item.get("url")), item.get("quantity")) for item in properties.get("products") or ()]
    bought = len(goods) == 1 and goods[0][0].endswith(f"/{PRODUCT}/") and goods[0][1] == QUANTITY
    wrong = {
        "order_id": properties.get("order_id") != evidence.walk.order,
        "total": not is_amount(properties.get("total")),
        "revenue": not is_amount(properties.get("revenue")),
        "currency": properties.get("currency") != "USD",
        "products": not bought,
    }
    return ", ".join(name for name, is_wrong in wrong.items() if is_wrong)


def is_amount(value: object) -> bool:
    return isinstance(value, int | float) and value > 0


def listed(wrong: Iterable[Said]) -> str:
    """The messages that break an expectation, by label."""
    labels: Sequence[str] = [said.label for said in wrong]
    return f"not true of {', '.join(labels)}" if labels else ""


EXPECTATIONS: Final[dict[str, Expectation]] = {
    "the shop ended in order when it was told to": ended,
    f"at least {LEAST} messages arrived": enough,
    "nothing was refused, discarded or doubled": nothing_lost,
    "every event came, in its order": in_order,
    "the first page knows campaign and referrer": campaign,
    "every event knows its page and browser": pages_known,
    "before the sign-up: the cookie's anonymous id, no user": visitor,
    "the newsletter's identify: an address, no user": newsletter,
    "from sign-up to sign-out: the same anonymous id, one user": customer,
    "after the sign-out: a new anonymous id, no user": stranger,
    "the sign-in: identify and Signed In of the same user": returned,
    "Order Completed says what was bought": order,
}

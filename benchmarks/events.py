"""The event that all contenders send: 10 properties, a request's context, about 1.1 kB of JSON."""

from __future__ import annotations

PROPERTIES = {
    "order_id": "50314b8e9bcf000000000000",
    "affiliation": "Google Store",
    "total": 27.5,
    "revenue": 25.0,
    "shipping": 3.0,
    "tax": 2.0,
    "discount": 2.5,
    "coupon": "hasbros",
    "currency": "USD",
    "products": [{"product_id": "507f1f77bcf86cd799439011", "sku": "45790-32", "name": "Monopoly", "price": 19}],
}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
CONTEXT = {
    "ip": "203.0.113.7",
    "userAgent": AGENT,
    "locale": "en-US",
    "page": {
        "path": "/products/monopoly",
        "url": "https://shop.example/products/monopoly?utm_source=newsletter&utm_medium=email&utm_campaign=may",
        "search": "?utm_source=newsletter&utm_medium=email&utm_campaign=may",
        "referrer": "https://other.example/",
    },
    "campaign": {"source": "newsletter", "medium": "email", "name": "may"},
}
USER, ANONYMOUS = "42", "4712e28c-92e0-4104-acd6-e20ad29bff31"

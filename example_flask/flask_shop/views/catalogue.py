"""Looking around: the shelf, the search and one product."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.views import MethodView
from sqlalchemy import or_

from flask_shop.extensions import db
from flask_shop.forms import AddToCartForm
from flask_shop.models import Category, Product
from flask_shop.pricing import CURRENCY, FREE_SHIPPING_FROM, SHIPPING
from flask_shop.tracking import list_properties, product_properties
from segment_web.flask import current_segment, track_event

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/")
def home() -> str:
    slug = request.args.get("category")
    category = db.first_or_404(db.select(Category).filter_by(slug=slug)) if slug else None
    wanted = db.select(Product).order_by(Product.position)
    products = db.session.scalars(wanted.filter_by(category=category) if category else wanted).all()
    list_id, list_name = (category.slug, category.name) if category else ("everything", "Everything")
    # The plain way: say what happened where it happens. The call only puts the event into a queue, so the page does
    # not wait for it; who the visitor is and what they use to look at the page is added by itself.
    current_segment.track("Product List Viewed", list_properties(list_id, list_name, products))
    categories = db.session.scalars(db.select(Category).order_by(Category.position)).all()
    return render_template("shop/home.html", category=category, categories=categories, products=products)


@blueprint.get("/search/")
def search() -> str:
    query = request.args.get("q", "").strip()
    products = found(query) if query else []
    if query:
        current_segment.track("Products Searched", {"query": query})
    return render_template("shop/search.html", query=query, products=products)


def found(query: str) -> list[Product]:
    fields = (Product.name, Product.tagline, Product.description, Category.name)
    matches = or_(*(field.icontains(query, autoescape=True) for field in fields))
    return list(db.session.scalars(db.select(Product).join(Category).where(matches).order_by(Product.position)))


class ProductView(MethodView):
    """One product. Among a class's decorators the event is sent once the response is there and is not an error."""

    decorators = [track_event("Product Viewed")]  # noqa: RUF012 - Flask reads it once

    def get(self, slug: str) -> str:
        product = db.first_or_404(db.select(Product).filter_by(slug=slug))
        same_shelf = db.select(Product).filter_by(category=product.category).order_by(Product.position)
        neighbours = db.session.scalars(same_shelf.where(Product.id != product.id)).all()
        # The decorator has the name, the view knows the properties and adds them.
        current_segment.add(product_properties(product, currency=CURRENCY, value=product.price))
        page = {"shipping": SHIPPING, "free_shipping_from": FREE_SHIPPING_FROM}
        return render_template(
            "shop/product.html", product=product, neighbours=neighbours, form=AddToCartForm(None), **page
        )


blueprint.add_url_rule("/products/<slug>/", view_func=ProductView.as_view("product"))

"""Looking around: the shelf, the search and one product."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import DetailView

from segment_web.django import TrackEventMixin
from shop.forms import AddToCartForm
from shop.models import Category, Product
from shop.pricing import CURRENCY, FREE_SHIPPING_FROM, SHIPPING
from shop.tracking import list_properties, product_properties


def home(request: HttpRequest) -> HttpResponse:
    slug = request.GET.get("category")
    category = get_object_or_404(Category, slug=slug) if slug else None
    products = Product.objects.select_related("category")
    if category:
        products = products.filter(category=category)
    list_id, list_name = (category.slug, category.name) if category else ("everything", "Everything")
    # The plain way: say what happened where it happens. The call only puts the event into a queue, so the page does
    # not wait for it; who the visitor is and what they use to look at the page is added by itself.
    request.segment.track("Product List Viewed", list_properties(request, list_id, list_name, products))
    page = {"category": category, "categories": Category.objects.all(), "products": products}
    return render(request, "shop/home.html", page)


def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    products = Product.objects.none()
    if query:
        matches = Q(name__icontains=query) | Q(tagline__icontains=query) | Q(description__icontains=query)
        products = Product.objects.select_related("category").filter(matches | Q(category__name__icontains=query))
        request.segment.track("Products Searched", {"query": query})
    return render(request, "shop/search.html", {"query": query, "products": products})


class ProductView(TrackEventMixin, DetailView):
    """One product. On a class-based view the mixin sends the event once the response is there and is not an error."""

    queryset = Product.objects.select_related("category")
    template_name = "shop/product.html"
    segment_event = "Product Viewed"

    def get_segment_properties(self, response: HttpResponse) -> dict[str, Any]:
        return product_properties(self.request, self.object, currency=CURRENCY, value=self.object.price)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        neighbours = self.queryset.filter(category=self.object.category).exclude(pk=self.object.pk)
        shipping = {"shipping": SHIPPING, "free_shipping_from": FREE_SHIPPING_FROM}
        return super().get_context_data(form=AddToCartForm(), neighbours=neighbours, **shipping, **kwargs)

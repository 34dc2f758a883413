"""Every address of the project; the asynchronous ones are below ``async/`` under the same names."""

from __future__ import annotations

from django.urls import include, path

from tests.django_project import async_views, views

asynchronous = [
    path("page/", async_views.page, name="page"),
    path("nothing/", async_views.nothing, name="nothing"),
    path("track/", async_views.track, name="track"),
    path("known/", async_views.known, name="known"),
    path("greeting/", async_views.greeting, name="greeting"),
    path("module/", async_views.module, name="module"),
    path("upgrade/", async_views.upgrade, name="upgrade"),
    path("stream/", async_views.stream, name="stream"),
    path("error/", async_views.error, name="error"),
    path("newsletter/", async_views.newsletter, name="newsletter"),
    path("books/", async_views.add_book, name="books"),
    path("accounts/", async_views.add_account, name="accounts"),
    path("keyed/", async_views.keyed, name="keyed"),
    path("signup/", async_views.sign_up, name="signup"),
    path("login/", async_views.log_in, name="login"),
    path("logout/", async_views.log_out, name="logout"),
]

urlpatterns = [
    path("", views.page, name="page"),
    path("nothing/", views.nothing, name="nothing"),
    path("json/", views.json, name="json"),
    path("file/", views.file, name="file"),
    path("track/", views.track, name="track"),
    path("dated/", views.dated, name="dated"),
    path("known/", views.known, name="known"),
    path("page/", views.page, name="page_too"),
    path("greeting/", views.greeting, name="greeting"),
    path("module/", views.module, name="module"),
    path("upgrade/", views.upgrade, name="upgrade"),
    path("upgrade/<str:plan>/", views.upgrade, name="upgrade_to"),
    path("report/", views.ReportView.as_view(), name="report"),
    path("newsletter/", views.newsletter, name="newsletter"),
    path("books/", views.add_book, name="books"),
    path("books/rolled-back/", views.add_book_in_vain, name="books_rolled_back"),
    path("stream/", views.stream, name="stream"),
    path("error/", views.error, name="error"),
    path("forbidden/", views.forbidden, name="forbidden"),
    path("redirect/", views.redirected, name="redirect"),
    path("accounts/", views.add_account, name="accounts"),
    path("keyed/", views.keyed, name="keyed"),
    path("signup/", views.sign_up, name="signup"),
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("async/", include((asynchronous, "async"))),
]

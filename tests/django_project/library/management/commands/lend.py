"""A command of an application's own, which acts for somebody."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import segment_web
from tests.django_project.library.models import Book


class Command(BaseCommand):
    """Lends a book to a reader, who may already have it."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reader")
        parser.add_argument("title")

    def handle(self, *args: Any, reader: str, title: str, **options: Any) -> None:
        with segment_web.scope(user_id=reader, context={"groupId": "branch-2"}):
            segment_web.track("Lending Begun")
            Book.objects.create(title=title)
            if Book.objects.filter(title=title).count() > 1:
                raise CommandError("lent already")

"""Model events of people: traits, groups, masks, and relations with many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import m2m_changed

import segment_web
from segment_web.testing.captured import CapturedEvents
from tests.django_project.library.models import Item, Loan, Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def somebody() -> Iterator[None]:
    with segment_web.scope(user_id="clerk"):
        yield


@pytest.fixture
def member(segment_events: CapturedEvents) -> Member:
    member = Member.objects.create(name="Ada")
    segment_events.clear()
    return member


def test_a_member_is_identified_and_only_changes_are_told(segment_events: CapturedEvents) -> None:
    member = Member.objects.create(name="Ada")
    member.level = "gold"
    member.save()
    assert [(m["type"], m["userId"], m.get("traits", m.get("event"))) for m in segment_events] == [
        ("identify", str(member.pk), {"name": "Ada", "level": "basic"}),
        ("track", "clerk", "Member Joined"),
        ("identify", str(member.pk), {"level": "gold"}),
    ]


def test_a_transaction_identifies_once(member: Member, segment_events: CapturedEvents) -> None:
    with transaction.atomic():
        for member.level in ("silver", "gold"):
            member.save()
        member.name = "Ada L."
        member.save()
    segment_events.assert_identified(str(member.pk), traits={"name": "Ada L.", "level": "gold"}, count=1)
    assert len(segment_events) == 1


def test_what_is_masked_counts_and_does_not_leave(member: Member, segment_events: CapturedEvents) -> None:
    member.card, member.branch = "4711", Item.objects.create(name="Branch")
    segment_events.clear()
    member.save()
    changed = segment_events.assert_tracked("Member Changed", count=1)
    assert changed["properties"] == {
        "member_id": member.pk,
        "card": "[masked]",
        "branch_id": "[masked]",
        "changed_fields": ["card", "branch_id"],
    }
    assert changed["context"]["groupId"] == str(member.branch_id)


def test_a_relation_that_changes_is_an_update(member: Member, segment_events: CapturedEvents) -> None:
    loan = Loan.objects.create(card=1, days=0)
    member.card = "not stored yet"
    for change in (
        lambda: member.books.add(loan),
        lambda: member.books.add(loan),
        lambda: member.books.remove(loan),
        lambda: member.books.set([loan]),
        lambda: member.books.clear(),
    ):
        change()
    assert [m["properties"]["changed_fields"] for m in segment_events.named("Member Changed")] == [["books"]] * 4
    assert "books" not in segment_events[0]["properties"]


def test_a_relation_waits_for_its_commit(member: Member, segment_events: CapturedEvents) -> None:
    loan = Loan.objects.create(card=1, days=0)
    with transaction.atomic():
        member.books.add(loan)
        member.card = "4712"
        member.save()
        segment_events.assert_nothing()
    segment_events.assert_tracked("Member Changed", properties={"changed_fields": ["books", "card"]}, count=1)


def test_relations_that_are_not_listed_keep_their_fast_add() -> None:
    assert m2m_changed.has_listeners(Member.books.through)
    assert not m2m_changed.has_listeners(get_user_model().groups.through)

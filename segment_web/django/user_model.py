"""The attributes of the user model, for the doctor and the checks."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import Model

from segment_web.commands.project import Missing
from segment_web.django.models.tracking import has_attribute
from segment_web.web.visitor.group import STEP
from segment_web.web.visitor.users import GIVEN_BY


def missing(path: str) -> Missing | None:
    """Return the step of ``path`` that does not exist. A step behind a property is not known."""
    try:
        model: type[Model] | None = get_user_model()
    except ImproperlyConfigured:  # a service without users
        return None
    for name in path.split(STEP):
        if model is None:
            return None
        if not has_attribute(model, name) and not hasattr(model, GIVEN_BY.get(name, name)):
            return Missing(model.__name__, name)
        model = _related(model, name)
    return None


def _related(model: type[Model], name: str) -> type[Model] | None:
    try:
        related = model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None
    return related if isinstance(related, type) else None

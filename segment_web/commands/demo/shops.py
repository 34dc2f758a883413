"""The example shops: where each is, and how it is made ready and served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from segment_web.errors import ConfigError, MissingExtra

PACKAGE: Final = Path(__file__).resolve().parents[2]
CHECKOUT: Final = PACKAGE.parent


@dataclass(frozen=True, slots=True)
class Shop:
    """An example: its ``folder`` in the repository, the modules it ``needs``, the Python commands that ``prepare`` its
    database, the WSGI ``application``, and what it needs in its environment."""

    folder: str
    needs: tuple[str, ...]
    prepare: tuple[tuple[str, ...], ...]
    application: str
    environ: Mapping[str, str] = field(default_factory=dict)


# A framework is added here: one entry.
SHOPS: Final[Mapping[str, Shop]] = {
    "django": Shop(
        folder="example_django",
        needs=("django",),
        prepare=(("manage.py", "migrate", "--verbosity=0"), ("manage.py", "seed", "--verbosity=0")),
        application="shop_project.wsgi:application",
        environ={"DJANGO_SETTINGS_MODULE": "shop_project.settings", "DJANGO_DEBUG": "1"},
    ),
    "flask": Shop(
        folder="example_flask",
        needs=("flask", "flask_login", "flask_sqlalchemy", "flask_wtf"),
        prepare=(("-m", "flask", "--app", "flask_shop", "seed"),),
        application="wsgi:app",
    ),
}
EVERYONE_NEEDS: Final = ("flask", "waitress")  # the collector, and the server of the shop


def find(framework: str, places: Iterable[Path] = ()) -> tuple[Shop, Path]:
    """The shop of ``framework`` and its folder in one of ``places``: beside the package, or in the working directory.

    ConfigError when it is not there, MissingExtra when a package is missing that it needs.
    """
    if framework not in SHOPS:
        known = ", ".join(map(repr, SHOPS))
        raise ConfigError(f"there is no example shop for {framework!r} here; there is one for {known}.")
    shop = SHOPS[framework]
    if any(find_spec(name) is None for name in (*shop.needs, *EVERYONE_NEEDS)):
        raise MissingExtra("the demo", "demo")
    for parent in places or (CHECKOUT, Path.cwd()):
        if (folder := parent / shop.folder).is_dir():
            return shop, folder
    raise ConfigError(
        f"the example shop {shop.folder!r} is not part of the installed package: "
        "clone the repository of segment-web with git and run the demo in the clone."
    )

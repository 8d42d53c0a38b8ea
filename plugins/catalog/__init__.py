"""Catalogue: products and services, price lists, and the price that applies to whom, explained."""

from flask_babel import lazy_gettext as _l

from core.plugin import Manifest

manifest = Manifest(
    name="catalog",
    title=_l("Catalogue"),
    description=_l("Products and services, price lists, and the price that applies to whom, explained."),
    icon="package",
    foundation=True,
)

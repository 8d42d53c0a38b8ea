"""What the catalogue does by the clock."""

from plugins.catalog import operations


def expire_price_lists() -> None:
    """Each night: switch off the price lists whose last day has passed."""
    operations.expire_price_lists(operations.today())

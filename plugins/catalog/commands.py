"""`eleven catalog …`."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from core.contacts import Contact
from core.database import db, fold
from plugins.catalog import operations
from plugins.catalog.models import Product


@click.command()
@click.argument("sku")
@click.option("--contact", "who", help="The client: its name, e-mail or number.")
@click.option("--quantity", default="1", show_default=True, help="How many.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day; today by default.")
@with_appcontext
def price(sku: str, who: str | None, quantity: str, day: datetime | None) -> None:
    """Show the price of the product SKU, and how it came about."""
    product = db.session.scalar(select(Product).where(Product.sku == sku))
    if product is None:
        raise click.ClickException(f"There is no product with the SKU {sku}.")
    contact = _contact(who) if who else None
    try:
        number = Decimal(quantity.replace(",", "."))
        if not number.is_finite() or not 0 < number <= 10**9:
            raise InvalidOperation
    except InvalidOperation:
        raise click.ClickException(f"{quantity} is no quantity: give a number like 10 or 2.5.") from None
    found = operations.price(product, contact, number, day.date() if day else operations.today())
    for step in found.explanation:
        click.echo(f"  {step}")
    click.echo(f"{product.name}: {found.text or 'no price'}")


def _contact(text: str) -> Contact:
    conditions = Contact.id == int(text) if text.isdecimal() and len(text) < 10 else (
        Contact.email == text.lower() if "@" in text else Contact.name_key == fold(text))
    found = db.session.scalars(select(Contact).where(conditions).limit(2)).all()
    if len(found) != 1:
        raise click.ClickException(f"There is no contact “{text}”." if not found else
                                   f"There are several contacts “{text}”: give the number of one.")
    return found[0]

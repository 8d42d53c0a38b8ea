"""A distributor's catalogue: computers, furniture, stationery and services, three price lists, groups for clients."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from core.contacts import Contact
from core.database import db
from core.plugin import setting
from core.records import create, update
from core.users import User
from plugins.catalog import operations
from plugins.catalog.models import Category, Product
from plugins.catalog.records import categories, price_lists, products

TREE = {
    "Computers": ("Компьютеры", ("Laptops", "Desktops", "Monitors", "Accessories")),
    "Furniture": ("Мебель", ("Desks", "Chairs", "Storage")),
    "Stationery": ("Канцтовары", ("Paper", "Writing", "Filing")),
    "Services": ("Услуги", ("Installation", "Support")),
}

# category, SKU, unit, price, name, Russian name
GOODS = (
    ("Laptops", "NB-1401", "pcs", 749, "Laptop Vega 14, 16 GB", "Ноутбук Vega 14, 16 ГБ"),
    ("Laptops", "NB-1402", "pcs", 899, "Laptop Vega 14, 32 GB", "Ноутбук Vega 14, 32 ГБ"),
    ("Laptops", "NB-1501", "pcs", 679, "Laptop Orion 15, 16 GB", "Ноутбук Orion 15, 16 ГБ"),
    ("Laptops", "NB-1601", "pcs", 1290, "Laptop Orion 16 Pro", "Ноутбук Orion 16 Pro"),
    ("Laptops", "NB-1301", "pcs", 1049, "Ultrabook Lyra 13", "Ультрабук Lyra 13"),
    ("Desktops", "PC-1001", "pcs", 520, "Desktop Atlas S", "Системный блок Atlas S"),
    ("Desktops", "PC-1002", "pcs", 690, "Desktop Atlas M", "Системный блок Atlas M"),
    ("Desktops", "PC-1003", "pcs", 1180, "Workstation Atlas X", "Рабочая станция Atlas X"),
    ("Desktops", "PC-2001", "pcs", 610, "All-in-one Iris 24", "Моноблок Iris 24"),
    ("Desktops", "PC-3001", "pcs", 240, "Mini computer Pico", "Мини-компьютер Pico"),
    ("Monitors", "MN-2401", "pcs", 139, "Monitor 24 inch, IPS", "Монитор 24 дюйма, IPS"),
    ("Monitors", "MN-2701", "pcs", 199, "Monitor 27 inch, IPS", "Монитор 27 дюймов, IPS"),
    ("Monitors", "MN-2702", "pcs", 329, "Monitor 27 inch, 4K", "Монитор 27 дюймов, 4K"),
    ("Monitors", "MN-3401", "pcs", 459, "Monitor 34 inch, curved", "Монитор 34 дюйма, изогнутый"),
    ("Accessories", "AC-0101", "pcs", "24.90", "Keyboard, wired", "Клавиатура проводная"),
    ("Accessories", "AC-0102", "pcs", "49.90", "Keyboard, wireless", "Клавиатура беспроводная"),
    ("Accessories", "AC-0201", "pcs", "12.50", "Mouse, wired", "Мышь проводная"),
    ("Accessories", "AC-0202", "pcs", "27.90", "Mouse, wireless", "Мышь беспроводная"),
    ("Accessories", "AC-0301", "pcs", 89, "Headset with microphone", "Гарнитура с микрофоном"),
    ("Accessories", "AC-0401", "pcs", 69, "Web camera, Full HD", "Веб-камера Full HD"),
    ("Accessories", "AC-0501", "pcs", 129, "Docking station, USB-C", "Док-станция USB-C"),
    ("Accessories", "AC-0601", "m", "1.80", "Network cable, category 6", "Кабель сетевой, категория 6"),
    ("Desks", "FD-1200", "pcs", 179, "Desk 120 x 70 cm, oak", "Стол 120 x 70 см, дуб"),
    ("Desks", "FD-1400", "pcs", 209, "Desk 140 x 70 cm, oak", "Стол 140 x 70 см, дуб"),
    ("Desks", "FD-1600", "pcs", 489, "Desk with electric lift, 160 cm", "Стол с электроподъёмом, 160 см"),
    ("Desks", "FD-3600", "pcs", 890, "Conference table for twelve", "Стол переговоров на двенадцать мест"),
    ("Desks", "FD-0800", "pcs", 119, "Bar table, round", "Барный стол, круглый"),
    ("Chairs", "FC-0100", "pcs", 149, "Office chair Alba", "Кресло офисное Alba"),
    ("Chairs", "FC-0200", "pcs", 289, "Office chair Alba, mesh", "Кресло офисное Alba, сетка"),
    ("Chairs", "FC-0300", "pcs", 549, "Executive chair, leather", "Кресло руководителя, кожа"),
    ("Chairs", "FC-0400", "pcs", 59, "Visitor chair, stackable", "Стул для посетителей, штабелируемый"),
    ("Chairs", "FC-0500", "pcs", 690, "Sofa for two", "Диван двухместный"),
    ("Storage", "FS-0100", "pcs", 129, "Pedestal with three drawers", "Тумба на три ящика"),
    ("Storage", "FS-0200", "pcs", 219, "Bookcase, 200 cm", "Шкаф для документов, 200 см"),
    ("Storage", "FS-0300", "pcs", 259, "Wardrobe, two doors", "Гардероб двухдверный"),
    ("Storage", "FS-0400", "pcs", 319, "Filing cabinet, steel", "Картотека металлическая"),
    ("Storage", "FS-0500", "pcs", 399, "Safe, class 1", "Сейф, класс 1"),
    ("Paper", "SP-0100", "pack", "4.20", "Paper A4, 80 g, 500 sheets", "Бумага А4, 80 г, 500 листов"),
    ("Paper", "SP-0200", "pack", "8.90", "Paper A3, 80 g, 500 sheets", "Бумага А3, 80 г, 500 листов"),
    ("Paper", "SP-0300", "pcs", "1.40", "Notebook A5, squared", "Тетрадь А5, клетка"),
    ("Paper", "SP-0400", "pack", "2.10", "Sticky notes, 76 mm", "Стикеры 76 мм"),
    ("Paper", "SP-0500", "pack", "6.40", "Envelopes C4, 50 pieces", "Конверты C4, 50 штук"),
    ("Paper", "SP-0600", "pcs", "11.90", "Flip chart pad", "Блок для флипчарта"),
    ("Writing", "SW-0100", "pack", "3.60", "Ballpoint pens, blue, 10 pieces", "Ручки шариковые, синие, 10 штук"),
    ("Writing", "SW-0200", "pack", "4.80", "Pencils HB, 12 pieces", "Карандаши HB, 12 штук"),
    ("Writing", "SW-0300", "set", "5.20", "Board markers, four colours", "Маркеры для доски, четыре цвета"),
    ("Writing", "SW-0400", "set", "3.90", "Highlighters, four colours", "Текстовыделители, четыре цвета"),
    ("Writing", "SW-0500", "pcs", "79", "Whiteboard 90 x 120 cm", "Доска маркерная 90 x 120 см"),
    ("Filing", "SF-0100", "pcs", "2.30", "Ring binder, 75 mm", "Папка-регистратор, 75 мм"),
    ("Filing", "SF-0200", "pack", "4.50", "Punched pockets, 100 pieces", "Файлы-вкладыши, 100 штук"),
    ("Filing", "SF-0300", "pcs", "18.90", "Stapler, 50 sheets", "Степлер, 50 листов"),
    ("Filing", "SF-0400", "pcs", "14.90", "Hole punch, 40 sheets", "Дырокол, 40 листов"),
    ("Filing", "SF-0500", "pcs", "149", "Shredder, cross cut", "Шредер, перекрёстная резка"),
    ("Filing", "SF-0600", "pack", "7.80", "Archive boxes, 5 pieces", "Короба архивные, 5 штук"),
    ("Installation", "SV-0100", "h", "45", "Furniture assembly", "Сборка мебели"),
    ("Installation", "SV-0200", "h", "60", "Workplace setup", "Настройка рабочего места"),
    ("Installation", "SV-0300", "pcs", "35", "Delivery within the city", "Доставка по городу"),
    ("Installation", "SV-0400", "h", "75", "Network installation", "Монтаж сети"),
    ("Support", "SV-0500", "month", "19", "Support per workplace", "Поддержка рабочего места"),
    ("Support", "SV-0600", "h", "85", "Consulting", "Консультация"),
    ("Support", "SV-0700", "day", "540", "Training, up to ten people", "Обучение, до десяти человек"),
    ("Support", "SV-0800", "month", "290", "Printing service", "Обслуживание печати"),
)
RELATED = (("NB-1401", "AC-0501", "related"), ("NB-1401", "AC-0202", "related"), ("NB-1401", "NB-1501", "substitute"),
           ("PC-1001", "MN-2401", "related"), ("PC-1001", "AC-0101", "related"), ("PC-1001", "PC-1002", "substitute"),
           ("MN-2701", "MN-2702", "substitute"), ("FD-1400", "FC-0200", "related"), ("FD-1400", "SV-0100", "related"),
           ("FD-1400", "FD-1200", "substitute"), ("FC-0200", "FC-0100", "substitute"),
           ("SP-0100", "SW-0100", "related"))


def fill(contacts: Sequence[Contact], users: Sequence[User], random: Any) -> None:
    """Make all of it; `random` is seeded, dates are relative to today."""
    user = next((one for one in users if one.is_admin), users[0])
    currency = str(setting("core", "currency"))
    made = _products(_categories(user), currency, user)
    companies = [contact for contact in contacts if contact.kind == "organization" and contact.status != "former"]
    for contact in companies:
        operations.put_into_group(contact, random.choice(("retail", "retail", "wholesale", "partner")))
    _price_lists(made, companies, currency, random, user)


def _categories(user: User) -> dict[str, Category]:
    # installing has laid the first ones
    found = {category.name: category for category in db.session.scalars(select(Category))}
    for name, (russian, below) in TREE.items():
        if name not in found:
            found[name] = create(categories, {"name": name, "description": russian}, user)
        for part in below:
            found[part] = create(categories, {"name": part, "parent": found[name].id}, user)
    return found


def _products(places: dict[str, Category], currency: str, user: User) -> dict[str, Product]:
    services = TREE["Services"][1]
    found: dict[str, Product] = {}
    for category, sku, unit, price, name, russian in GOODS:
        found[sku] = create(products, {
            "name": name, "sku": sku, "unit": unit, "category": places[category].id, "tax": "20",
            "kind": "service" if category in services else "product", "description": russian,
            "price": {"amount": str(price), "currency": currency}, "active": sku != "FD-0800"}, user)
    for sku, related in groupby(RELATED, key=itemgetter(0)):
        update(products, found[sku], {"related": [
            {"other": found[other].id, "kind": kind} for _sku, other, kind in related]}, user)
    return found


def _price_lists(made: dict[str, Product], companies: Sequence[Contact], currency: str, random: Any,
                 user: User) -> None:
    today = operations.today()
    goods = [product for product in made.values() if product.kind == "product" and product.active]
    wholesale = [{"product": product.id, "minimum": minimum, "discount": discount} for product in goods
                 for minimum, discount in (("5", "5"), ("20", "12"))]
    create(price_lists, {
        "name": f"Wholesale {today.year}", "currency": currency, "customer_group": "wholesale", "items": wholesale,
        "valid_from": today.replace(month=1, day=1).isoformat(),
        "valid_until": today.replace(month=12, day=31).isoformat()}, user)
    create(price_lists, {
        "name": "Back to the office", "currency": currency, "priority": 10,
        "valid_from": (today - timedelta(days=10)).isoformat(), "valid_until": (today + timedelta(days=25)).isoformat(),
        "items": list(_reduced(goods, "0.92", ("FD-", "FC-", "SP-")))}, user)
    if companies:
        client = random.choice(companies)
        create(price_lists, {
            "name": f"{client.name}, {today.year}", "currency": currency, "contact": client.id,
            "valid_from": (today - timedelta(days=90)).isoformat(),
            "items": list(_reduced(goods, "0.85", ("NB-", "MN-", "AC-")))}, user)


def _reduced(goods: Iterable[Product], factor: str, prefixes: tuple[str, ...]) -> Iterable[dict[str, Any]]:
    for product in goods:
        if product.sku.startswith(prefixes) and product.price is not None and product.price.amount is not None:
            price = (product.price.amount * Decimal(factor)).quantize(product.price.amount, ROUND_HALF_UP)
            yield {"product": product.id, "price": str(price)}

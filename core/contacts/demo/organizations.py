"""The organisations that the demo company deals with; none of them exists."""

from dataclasses import dataclass

TRADES = {
    "hotel": ("hotels", "гостиницы"), "freight": ("logistics", "логистика"), "school": ("education", "образование"),
    "clinic": ("health", "медицина"), "builder": ("construction", "строительство"), "food": ("food", "питание"),
    "factory": ("industry", "производство"), "retail": ("retail", "розница"), "press": ("publishing", "издательство"),
    "law": ("law", "юристы"), "farm": ("agriculture", "сельское хозяйство"), "energy": ("energy", "энергетика"),
    "design": ("design", "дизайн"), "travel": ("travel", "туризм"), "dealer": ("dealer", "дилер"),
}
"""Tags in English and Russian."""

JOBS = {
    "ru": ("директор", "заместитель директора", "начальник отдела закупок", "руководитель ИТ", "главный бухгалтер",
           "администратор", "заведующий хозяйством", "инженер", "менеджер по закупкам", "офис-менеджер"),
    "en": ("Managing director", "Head of procurement", "IT manager", "Finance director", "Office manager",
           "Facilities manager", "Buyer", "Operations manager", "Network engineer", "Assistant to the director"),
    "de": ("Geschäftsführer", "Leitung Einkauf", "IT-Leitung", "Buchhaltung", "Büroleitung"),
    "fr": ("Directeur général", "Responsable achats", "Responsable informatique", "Comptabilité", "Assistance"),
    "sv": ("Verkställande direktör", "Inköpschef", "IT-chef", "Ekonomichef", "Kontorschef"),
}

# name | city | trade | team that serves it | part of
_TABLE = """
Северный причал, холдинг            | spb | freight | computers   |
Северный причал — Склад, ООО        | spb | freight | computers   | Северный причал, холдинг
Северный причал — Сервис, ООО       | spb | freight | stationery  | Северный причал, холдинг
Северный причал — Казань, ООО       | kzn | freight | computers   | Северный причал, холдинг
Лесной квартал, группа компаний     | msk | builder | computers   |
Лесной квартал Проект, ООО          | msk | design  | computers   | Лесной квартал, группа компаний
Лесной квартал Строй, ООО           | nnv | builder | computers   | Лесной квартал, группа компаний
Лесной квартал Интерьер, ООО        | msk | design  | furniture   | Лесной квартал, группа компаний
Волжские зори, агрохолдинг          | smr | farm    | computers   |
Волжские зори — Молоко, ООО         | smr | food    | computers   | Волжские зори, агрохолдинг
Волжские зори — Зерно, ООО          | smr | farm    | stationery  | Волжские зори, агрохолдинг
Янтарный ключ, ООО                  | msk | food    | computers   |
Медицинский центр «Подорожник»      | msk | clinic  | integration |
Клиника «Тёплый дом»                | ekb | clinic  | computers   |
Гимназия «Ступени»                  | kzn | school  | computers   |
Колледж «Ремесло»                   | nnv | school  | computers   |
Учебный центр «Азимут-Плюс»         | nsk | school  | stationery  |
Гостиница «Речной вокзал»           | nnv | hotel   | furniture   |
Отель «Белые ночи на Садовой»       | spb | hotel   | integration |
База отдыха «Кедровый берег»        | nsk | hotel   | furniture   |
Завод «Точная линия», АО            | ekb | factory | integration |
Фабрика «Мягкий шаг», ООО           | nnv | factory | computers   |
Механический завод «Рубеж-Т», АО    | smr | factory | computers   |
Типография «Чистый лист»            | msk | press   | stationery  |
Издательство «Медный всадник и Ко»  | spb | press   | computers   |
Юридическая коллегия «Весы и слово» | msk | law     | stationery  |
Бюро «Право и порядок дел»          | ekb | law     | computers   |
Сеть пекарен «Горбушка-Люкс»        | msk | food    | shop        |
Кафе «Вторая чашка»                 | kzn | food    | shop        |
Ресторан «Под липами»               | spb | food    | furniture   |
Магазин «Умелые руки — детям»       | ekb | retail  | shop        |
Сеть «Домовёнок и компания»         | nsk | retail  | computers   |
Сибирский фонарь, энергосбыт        | nsk | energy  | integration |
Тепло Урала — Сервис, ООО           | ekb | energy  | computers   |
Студия «Угол и линия»               | msk | design  | furniture   |
Студия «Тонкая кисть»               | spb | design  | shop        |
Турбюро «Попутный ветер 12»         | msk | travel  | stationery  |
Экскурсии «Пять мостов»             | spb | travel  | shop        |
Перевозчик «Быстрая верста», ООО    | smr | freight | computers   |
Склад «Три ворот», ООО              | msk | freight | furniture   |
ИТ-Партнёр «Контур связи», ООО      | msk | dealer  | agency      |
Торговый дом «Мостовая»             | kzn | dealer  | agency      |
Компьютерный салон «Клавиша-Юг»     | smr | dealer  | agency      |
Оптовая база «Скрепка-Сибирь»       | nsk | dealer  | agency      |
Фермерский союз «Тихий луг»         | nnv | farm    | stationery  |
Brightwell Hotels Group             | lon | hotel   | computers   |
Brightwell Harbour Inn              | man | hotel   | furniture   | Brightwell Hotels Group
Brightwell Liffey House             | dub | hotel   | computers   | Brightwell Hotels Group
Brightwell Events Ltd               | lon | travel  | stationery  | Brightwell Hotels Group
Nordhav Fiktiv AB                   | sto | freight | computers   |
Nordhav Lager AB                    | sto | freight | computers   | Nordhav Fiktiv AB
Nordhav Hamburg GmbH                | ham | freight | computers   | Nordhav Fiktiv AB
Elmsworth Holdings                  | bos | factory | computers   |
Elmsworth Precision Inc.            | bos | factory | computers   | Elmsworth Holdings
Elmsworth Canada Ltd                | tor | factory | computers   | Elmsworth Holdings
Elmsworth Packaging LLC             | chi | factory | stationery  | Elmsworth Holdings
Alderfinch Stationers               | man | retail  | stationery  |
Copper Lantern Kitchens             | chi | food    | furniture   |
Thistledown Academy                 | man | school  | computers   |
Foxglove Primary School             | lon | school  | stationery  |
Saint Orrin College                 | dub | school  | computers   |
Greyfriar & Tully Solicitors        | dub | law     | computers   |
Pemberley Vance LLP                 | lon | law     | furniture   |
Quillmark Press                     | lon | press   | computers   |
Lanternfish Books                   | bos | press   | shop        |
Maplehurst Clinic                   | tor | clinic  | integration |
Riverbend Dental Partners           | chi | clinic  | computers   |
Clearbrook Laboratories             | bos | clinic  | computers   |
Oakhollow Builders                  | man | builder | computers   |
Stonepath Construction              | chi | builder | furniture   |
Harvest Moon Growers                | tor | farm    | stationery  |
Windrow Energy Cooperative          | dub | energy  | integration |
Sonnenhang Energie GmbH             | ber | energy  | integration |
Blaufeder Verlag GmbH               | ber | press   | computers   |
Kornblume Backhaus GmbH             | ham | food    | shop        |
Atelier Nordlicht GmbH              | ham | design  | furniture   |
Musterwald Klinik gGmbH             | ber | clinic  | computers   |
Maison Clairval SARL                | par | hotel   | furniture   |
Ateliers du Vieux Pont SAS          | lyo | factory | computers   |
Éditions du Cerf-Volant Bleu        | par | press   | stationery  |
Boulangerie Trois Épis              | lyo | food    | shop        |
Voyages Grand Large SAS             | par | travel  | computers   |
Skärgårdens Kök AB                  | sto | food    | furniture   |
Blåklockan Skola                    | sto | school  | computers   |
Paper Kite Studio                   | lon | design  | shop        |
Wanderlight Travel                  | tor | travel  | stationery  |
Keystroke Dealers Ltd               | man | dealer  | agency      |
Bürowelt Fiktiv GmbH                | ber | dealer  | agency      |
Papeterie Lumière SARL              | lyo | dealer  | agency      |
Midlake Office Supply               | chi | dealer  | agency      |
"""


@dataclass(frozen=True)
class Organization:
    """A line of the table."""

    name: str
    city: str
    trade: str
    team: str
    parent: str


def table() -> list[Organization]:
    """Every organisation, a holding before its parts."""
    return [Organization(*(cell.strip() for cell in line.split("|"))) for line in _TABLE.strip().splitlines()]

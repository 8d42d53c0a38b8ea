"""Cities of the demo company's clients: streets, postal codes, area codes."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class City:
    """A city as addresses and phones need it; `postal` is filled up with random digits at each #."""

    name: str
    country: str
    area: str
    postal: str
    streets: tuple[str, ...]
    zone: str
    region: str = ""
    code: str = ""
    """The code of a Russian region, with which tax numbers begin."""

    def address(self, random: Random, kind: str = "work") -> dict[str, str]:
        """A postal address somewhere in the city."""
        number = random.randint(1, 96)
        street = random.choice(self.streets)
        line = {"RU": f"{street}, {number}", "DE": f"{street} {number}", "SE": f"{street} {number}"}.get(
            self.country, f"{number} {street}")
        postal = "".join(str(random.randrange(10)) if sign == "#" else sign for sign in self.postal)
        return {"kind": kind, "street": line, "city": self.name, "region": self.region, "postal_code": postal,
                "country": self.country}


_RUSSIAN = ("ул. Лесная", "ул. Садовая", "пр-т Мира", "ул. Заводская", "наб. Речная", "ул. Новая", "пер. Почтовый")
_BRITISH = ("Mill Lane", "Station Road", "Queen Street", "Harbour Way", "Orchard Close")
_AMERICAN = ("Maple Avenue", "Lakeview Drive", "Second Street", "Commerce Boulevard")
_GERMAN = ("Lindenstraße", "Gartenweg", "Bahnhofstraße", "Am Mühlbach")
_FRENCH = ("rue des Tilleuls", "avenue de la Gare", "rue du Moulin", "quai Neuf")
_SWEDISH = ("Storgatan", "Skolgatan", "Hamngatan", "Ängsvägen")

CITIES = {
    "msk": City("Москва", "RU", "495", "10####", _RUSSIAN, "Europe/Moscow", "", "77"),
    "spb": City("Санкт-Петербург", "RU", "812", "19####", _RUSSIAN, "Europe/Moscow", "", "78"),
    "kzn": City("Казань", "RU", "843", "4200##", _RUSSIAN, "Europe/Moscow", "Республика Татарстан", "16"),
    "ekb": City("Екатеринбург", "RU", "343", "6200##", _RUSSIAN, "Asia/Yekaterinburg", "Свердловская область", "66"),
    "nsk": City("Новосибирск", "RU", "383", "6300##", _RUSSIAN, "Asia/Novosibirsk", "Новосибирская область", "54"),
    "nnv": City("Нижний Новгород", "RU", "831", "6030##", _RUSSIAN, "Europe/Moscow", "Нижегородская область", "52"),
    "smr": City("Самара", "RU", "846", "4430##", _RUSSIAN, "Europe/Samara", "Самарская область", "63"),
    "lon": City("London", "GB", "", "SE1 #QZ", _BRITISH, "Europe/London"),
    "man": City("Manchester", "GB", "", "M1 #QZ", _BRITISH, "Europe/London"),
    "dub": City("Dublin", "IE", "", "D02 XQ##", _BRITISH, "Europe/Dublin"),
    "chi": City("Chicago", "US", "312", "606##", _AMERICAN, "America/Chicago", "IL"),
    "bos": City("Boston", "US", "617", "021##", _AMERICAN, "America/New_York", "MA"),
    "tor": City("Toronto", "CA", "416", "M5V #T#", _AMERICAN, "America/Toronto", "ON"),
    "ber": City("Berlin", "DE", "", "10###", _GERMAN, "Europe/Berlin"),
    "ham": City("Hamburg", "DE", "", "20###", _GERMAN, "Europe/Berlin"),
    "par": City("Paris", "FR", "", "750##", _FRENCH, "Europe/Paris"),
    "lyo": City("Lyon", "FR", "", "6900#", _FRENCH, "Europe/Paris"),
    "sto": City("Stockholm", "SE", "", "11# ##", _SWEDISH, "Europe/Stockholm"),
}

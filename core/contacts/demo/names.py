"""Names of people who do not exist, and how they are written in addresses."""

from dataclasses import dataclass
from random import Random

from core.database import fold


def _words(text: str) -> list[str]:
    return text.split()


_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LATIN = _words("a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya")
_LETTERS = {ord(letter): sound.strip("-") for letter, sound in zip(_CYRILLIC, _LATIN, strict=True)}


def latin(text: str) -> str:
    """A text in the small Latin letters of a mail address or domain, words joined with hyphens."""
    plain = fold(text).replace("ß", "ss").translate(_LETTERS)
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())


@dataclass(frozen=True)
class Names:
    """The names of a language: given names by gender, family names (a Russian one gets an а for a woman)."""

    men: list[str]
    women: list[str]
    families: list[str]


NAMES = {
    "ru": Names(
        _words("Алексей Андрей Борис Вадим Василий Глеб Григорий Евгений Иван Константин Леонид Михаил Никита Олег "
               "Роман Руслан Сергей Степан Тимофей Юрий Ярослав"),
        _words("Алина Валентина Вероника Галина Диана Елена Жанна Зоя Инна Ирина Ксения Лариса Людмила Маргарита "
               "Мария Надежда Оксана Раиса София Татьяна Яна"),
        _words("Абрикосов Барсуков Вишняков Гречихин Дроздов Ежов Журавлёв Зябликов Ивлев Калинин Ладыгин Малахов "
               "Незванов Орешкин Пустовалов Ракитин Соловьёв Трофимов Устинов Филатов Хворостов Цветков Чижов "
               "Шмелёв Щеглов Юрасов Яблоков Беседин Голубев Кедров Ласточкин Мятлев Ольхов Рябинин Снегирёв")),
    "en": Names(
        _words("Adam Benjamin Callum Dylan Edward Felix George Harry Isaac Joel Kieran Marcus Nathan Owen Patrick "
               "Ryan Samuel Theo"),
        _words("Abigail Beth Charlotte Daisy Eleanor Fiona Hannah Imogen Jasmine Keira Lucy Megan Naomi Phoebe "
               "Rachel Tessa Violet Zoe"),
        _words("Ashdown Blackwood Caldwell Draycott Eastman Fairweather Garside Hollins Ingram Kerridge Larkham "
               "Merrick Nettleton Oakshott Penrose Quennell Rushworth Stannard Tolliver Underhill Wetherby "
               "Yardley Brannigan Kilbride")),
    "de": Names(_words("Anton Bernd Dieter Florian Henrik Jonas Karsten Matthias Stefan Uwe"),
                _words("Anke Birgit Carolin Friederike Greta Ilse Katrin Lena Sabine Ute"),
                _words("Ackermann Birnbaum Dornfeld Eichhorst Grünwald Haselbach Kirschner Lindemann Rosenthal "
                       "Steinbrück Tannhäuser Wiesner")),
    "fr": Names(_words("Adrien Bastien Cédric Étienne Gaspard Julien Luc Mathieu Rémi Thibault"),
                _words("Amélie Brigitte Camille Delphine Élodie Inès Juliette Margaux Noémie Solène"),
                _words("Aubépin Beaulac Chastenet Deschênes Fontanel Grandpré Laverdure Montclair Rivoire Valmont")),
    "sv": Names(_words("Anders Emil Gustav Isak Johan Lars Mats Oskar"),
                _words("Agneta Ebba Frida Ingrid Karin Linnea Signe Ylva"),
                _words("Almgren Björkdal Ekstrand Forsvall Granlund Hedvall Lindegren Sjöholm")),
}
LANGUAGES = {"RU": "ru", "DE": "de", "FR": "fr", "SE": "sv"}
"""By country; elsewhere people have English names."""

_FATHERS = _words("Александр Андре Борис Васил Виктор Дмитри Иван Михайл Никола Олег Павл Серге Юр")
_ENDINGS = {"Андре": "евич евна", "Васил": "ьевич ьевна", "Дмитри": "евич евна", "Никола": "евич евна",
            "Серге": "евич евна", "Юр": "ьевич ьевна"}


def person(country: str, taken: set[str], random: Random) -> tuple[str, dict[str, str]]:
    """The language and the parts of a name that nobody of `taken` has yet."""
    language = LANGUAGES.get(country, "en")
    names = NAMES[language]
    while True:
        woman = random.random() < 0.5
        parts = {"given_name": random.choice(names.women if woman else names.men),
                 "family_name": random.choice(names.families)}
        if language == "ru":
            parts["family_name"] += "а" if woman else ""
            father = random.choice(_FATHERS)
            parts["patronymic"] = father + _ENDINGS.get(father, "ович овна").split()[woman]
        whole = f"{parts['given_name']} {parts['family_name']}"
        if whole not in taken:
            taken.add(whole)
            return language, parts

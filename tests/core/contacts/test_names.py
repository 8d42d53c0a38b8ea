"""People type names into one field as they say them, and find them again in lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts.names import PersonName, display, initials, split


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Иванова Мария Сергеевна", PersonName("Иванова", "Мария", "Сергеевна")),
        ("  Мария   Сергеевна Иванова ", PersonName("Иванова", "Мария", "Сергеевна")),
        ("Мария Иванова", PersonName("Иванова", "Мария")),
        ("Иванова Мария", PersonName("Иванова", "Мария")),
        ("Мария Сергеевна", PersonName("", "Мария", "Сергеевна")),
        ("Иван Петрович", PersonName("", "Иван", "Петрович")),
        ("Абрамович Роман Аркадьевич", PersonName("Абрамович", "Роман", "Аркадьевич")),
        ("Роман Аркадьевич Абрамович", PersonName("Абрамович", "Роман", "Аркадьевич")),
        ("Абрамович Роман", PersonName("Абрамович", "Роман")),
        ("Марина Ирина", PersonName("Ирина", "Марина")),
        ("Сидоров А. Б.", PersonName("Сидоров", "А.", "Б.")),
        ("Сидоров А.Б.", PersonName("Сидоров", "А.", "Б.")),
        ("А. Б. Сидоров", PersonName("Сидоров", "А.", "Б.")),
        ("Салтыков-Щедрин Михаил Евграфович", PersonName("Салтыков-Щедрин", "Михаил", "Евграфович")),
        ("Алиев Ильхам Гейдар оглы", PersonName("Алиев", "Ильхам", "Гейдар оглы")),
        ("г-жа Петрова Анна Ильинична", PersonName("Петрова", "Анна", "Ильинична", prefix="г-жа")),
        ("Maria Ivanova", PersonName("Ivanova", "Maria")),
        ("Ivanova, Maria", PersonName("Ivanova", "Maria")),
        ("Иванова, Мария Сергеевна", PersonName("Иванова", "Мария", "Сергеевна")),
        ("Ivan Ivanovich Ivanov", PersonName("Ivanov", "Ivan", "Ivanovich")),
        ("Dr. Hans-Peter von Stein", PersonName("von Stein", "Hans-Peter", prefix="Dr.")),
        ("Ludwig van Beethoven", PersonName("van Beethoven", "Ludwig")),
        ("Mary Jane Watson", PersonName("Watson", "Mary Jane")),
        ("J. R. R. Tolkien", PersonName("Tolkien", "J. R. R.")),
        ("Smith J.", PersonName("Smith", "J.")),
        ("John F. Kennedy", PersonName("Kennedy", "John F.")),
        ("Mr John Smith Jr.", PersonName("Smith", "John", prefix="Mr", suffix="Jr.")),
        ("Martin King, PhD", PersonName("King", "Martin", suffix="PhD")),
        ("Prof. Dr. Anna Schmidt", PersonName("Schmidt", "Anna", prefix="Prof. Dr.")),
        ("Мария", PersonName("", "Мария")),
        ("Иванова", PersonName("Иванова")),
        ("Madonna", PersonName("", "Madonna")),
        ("", PersonName()),
        ("山田", PersonName("", "山田")),
    ],
)
def test_a_full_name_in_one_field_is_taken_apart(typed: str, expected: PersonName) -> None:
    assert split(typed) == expected


def test_a_name_is_shown_in_the_order_of_its_language_or_the_one_asked_for() -> None:
    maria = PersonName("Иванова", "Мария", "Сергеевна")
    hans = PersonName("von Stein", "Hans-Peter", prefix="Dr.", suffix="PhD")
    assert display(maria) == "Иванова Мария Сергеевна"
    assert display(maria, "given_first") == "Мария Сергеевна Иванова"
    assert display(hans) == "Dr. Hans-Peter von Stein, PhD"
    assert display(hans, "family_first") == "Dr. von Stein Hans-Peter, PhD"
    assert display(PersonName()) == ""


def test_initials_stand_for_a_name() -> None:
    assert initials("Hans-Peter von Stein") == "HP"
    assert initials("Иванова Мария Сергеевна") == "ИМ"
    assert initials("«Ромашка», ООО") == "РО"
    assert initials("***") == ""


PIECES = "Иванова Мария Сергеевна А. Б. А.Б. von Stein Dr. Jr. Hans, PhD Роман Абрамович оглы ,"
WORDS = st.lists(st.sampled_from(PIECES.split()) | st.text(max_size=8), max_size=8).map(" ".join)


@given(WORDS)
def test_no_word_of_a_name_is_lost(typed: str) -> None:
    name = split(typed)
    parts = (name.family, name.given, name.patronymic, name.prefix, name.suffix)
    letters = lambda text: sorted(c for c in text if not c.isspace() and c != ",")  # noqa: E731
    assert letters("".join(parts)) == letters(typed)


@given(
    st.sampled_from(["Иванова", "Салтыков-Щедрин", "Абрамович", "Шевченко"]),
    st.sampled_from(["Мария", "Роман", "Ирина", "Гюзель"]),
    st.sampled_from(["Сергеевна", "Аркадьевич", "Ильинична", "Никитич"]),
    st.sampled_from(["family_first", "given_first"]),
)
def test_what_is_shown_can_be_typed_again(family: str, given_name: str, patronymic: str, order: str) -> None:
    name = PersonName(family, given_name, patronymic)
    assert split(display(name, order)) == name  # type: ignore[arg-type]

"""Tax and registry numbers: each check returns the number as it is kept, or says what is wrong with it."""

from core.contacts.identifiers.errors import IdentifierError, compact
from core.contacts.identifiers.russia import check_inn, check_kpp, check_ogrn, check_ogrnip
from core.contacts.identifiers.vat import check_vat, is_vat

__all__ = ["IdentifierError", "check_inn", "check_kpp", "check_ogrn", "check_ogrnip", "check_vat", "compact", "is_vat"]

"""Search: an index of the words of every record, kept in the transaction that changes the record.

`matches` restricts a list, `newest` orders it so that the database can stop at the end of a page, and
`refresh` brings the index up to date. The global search stands in `core.records.finding`.
"""

from core.records.search.entries import Place, SearchEntry, place, rebuild, refresh, settle
from core.records.search.matching import matches, newest

__all__ = ["Place", "SearchEntry", "matches", "newest", "place", "rebuild", "refresh", "settle"]

"""REST under /api/v1: every record type as a resource, from its declaration.

`resource` has the endpoints, `reading` the lists and single records, `body` what programs send, `bulk`
many at once, `documents` and `schemas` what the OpenAPI document says of all that.
"""

from core.records.rest.resource import Resource

__all__ = ["Resource"]

"""Wire shapes of the code lists."""

from typing import Literal

from pydantic import Field

from kernel.http import Wire


class CodeQuery(Wire):
    query: str = Field(min_length=2, max_length=100)
    limit: int = Field(default=20, ge=1, le=50)


class AllergenQuery(Wire):
    query: str = Field(default="", max_length=100)


class CodeOut(Wire):
    """`billable` codes have no subdivisions, so that a claim may carry them."""

    code: str
    display: str
    billable: bool


class CodesOut(Wire):
    items: list[CodeOut]


class AllergenOut(Wire):
    code: str
    display: str
    category: Literal["food", "medication", "environment", "biologic"]


class AllergensOut(Wire):
    items: list[AllergenOut]


class VitalSignOut(Wire):
    """Values are compared in `unit` and accepted in any of `units`, between `least` and `most` of `unit`."""

    code: str
    display: str
    unit: str
    units: list[str]
    least: float
    most: float
    decimals: int


class VitalSignsOut(Wire):
    items: list[VitalSignOut]

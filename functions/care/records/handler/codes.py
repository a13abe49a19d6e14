"""Routes of the code lists that records are written in."""

from care.records.handler.api import CARE, api
from care.records.models import SIGNS, find_allergens
from care.records.schemas.codes import (
    AllergenOut,
    AllergenQuery,
    AllergensOut,
    CodeOut,
    CodeQuery,
    CodesOut,
    VitalSignOut,
    VitalSignsOut,
)
from care.records.service import codes
from kernel.http import Call


@api.get("/v1/codes/icd-10", action="SearchCodes", query=CodeQuery, answer=CodesOut)
def search_icd_10(call: Call, query: CodeQuery) -> CodesOut:
    """Find diagnoses of ICD-10-CM by the beginning of a code or of words."""
    call.authorize(CARE)
    found = codes.search(query.query, query.limit)
    return CodesOut(items=[CodeOut(code=one.code, display=one.name, billable=one.billable) for one in found])


@api.get("/v1/codes/allergens", action="SearchCodes", query=AllergenQuery, answer=AllergensOut)
def search_allergens(call: Call, query: AllergenQuery) -> AllergensOut:
    """Find common allergens by the beginnings of words."""
    call.authorize(CARE)
    found = find_allergens(query.query)
    return AllergensOut(
        items=[AllergenOut(code=one.code, display=one.name, category=one.category.value) for one in found]
    )


@api.get("/v1/codes/vital-signs", action="SearchCodes", answer=VitalSignsOut)
def list_vital_signs(call: Call) -> VitalSignsOut:
    """List the vital signs that can be recorded, with their units."""
    call.authorize(CARE)
    return VitalSignsOut(
        items=[
            VitalSignOut(
                code=sign.code,
                display=sign.name,
                unit=sign.unit,
                units=list(sign.units),
                least=float(sign.least),
                most=float(sign.most),
                decimals=sign.decimals,
            )
            for sign in SIGNS.values()
        ]
    )

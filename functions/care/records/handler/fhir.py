"""Routes of FHIR R4: the same actions, the same rules of access, in other words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from care.records import fhir
from care.records.handler.api import api, found_encounter, found_entry, patient
from care.records.models import Entry, Kind
from care.records.schemas.fhir import (
    AllergySearch,
    CarePlanSearch,
    ConditionSearch,
    EncounterSearch,
    ObservationSearch,
    OfPatient,
    ProcedureSearch,
)
from care.records.service import encounters, entries
from kernel import clock
from kernel.dynamodb import Place, decode_cursor, encode_cursor
from kernel.errors import Erased, Malformed, NotFound
from kernel.fhir.elements import ICD_10_CM, LOINC, Json, own_id, terminology
from kernel.fhir.wire import BASE, FHIR, FhirBundle, FhirResource, Span, logical, resource, searchset, wanted
from kernel.http import Call

_END = datetime(2999, 12, 31, tzinfo=UTC)
_SIGN = r"\.[0-9]{1,7}-[0-9]"


# ---- encounters -----------------------------------------------------------------------------------------------------


@api.get(
    f"{BASE}/Encounter/{{logical_id}}",
    action="ReadEncounter",
    answer=FhirResource,
    problems=(NotFound,),
    parameters=logical("enc"),
    dialect=FHIR,
)
def read_fhir_encounter(call: Call, logical_id: str) -> FhirResource:
    """Tell an encounter, as FHIR R4."""
    return resource(fhir.of_encounter(found_encounter(call, own_id(logical_id))))


@api.get(
    f"{BASE}/Encounter",
    action="ReadRecord",
    query=EncounterSearch,
    answer=FhirBundle,
    problems=(Erased,),
    dialect=FHIR,
)
def search_fhir_encounters(call: Call, query: EncounterSearch) -> FhirBundle:
    """Find a patient's encounters, as FHIR R4, the newest first."""

    def of(lines: Sequence[Entry]) -> Iterator[list[Json]]:
        found = encounters.find_all([line.entry_id for line in lines])
        for line in lines:
            told = wanted(query.status, "http://hl7.org/fhir/encounter-status", line.status)
            yield [fhir.of_encounter(found[line.entry_id])] if told else []

    return _search(call, query, "Encounter", (Kind.ENCOUNTER,), query.date, of)


# ---- entries --------------------------------------------------------------------------------------------------------


def _conditions(query: OfPatient) -> Callable[[Entry], Iterator[Json]]:
    assert isinstance(query, ConditionSearch)  # noqa: S101 - of its route

    def of(entry: Entry) -> Iterator[Json]:
        category = fhir.CONDITION_CATEGORIES[entry.kind]
        said = entry.content.body
        if (
            wanted(query.category, terminology("condition-category"), category)
            and wanted(query.clinical_status, terminology("condition-clinical"), entry.status)
            and wanted(query.code, said.get("system") or ICD_10_CM, said["code"])
        ):
            yield from fhir.of_entry(entry)

    return of


def _allergies(query: OfPatient) -> Callable[[Entry], Iterator[Json]]:
    assert isinstance(query, AllergySearch)  # noqa: S101 - of its route

    def of(entry: Entry) -> Iterator[Json]:
        if wanted(query.clinical_status, terminology("allergyintolerance-clinical"), entry.status):
            yield from fhir.of_entry(entry)

    return of


def _observations(query: OfPatient) -> Callable[[Entry], Iterator[Json]]:
    assert isinstance(query, ObservationSearch)  # noqa: S101 - of its route

    def of(entry: Entry) -> Iterator[Json]:
        if wanted(query.status, "http://hl7.org/fhir/observation-status", entry.status) and wanted(
            query.category, terminology("observation-category"), fhir.VITAL_SIGNS
        ):
            for document in fhir.of_entry(entry):
                if wanted(query.code, LOINC, document["code"]["coding"][0]["code"]):
                    yield document

    return of


def _procedures(query: OfPatient) -> Callable[[Entry], Iterator[Json]]:
    assert isinstance(query, ProcedureSearch)  # noqa: S101 - of its route

    def of(entry: Entry) -> Iterator[Json]:
        if wanted(query.status, "http://hl7.org/fhir/event-status", entry.status):
            yield from fhir.of_entry(entry)

    return of


def _care_plans(query: OfPatient) -> Callable[[Entry], Iterator[Json]]:
    assert isinstance(query, CarePlanSearch)  # noqa: S101 - of its route

    def of(entry: Entry) -> Iterator[Json]:
        for document in fhir.of_entry(entry):
            if wanted(query.status, "http://hl7.org/fhir/request-status", document["status"]):
                yield document

    return of


def _entries(
    type_: str,
    kinds: tuple[Kind, ...],
    search: type[OfPatient],
    date: str,
    suffix: str,
    chosen: Callable[[OfPatient], Callable[[Entry], Iterator[Json]]],
) -> None:
    """Declare how entries of some kinds are read and found as one type of FHIR's.

    Args:
        date: the field of the search that bounds when it was so; empty where there is none.
        suffix: what an id has beyond the entry's, as a regular expression.
    """

    def read(call: Call, logical_id: str) -> FhirResource:
        entry = found_entry(call, own_id(logical_id.partition(".")[0])).open()
        documents = fhir.of_entry(entry) if entry.kind in kinds else []
        found = next((document for document in documents if document["id"] == logical_id), None)
        if found is None:
            raise NotFound
        return resource(found)

    def find(call: Call, query: OfPatient) -> FhirBundle:
        of = chosen(query)
        asked = getattr(query, date) if date else None
        return _search(call, query, type_, kinds, asked, lambda page: (list(of(entry)) for entry in page))

    read.__doc__ = f"Tell one {type_}, as FHIR R4."
    read.__name__ = f"read_fhir_{type_.lower()}"
    find.__doc__ = f"Find a patient's {type_} resources, as FHIR R4, the newest first."
    find.__name__ = f"search_fhir_{type_.lower()}"
    declare_read: Callable[[Callable[..., FhirResource]], object] = api.get(
        f"{BASE}/{type_}/{{logical_id}}",
        action="ReadEntry",
        answer=FhirResource,
        problems=(NotFound, Erased),
        parameters=logical("rec", suffix=suffix),
        dialect=FHIR,
    )
    declare_find: Callable[[Callable[..., FhirBundle]], object] = api.get(
        f"{BASE}/{type_}", action="ReadRecord", query=search, answer=FhirBundle, problems=(Erased,), dialect=FHIR
    )
    declare_read(read)
    declare_find(find)


_entries("Condition", (Kind.DIAGNOSIS, Kind.PROBLEM), ConditionSearch, "recorded_date", "", _conditions)
_entries("AllergyIntolerance", (Kind.ALLERGY,), AllergySearch, "date", "", _allergies)
_entries("Observation", (Kind.VITALS,), ObservationSearch, "date", _SIGN, _observations)
_entries("Procedure", (Kind.PROCEDURE,), ProcedureSearch, "date", "", _procedures)
_entries("CarePlan", (Kind.CARE_PLAN,), CarePlanSearch, "", "", _care_plans)


# ---- pages ----------------------------------------------------------------------------------------------------------


def _search(
    call: Call,
    query: OfPatient,
    type_: str,
    kinds: tuple[Kind, ...],
    asked: Span | None,
    of: Callable[[Sequence[Entry]], Iterator[list[Json]]],
) -> FhirBundle:
    """A page of resources that entries become: as many as asked for at most, and where it goes on, which may be in the
    midst of an entry. What does not match is passed over, so that a page may be short and yet have a next one."""
    call.authorize(patient(call, query.patient))
    before, told = _place(query.cursor)
    first, end = _within(asked)
    page, ended = entries.page_of_kinds(query.patient, kinds, first, end, before, query.limit)
    found: list[Json] = []
    for entry, made in zip(page, of(page), strict=True):
        documents = made[told:]
        room = query.limit - len(found)
        found += documents[:room]
        if len(documents) > room:
            return searchset(call, query, type_, found, _cursor(before, told + room))
        before, told = Place(entry.at, entry.entry_id), 0
    return searchset(call, query, type_, found, _cursor(ended, 0) if ended else None)


def _within(asked: Span | None) -> tuple[datetime, datetime]:
    first = asked.first if asked and asked.first else entries.EARLIEST
    end = asked.end if asked and asked.end else _END
    return min(max(first, entries.EARLIEST), _END), min(max(end, entries.EARLIEST), _END)


def _cursor(place: Place | None, told: int) -> str:
    """After the entry at `place`, or from the first one on, and after as many resources of the next one."""
    at = {"at": clock.iso(place.at), "id": place.id} if place else {"at": "", "id": ""}
    return encode_cursor(at | {"told": told})


def _place(cursor: str | None) -> tuple[Place | None, int]:
    if cursor is None:
        return None, 0
    key = decode_cursor(cursor, ("at", "id", "told"))
    try:
        return Place(clock.parse(key["at"]), key["id"]) if key["at"] else None, int(key["told"])
    except (ValueError, OverflowError):
        raise Malformed("The cursor is not one that this search gave") from None

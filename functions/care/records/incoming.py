"""What other houses say of a patient in FHIR R4, in the words of this record: pure, resources to what is written down.

Nothing is checked here against codes, units or what is possible: that is done as for everybody else. What has no place
here is named, entry by entry (`Unkept`), and never passed over.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from care.records.models import DIASTOLIC, SIGNS, SYSTOLIC, EncounterClass, EncounterStatus, Kind
from care.records.models.allergens import Category
from kernel import clock
from kernel.fhir.elements import ICD_10_CM, LOINC, Json

type Found = Mapping[str, Any]

_WORDS = 1000
_LINE = 200
_SYSTEM, _CODE = 200, 100
_ALWAYS = frozenset({"resourceType", "id", "meta", "text", "identifier", "subject", "patient", "encounter"})


class Unkept(Exception):
    """The resource has no place in a record: why, in a code of FHIR's issue types and in words, and where."""

    def __init__(self, code: str, why: str, where: str | None = None) -> None:
        super().__init__(why)
        self.code, self.why, self.where = code, why, where


@dataclass(frozen=True, slots=True)
class Said:
    """What a resource says.

    Attributes:
        body: in the shape in which an entry of its kind is written down.
        more: beyond that shape: codes of other systems, times of other houses.
        kept: the elements of the resource that are in it.
    """

    kind: Kind
    at: datetime
    body: Json
    more: Json = field(default_factory=dict)
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stay:
    """What a resource says of an encounter that is over."""

    class_: EncounterClass
    status: EncounterStatus
    start: datetime
    end: datetime | None


ENTRIES = frozenset({"Condition", "AllergyIntolerance", "Observation", "Procedure", "CarePlan"})


def subject_of(found: Found) -> str:
    """The reference to the patient; empty where there is none."""
    return _reference(found.get("subject") or found.get("patient"))


def encounter_of(found: Found) -> str:
    return _reference(found.get("encounter") or found.get("context"))


def left_out(found: Found, kept: frozenset[str]) -> list[str]:
    """The elements that are not kept."""
    return sorted(found.keys() - _ALWAYS - kept)


KEPT_OF_STAYS = frozenset({"status", "class", "period"})


@contextmanager
def _well_formed() -> Iterator[None]:
    """Whatever cannot be read is not as FHIR has it, and no failure of ours."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unkept("structure", "is not as FHIR R4 has it") from None


def stay(found: Found) -> Stay:
    """Raises Unkept."""
    with _well_formed():
        return _stay(found)


def _stay(found: Found) -> Stay:
    status = found.get("status")
    if status not in ("finished", "cancelled"):
        raise Unkept("business-rule", "only encounters that are over are imported", "status")
    try:
        class_ = EncounterClass(found.get("class", {}).get("code"))
    except (AttributeError, ValueError):
        raise Unkept("code-invalid", "is no class of encounters here", "class") from None
    period = _dict(found.get("period"))
    start = instant(period.get("start"), "period.start")
    return Stay(class_, EncounterStatus(status), start, _maybe(period.get("end"), "period.end"))


def said(found: Found) -> Said:
    """What a resource of one of `ENTRIES` says.

    Raises:
        Unkept: it has no place in a record.
    """
    with _well_formed():
        return _READERS[str(found["resourceType"])](found)


# ---- each type ------------------------------------------------------------------------------------------------------


def _condition(found: Found) -> Said:
    categories = {code for _, code, _ in _codings(found.get("category"))}
    kind = Kind.PROBLEM if "problem-list-item" in categories else Kind.DIAGNOSIS
    verification = _code(found.get("verificationStatus")) or "confirmed"
    if verification == "entered-in-error":
        raise Unkept("business-rule", "was entered in error", "verificationStatus")
    onset = _told(found.get("onsetDateTime"), "onsetDateTime")
    abatement = _told(found.get("abatementDateTime"), "abatementDateTime")
    at = instant(found.get("recordedDate") or onset, "recordedDate")
    codings = list(_codings(found.get("code")))
    text = _text(found.get("code"), codings)
    body: Json = {
        "text": text[:_WORDS] or None,
        "status": _code(found.get("clinicalStatus")) or ("resolved" if abatement else "active"),
        "verification": verification,
    }
    icd = next((code for system, code, _ in codings if system == ICD_10_CM), None)
    others = [one for one in codings if one[0] != ICD_10_CM]
    if icd is not None:
        body["code"] = icd
    more = {"coding": None if icd and not others else _foreign(others, text, "code"), "abatement": abatement}
    if kind is Kind.PROBLEM:
        body["onset"] = _day(onset, "onsetDateTime") if onset else None
    else:
        more["onset"] = onset
    kept = {"clinicalStatus", "verificationStatus", "category", "code"}
    return Said(kind, at, body, more, frozenset(kept | {"onsetDateTime", "abatementDateTime", "recordedDate"}))


def _allergy(found: Found) -> Said:
    verification = _code(found.get("verificationStatus")) or "unconfirmed"
    if verification == "entered-in-error":
        raise Unkept("business-rule", "was entered in error", "verificationStatus")
    codings = list(_codings(found.get("code")))
    substance = _text(found.get("code"), codings)
    if not substance:
        raise Unkept("required", "names no substance", "code")
    reaction = _dict(next(iter(found.get("reaction") or ()), None))
    manifestation = _dict(next(iter(reaction.get("manifestation") or ()), None))
    body = {
        "substance": substance[:_LINE],
        "reaction": _text(manifestation, list(_codings(manifestation)))[:_WORDS] or None,
        "severity": reaction.get("severity"),
        "criticality": found.get("criticality"),
        "status": _code(found.get("clinicalStatus")) or "active",
        "verification": verification,
    }
    category = next((one for one in found.get("category") or () if one in tuple(Category)), None)
    more = {"coding": _foreign(codings, substance, "code") if codings else None, "category": category}
    at = instant(found.get("recordedDate") or found.get("onsetDateTime"), "recordedDate")
    kept = {"clinicalStatus", "verificationStatus", "category", "criticality", "code", "recordedDate", "reaction"}
    return Said(Kind.ALLERGY, at, body, more, frozenset(kept))


_FINAL = ("final", "amended", "corrected")


def _observation(found: Found) -> Said:
    if found.get("status") not in _FINAL:
        raise Unkept("business-rule", "only final observations are imported", "status")
    measurements = list(_measurements(found))
    if not measurements:
        raise Unkept("not-supported", "only vital signs are kept, in numbers", "code")
    at = instant(found.get("effectiveDateTime") or found.get("issued"), "effectiveDateTime")
    kept = {"status", "category", "code", "effectiveDateTime", "issued", "valueQuantity", "component"}
    return Said(Kind.VITALS, at, {"measurements": measurements}, {}, frozenset(kept))


def _measurements(found: Found) -> Iterator[Json]:
    """The vital signs of an observation, and of its components where it is a panel of blood pressure."""
    parts = [found, *(part for part in found.get("component") or () if isinstance(part, dict))]
    for part in parts:
        code = next((code for system, code, _ in _codings(part.get("code")) if system == LOINC and code in SIGNS), None)
        quantity = _dict(part.get("valueQuantity"))
        if code is not None and quantity and (part is found or code in (SYSTOLIC, DIASTOLIC)):
            unit = quantity.get("code") or quantity.get("unit")
            yield {"code": code, "value": quantity.get("value"), "unit": unit}


def _procedure(found: Found) -> Said:
    if found.get("status") == "entered-in-error":
        raise Unkept("business-rule", "was entered in error", "status")
    codings = list(_codings(found.get("code")))
    text = _text(found.get("code"), codings)
    if not text:
        raise Unkept("required", "says nothing of what was done", "code")
    period = _dict(found.get("performedPeriod"))
    at = instant(found.get("performedDateTime") or period.get("start"), "performedDateTime")
    body = {"text": text[:_WORDS], "status": found.get("status") or "unknown"}
    ended = _told(period.get("end"), "performedPeriod.end")
    more = {"coding": _foreign(codings, text, "code") if codings else None, "ended": ended}
    return Said(Kind.PROCEDURE, at, body, more, frozenset({"status", "code", "performedDateTime", "performedPeriod"}))


_ACTIVITIES = {
    "draft": "not-started",
    "active": "in-progress",
    "on-hold": "on-hold",
    "revoked": "stopped",
    "completed": "completed",
    "unknown": "unknown",
}


def _care_plan(found: Found) -> Said:
    status = _ACTIVITIES.get(str(found.get("status")))
    if status is None:
        raise Unkept("business-rule", "was entered in error, or has no status", "status")
    details = [_dict(_dict(one).get("detail")).get("code") for one in found.get("activity") or ()]
    todo = "; ".join(text for one in details if (text := _text(one, list(_codings(one)))))
    categories = [one for one in found.get("category") or () if _text(one, list(_codings(one)))]
    named = found.get("description") or found.get("title") or _text(next(iter(categories[-1:]), None), [])
    text = ": ".join(part for part in (str(named or ""), todo) if part)
    if not text:
        raise Unkept("required", "says nothing of what is planned", "activity")
    period = _dict(found.get("period"))
    at = instant(period.get("start") or found.get("created"), "period.start")
    kept = {"status", "intent", "category", "description", "title", "period", "created", "activity"}
    return Said(Kind.CARE_PLAN, at, {"text": text[:_WORDS], "status": status}, {}, frozenset(kept))


_READERS: Mapping[str, Callable[[Found], Said]] = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "Observation": _observation,
    "Procedure": _procedure,
    "CarePlan": _care_plan,
}


# ---- elements -------------------------------------------------------------------------------------------------------


def instant(text: Any, where: str) -> datetime:
    """A time of FHIR's: an instant, or the beginning of a day, a month, a year.

    Raises:
        Unkept: there is none, or it is none.
    """
    if not text:
        raise Unkept("required", "says no time", where)
    try:
        if "T" in str(text):
            at = datetime.fromisoformat(str(text))
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
        return datetime.combine(date.fromisoformat(_day(text, where)), time(), UTC)
    except (ValueError, OverflowError):
        raise Unkept("value", "is no time", where) from None


def _maybe(text: Any, where: str) -> datetime | None:
    return instant(text, where) if text else None


def _told(text: Any, where: str) -> str | None:
    """A time as it is told on: as precise as it came."""
    at = _maybe(text, where)
    return None if at is None else clock.iso(at) if "T" in str(text) else str(text)


def _day(text: Any, where: str) -> str:
    parts = str(text).partition("T")[0].split("-")
    try:
        return date(*(int(part) for part in (*parts, "1", "1")[:3])).isoformat()
    except (ValueError, TypeError):
        raise Unkept("value", "is no date", where) from None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _reference(value: Any) -> str:
    return str(_dict(value).get("reference") or "")


def _codings(concepts: Any) -> Iterator[tuple[str, str, str]]:
    """System, code and display of each coding of a concept, or of several."""
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        for coding in _dict(concept).get("coding") or ():
            if isinstance(coding, dict) and coding.get("code"):
                yield str(coding.get("system") or ""), str(coding["code"]), str(coding.get("display") or "")


def _code(concept: Any) -> str | None:
    return next((code for _, code, _ in _codings(concept)), None)


def _text(concept: Any, codings: list[tuple[str, str, str]]) -> str:
    found = _dict(concept).get("text") or next((display for _, _, display in codings if display), "")
    found = found or next((display for _, _, display in _codings(concept) if display), "")
    return " ".join(str(found).split())


def _foreign(codings: list[tuple[str, str, str]], text: str, where: str) -> Json:
    """A code of another system, as it came.

    Raises:
        Unkept: there is none, or it has no system or no words.
    """
    found = next(((system, code, display) for system, code, display in codings if system), None)
    if found is None or not (found[2] or text):
        raise Unkept("required", "has a code with its system, and words", where)
    system, code, display = found
    if len(system) > _SYSTEM or len(code) > _CODE:
        raise Unkept("too-long", "has a code or a system that is none", where)
    return {"system": system, "code": code, "display": (display or text)[:_WORDS]}

"""FHIR R4 over HTTP: searches, the bundles that they find, problems as OperationOutcomes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from kernel.config import load
from kernel.errors import Fault, Invalid, Problem
from kernel.fhir.elements import Json, own_id, tidy
from kernel.fhir.outcomes import issues_of, outcome
from kernel.fields import wrong
from kernel.http import Call, Dialect, Wire

BASE = "/fhir/R4"
MEDIA = "application/fhir+json"
_MOST = 100
_USUAL = 20

# ---- answers and problems -------------------------------------------------------------------------------------------


def logical(*prefixes: str, suffix: str = "") -> Mapping[str, str]:
    """The path parameter of a read: ids with one of these prefixes."""
    return {"logical_id": f"^({'|'.join(prefixes)})-[0-9a-f]{{32}}{suffix}$"}


class _Document(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True, serialize_by_alias=True)

    resource_type: str = Field(alias="resourceType")


class FhirResource(_Document):
    """A resource of FHIR R4; its elements are those of its type (hl7.org/fhir/R4)."""

    @property
    def version(self) -> int | None:
        """Of what it was made of, for the ETag."""
        found = (self.model_extra or {}).get("meta", {}).get("versionId")
        return int(found) if found else None


class FhirBundle(_Document):
    """What a search has found, with the link to what follows; or the outcome of each entry of an import."""


class OperationOutcome(_Document):
    """What is wrong, or worth knowing, one issue each; `details.coding` has the type of the problem."""


def resource(document: Json) -> FhirResource:
    return FhirResource.model_validate(tidy(document))


class BadSearch(Invalid):
    """FHIR's own status for a search that cannot be done."""

    status, slug, title = 400, "bad-search", "The search cannot be done as it was asked for"


def _refused(problem: Problem, _instance: str) -> Json:
    return outcome(issues_of(problem))


FHIR = Dialect(answer=MEDIA, problem=MEDIA, tag='W/"{}"', refuse=_refused, bad_query=BadSearch, lenient=True)


# ---- searches -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """Marks a field of a search: which type of FHIR's search parameters it is."""

    type: Literal["date", "reference", "string", "token"]


@dataclass(frozen=True, slots=True)
class Token:
    """A code to look for; `system` None: in whichever system."""

    system: str | None
    code: str

    def matches(self, system: str, code: str | None) -> bool:
        return self.code == code and self.system in (None, system)


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` until before `end`."""

    first: datetime | None = None
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return (self.first is None or self.first <= at) and (self.end is None or at < self.end)


_DATE = re.compile(
    r"(?P<prefix>eq|ge|gt|le|lt)?(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})(?P<time>T.+)?)?)?", re.ASCII
)


def span(values: object) -> Span:
    """What dates with prefixes mean together: all of them have to be true.

    Raises:
        PydanticCustomError: one is no date, or has a prefix that is not supported.
    """
    found = Span()
    for value in values if isinstance(values, list) else [values]:
        first, end = _meant(str(value))
        found = Span(
            max((bound for bound in (found.first, first) if bound), default=None),
            min((bound for bound in (found.end, end) if bound), default=None),
        )
    return found


def _meant(text: str) -> tuple[datetime | None, datetime | None]:
    parts = _DATE.fullmatch(text)
    try:
        if parts is None:
            raise ValueError(text)
        low, high = _covered(parts)
    except (ValueError, OverflowError):
        raise wrong(Fault.NOT_A_DATE, "is a date or instant, with eq, ge, gt, le, lt or nothing before it") from None
    match parts["prefix"]:
        case "ge":
            return low, None
        case "gt":
            return high, None
        case "le":
            return None, high
        case "lt":
            return None, low
        case _:
            return low, high


def _covered(parts: re.Match[str]) -> tuple[datetime, datetime]:
    """The time that a date of whatever precision covers, in UTC."""
    year, month, day = int(parts["year"]), int(parts["month"] or 1), int(parts["day"] or 1)
    if parts["time"]:
        # In a query, the + of an offset that nobody encoded arrives as a space.
        at = datetime.fromisoformat(parts[0].removeprefix(parts["prefix"] or "").replace(" ", "+"))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return at, at + timedelta(seconds=1)
    low = datetime.combine(date(year, month, day), time(), UTC)
    if parts["day"]:
        return low, low + timedelta(days=1)
    if parts["month"] and month < 12:
        return low, low.replace(month=month + 1)
    return low, datetime(year + 1, 1, 1, tzinfo=UTC)


def tokens(value: object) -> tuple[Token, ...]:
    """The codes of which one has to be true: `code` or `system|code`, with commas between them.

    Raises:
        PydanticCustomError: the parameter is there twice, or a code is missing.
    """
    if not isinstance(value, str):
        raise wrong(Fault.DUPLICATE, "is there twice")
    found = []
    for part in value.split(","):
        system, bar, code = part.rpartition("|")
        if not code:
            raise wrong(Fault.WRONG_FORM, "is code or system|code")
        found.append(Token(system if bar else None, code))
    return tuple(found)


def wanted(asked: Sequence[Token] | None, system: str, code: str) -> bool:
    """Whether a search is about a code: it names none, or this one."""
    return asked is None or any(token.matches(system, code) for token in asked)


def _reference_to(type_: str, prefix: str) -> Callable[[object], str]:
    shape = re.compile(rf"(?:(?:https?://[^?#]+/)?{type_}/)?({prefix}[-_][0-9a-f]{{32}})")

    def read(value: object) -> str:
        found = shape.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise wrong(Fault.WRONG_FORM, "is a reference to a resource of its type here")
        return own_id(found[1].replace("_", "-"))

    return read


def _words(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 200:
        raise wrong(Fault.WRONG_FORM, "is text, once")
    return value.strip()


_DATES = WithJsonSchema(
    {
        "type": "array",
        "items": {"type": "string", "pattern": r"^(eq|ge|gt|le|lt)?[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.+)?)?)?$"},
        "description": "Dates, with eq, ge, gt, le, lt or nothing before each; all of them hold.",
    }
)
_CODES_ASKED = WithJsonSchema(
    {"type": "string", "minLength": 1, "description": "`code` or `system|code`; one of several, with commas."}
)
Dates = Annotated[Span, PlainValidator(span), _DATES, Parameter("date")]
Tokens = Annotated[tuple[Token, ...], PlainValidator(tokens), _CODES_ASKED, Parameter("token")]
Text = Annotated[str, PlainValidator(_words), WithJsonSchema({"type": "string", "minLength": 1}), Parameter("string")]


def _referring(type_: str, prefix: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({type_}/)?{prefix}-[0-9a-f]{{32}}$"})


PatientReference = Annotated[
    str, PlainValidator(_reference_to("Patient", "pat")), _referring("Patient", "pat"), Parameter("reference")
]
PractitionerReference = Annotated[
    str,
    PlainValidator(_reference_to("Practitioner", "prc")),
    _referring("Practitioner", "prc"),
    Parameter("reference"),
]
EncounterReference = Annotated[
    str, PlainValidator(_reference_to("Encounter", "enc")), _referring("Encounter", "enc"), Parameter("reference")
]
ScheduleReference = Annotated[
    str, PlainValidator(_reference_to("Schedule", "prc")), _referring("Schedule", "prc"), Parameter("reference")
]
Count = Annotated[int, Field(ge=1, le=10_000)]


class Search(Wire):
    """What every search takes. Of a page's size larger than a hundred, a hundred are given."""

    count: Count = Field(default=_USUAL, alias="_count")
    cursor: Annotated[str, StringConstraints(max_length=300)] | None = Field(default=None, alias="_cursor")
    format: Literal["json", "application/json", "application/fhir+json"] | None = Field(default=None, alias="_format")

    @property
    def limit(self) -> int:
        return min(self.count, _MOST)


@dataclass(frozen=True)
class _Environment:
    app: str
    portal_url: str = ""


def base_url() -> str:
    """Where the resources stand: `https://…/fhir/R4`; empty where nobody has said under which address we are."""
    environment = load(_Environment)
    return f"{environment.portal_url}/api/{environment.app}{BASE}" if environment.portal_url else ""


def searchset(call: Call, search: Search, type_: str, found: Iterable[Json], cursor: str | None) -> FhirBundle:
    """The bundle of what a search has found; `cursor`: where it goes on, None on the last page."""
    base = base_url()
    place = f"{base}/{type_}" if base else type_
    known = {field.alias or name for name, field in type(search).model_fields.items()}
    asked = [(name, value) for name, value in call.parameters if name in known]
    links = [{"relation": "self", "url": _address(place, asked)}]
    if cursor is not None:
        following = [(name, value) for name, value in asked if name != "_cursor"]
        links.append({"relation": "next", "url": _address(place, [*following, ("_cursor", cursor)])})
    entries = [
        {
            "fullUrl": f"{place}/{document['id']}" if base else None,
            "resource": document,
            "search": {"mode": "match"},
        }
        for document in found
    ]
    document = {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}
    return FhirBundle.model_validate(tidy(document))


def _address(place: str, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{place}?{urlencode(parameters)}" if parameters else place

"""Patients in the words of the front desk: details, likeness of two people, families, search."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kernel.text import fold


class Sex(StrEnum):
    """FHIR AdministrativeGender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class Relationship(StrEnum):
    """What the member is to the patient."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    GUARDIAN = "guardian"
    PARENT_IN_LAW = "parent-in-law"
    OTHER = "other"


class ContactWay(StrEnum):
    """How a patient would rather be told things."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Address:
    """`country` is an ISO 3166-1 alpha-2 code."""

    lines: tuple[str, ...]
    city: str
    country: str
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """`phone` in E.164."""

    name: str
    phone: str
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class Insurance:
    payer: str
    member_number: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a person. `phone` in E.164, `email` in lower case, `language` a BCP 47 tag."""

    given_name: str
    family_name: str
    birth_date: date
    sex: Sex = Sex.UNKNOWN
    phone: str | None = None
    email: str | None = None
    address: Address | None = None
    emergency_contacts: tuple[EmergencyContact, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    language: str | None = None
    preferred_contact: ContactWay | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as stored.

    Attributes:
        possible_duplicate: somebody very like them was there before; the front desk is to look at it.
        user_id: the account that the patient signs in with, None where there is none.
        changed_by: user id of who wrote this version.
        fingerprint: of the request that registered them.
    """

    patient_id: str
    details: Details
    version: int
    created_at: datetime
    updated_at: datetime
    changed_by: str
    fingerprint: str = ""
    possible_duplicate: bool = False
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """`member_id` is a patient who is `relationship` to this patient; `may_act`: and may act for them."""

    patient_id: str
    member_id: str
    relationship: Relationship
    may_act: bool
    version: int
    updated_at: datetime
    changed_by: str


class RegistrationState(StrEnum):
    PENDING = "pending"  # a request is at work, or died at it
    UNDOING = "undoing"  # given up; what it made is being removed
    COMPLETED = "completed"  # the patient is there and can sign in


@dataclass(frozen=True, slots=True)
class Registration:
    """One address on its way to an account.

    Attributes:
        key: keyed hash of the address.
        email: empty once the registration is completed.
        attempt: how many requests have worked at it; each is followed by a check of its own.
        fingerprint, password_hash: what tells a repeated request from another one.
        idempotency_key: keyed hash of the request's key.
    """

    key: str
    email: str
    patient_id: str
    state: RegistrationState
    attempt: int
    fingerprint: str
    password_hash: bytes
    idempotency_key: str | None


# ---- who treats whom ------------------------------------------------------------------------------------------------

_AFTERCARE = timedelta(days=30)  # for so long after a visit or encounter somebody is still one of the patient's carers


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit or an encounter as far as it makes somebody one of the patient's carers. `counts`: it has neither been
    called off nor gone to another practitioner."""

    version: int
    end: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class Carer:
    """What is known of somebody's visits and encounters with a patient, by their ids.

    Attributes:
        carer_id: a practitioner, or the user id of somebody who is none: a nurse who receives or looks after them.
    """

    patient_id: str
    carer_id: str
    visits: Mapping[str, Visit] = field(default_factory=dict)
    version: int = 0

    @property
    def until(self) -> datetime | None:
        """Until when they are a carer; None where no visit makes them one."""
        ends = [visit.end for visit in self.visits.values() if visit.counts]
        return max(ends) + _AFTERCARE if ends else None

    @property
    def forgotten_at(self) -> datetime:
        """When nothing of this matters any more: visits that do not count are known as long as those that do, so that
        an older event that comes later does not bring them back."""
        return max(visit.end for visit in self.visits.values()) + _AFTERCARE

    def having(self, visit_id: str, visit: Visit, now: datetime) -> "Carer":
        """With what an event says of a visit, unless a newer one was heard; without what is long past."""
        known = self.visits.get(visit_id)
        if known is not None and known.version >= visit.version:
            return self
        current = {name: known for name, known in self.visits.items() if now < known.end + _AFTERCARE}
        return replace(self, visits=current | {visit_id: visit}, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Ties:
    """What of a patient's relations is about one caller: the ids by which they may act for the patient, care for them,
    and have broken the glass."""

    proxies: frozenset[str]
    carers: frozenset[str]
    emergency: frozenset[str]


# ---- emergency access -----------------------------------------------------------------------------------------------

EMERGENCY_LASTS = timedelta(hours=1)
_REVIEWED_WITHIN = timedelta(days=3)


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class ReviewState(StrEnum):
    OPEN = "open"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody else found. `reviewed_by` is their user id."""

    verdict: Verdict
    comment: str
    reviewed_by: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """A clinician saw a patient to whom nothing tied them, for a reason that is reviewed afterwards.

    Attributes:
        user_id, practitioner_id: who broke the glass; a nurse is no practitioner.
        reminders: how many times somebody was told that nobody has reviewed it.
    """

    emergency_id: str
    patient_id: str
    user_id: str
    practitioner_id: str | None
    reason: str
    started_at: datetime
    expires_at: datetime
    reminders: int = 0
    review: Review | None = None

    @property
    def state(self) -> ReviewState:
        return ReviewState.REVIEWED if self.review else ReviewState.OPEN

    def reminders_due(self, now: datetime) -> int:
        """How many times somebody should have been told by now: once a day after three days without a review."""
        late = now - self.started_at - _REVIEWED_WITHIN
        return 0 if self.review or late < timedelta() else late.days + 1


# ---- likeness -------------------------------------------------------------------------------------------------------

_COMPARED = 40  # letters of a name


def words(text: str) -> list[str]:
    """The words of a name without what people write differently."""
    return fold(text).split()


def edits(one: str, other: str) -> int:
    """Letters added, left out, changed or swapped with their neighbour between two texts: the optimal string
    alignment distance (Damerau-Levenshtein without editing a part twice)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


class Reason(StrEnum):
    """Why two people may be one."""

    SAME_NAMES = "same-names"
    SIMILAR_NAMES = "similar-names"
    SAME_BIRTH_DATE = "same-birth-date"
    SIMILAR_BIRTH_DATE = "similar-birth-date"
    SAME_PHONE = "same-phone"
    SAME_EMAIL = "same-email"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probably two people are one: `score` from 0 to 1, and the reasons that make it up."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def suspicious(self) -> bool:
        """The same or similar names and the same birth date, or the same names, telephone and e-mail.

        Two people cannot be that alike without the same birth date, telephone or e-mail: they are looked up by these.
        """
        return self.score >= 0.75


def likeness(one: Details, other: Details) -> Likeness:
    """Points out of a hundred: up to 50 for the names from three quarters alike on, 35 for the birth date (20 where
    one digit differs or day and month are swapped), 15 each for telephone and e-mail."""
    points = 0.0
    reasons = []
    names = _names_alike(one, other)
    if names >= 0.75:
        points += 50 * names
        reasons.append(Reason.SAME_NAMES if names == 1 else Reason.SIMILAR_NAMES)
    if one.birth_date == other.birth_date:
        points += 35
        reasons.append(Reason.SAME_BIRTH_DATE)
    elif _dates_alike(one.birth_date, other.birth_date):
        points += 20
        reasons.append(Reason.SIMILAR_BIRTH_DATE)
    if one.phone and one.phone == other.phone:
        points += 15
        reasons.append(Reason.SAME_PHONE)
    if one.email and one.email == other.email:
        points += 15
        reasons.append(Reason.SAME_EMAIL)
    return Likeness(score=min(round(points), 100) / 100, reasons=tuple(reasons))


def _names_alike(one: Details, other: Details) -> float:
    given, family = words(one.given_name), words(one.family_name)
    other_given, other_family = words(other.given_name), words(other.family_name)
    straight = _alike(given, other_given) + _alike(family, other_family)
    swapped = _alike(given, other_family) + _alike(family, other_given)
    return max(straight, swapped) / 2


def _alike(one: list[str], other: list[str]) -> float:
    """From 0 to 1; 0.9 where one is the other with names left out, as in Ana and Ana Maria."""
    left, right = "".join(one)[:_COMPARED], "".join(other)[:_COMPARED]
    if left == right:
        return 1
    written = 1 - edits(left, right) / max(len(left), len(right))
    contained = bool(one and other) and (set(one) <= set(other) or set(other) <= set(one))
    return max(written, 0.9) if contained else written


def _dates_alike(one: date, other: date) -> bool:
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return swapped or edits(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1


def identity(details: Details) -> str:
    """The same for two people with the same names and birth date, however their names are written."""
    names = ("".join(words(name)) for name in (details.given_name, details.family_name))
    return "|".join([*names, details.birth_date.isoformat()])


# ---- search ---------------------------------------------------------------------------------------------------------

_SHORTEST, _LONGEST = 2, 6  # letters of an indexed beginning of a name
_INDEXED_WORDS = 4  # of the given and of the family name each; keeps a change of both within one transaction
_PHONE_TAIL = 7  # digits; numbers are typed with and without their country code
_MOST_WORDS = 8

_DATE = re.compile(r"(?<!\S)[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\S)")
_PHONE = re.compile(r"(?<!\S)[+(]?[0-9][0-9 ().\-/]{5,}[0-9](?!\S)")
_PATIENT_ID = re.compile(r"pat_[0-9a-f]{32}")


def birth_term(day: date) -> str:
    return f"birth:{day.isoformat()}"


def phone_term(digits: str) -> str:
    return f"phone:{digits[-_PHONE_TAIL:]}"


def email_term(email: str) -> str:
    return f"email:{email}"


def word_term(word: str) -> str:
    return f"word:{word[:_LONGEST]}"


REVIEW_TERM = "review:duplicate"


def index_terms(details: Details, *, possible_duplicate: bool) -> frozenset[str]:
    """What a patient is found by: the beginnings of each name, birth date, telephone, e-mail."""
    terms = {birth_term(details.birth_date)}
    for name in (details.given_name, details.family_name):
        for word in words(name)[:_INDEXED_WORDS]:
            terms |= {word_term(word[:length]) for length in range(min(_SHORTEST, len(word)), _LONGEST + 1)}
    if details.phone:
        terms.add(phone_term(_digits(details.phone)))
    if details.email:
        terms.add(email_term(details.email))
    if possible_duplicate:
        terms.add(REVIEW_TERM)
    return frozenset(terms)


@dataclass(frozen=True, slots=True)
class Block:
    """Index terms that all of a group of patients share; `narrower`: smaller groups where this one is too large."""

    terms: frozenset[str]
    narrower: tuple[frozenset[str], ...] = ()


def blocks(details: Details) -> list[Block]:
    """The groups in which everybody stands who may be this person: see `Likeness.suspicious`."""
    born = birth_term(details.birth_date)
    beginnings = {word_term(word[:_SHORTEST]) for word in words(f"{details.given_name} {details.family_name}")}
    found = [Block(frozenset({born}), tuple(frozenset({born, beginning}) for beginning in sorted(beginnings)))]
    if details.phone:
        found.append(Block(frozenset({phone_term(_digits(details.phone))})))
    if details.email:
        found.append(Block(frozenset({email_term(details.email)})))
    return found


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: all of it must be true of a patient."""

    patient_ids: tuple[str, ...] = ()
    birth_dates: tuple[date, ...] = ()
    phones: tuple[str, ...] = ()  # digits without leading zeros
    emails: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # beginnings of names
    for_review: bool = False

    @property
    def terms(self) -> frozenset[str]:
        """The index terms that narrow it down. A single letter narrows only where there is nothing else: in some
        languages it is a whole name."""
        terms = {birth_term(day) for day in self.birth_dates} | {email_term(email) for email in self.emails}
        terms |= {phone_term(digits) for digits in self.phones}
        terms |= {word_term(word) for word in self.words if len(word) >= _SHORTEST}
        if self.for_review:
            terms.add(REVIEW_TERM)
        return frozenset(terms or {word_term(word) for word in self.words})

    def finds(self, patient: Patient) -> bool:
        details = patient.details
        names = words(f"{details.given_name} {details.family_name}")
        return (
            all(patient_id == patient.patient_id for patient_id in self.patient_ids)
            and all(day == details.birth_date for day in self.birth_dates)
            and all(email == details.email for email in self.emails)
            and all(details.phone and details.phone.endswith(digits) for digits in self.phones)
            and all(any(name.startswith(word) for name in names) for word in self.words)
            and (patient.possible_duplicate or not self.for_review)
        )


def parse_search(text: str, *, for_review: bool = False) -> Search | None:
    """What is meant by the words of a search box: names or their beginnings, a telephone number, an e-mail address,
    a birth date (YYYY-MM-DD), a patient id, in any order. None where it says nothing that could be looked up."""
    days, rest = _take(_DATE, text, _date)
    phones, rest = _take(_PHONE, rest, _phone_digits)
    patient_ids, emails, names = [], [], list[str]()
    for part in rest.split():
        if _PATIENT_ID.fullmatch(part):
            patient_ids.append(part)
        elif "@" in part:
            emails.append(part.lower())
        else:
            names += words(part)
    search = Search(
        patient_ids=tuple(patient_ids),
        birth_dates=days,
        phones=phones,
        emails=tuple(emails),
        words=tuple(dict.fromkeys(names))[:_MOST_WORDS],
        for_review=for_review,
    )
    return search if search.patient_ids or search.terms else None


def _take[T](pattern: re.Pattern[str], text: str, read: Callable[[str], T | None]) -> tuple[tuple[T, ...], str]:
    """What can be read of the places where the pattern is found, and the text without them."""
    taken: list[T] = []

    def replace(found: re.Match[str]) -> str:
        value = read(found[0])
        if value is None:
            return found[0]
        taken.append(value)
        return " "

    rest = pattern.sub(replace, text)
    return tuple(taken), rest


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _phone_digits(text: str) -> str | None:
    digits = _digits(text).lstrip("0")
    return digits if len(digits) >= _PHONE_TAIL else None


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def most_alike(details: Details, others: Iterable[Patient], limit: int) -> list[tuple[Patient, Likeness]]:
    """Those of the others who may be this person, the most alike first."""
    return sorted(_suspicious(details, others), key=lambda pair: -pair[1].score)[:limit]


def _suspicious(details: Details, others: Iterable[Patient]) -> Iterator[tuple[Patient, Likeness]]:
    for other in others:
        alike = likeness(details, other.details)
        if alike.suspicious:
            yield other, alike

"""Search: what patients are found by, and what somebody looks for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from care.patients.models.people import Details, Patient, words

_SHORTEST, _LONGEST = 2, 6  # letters of an indexed beginning of a name
_INDEXED_WORDS = 4  # of the given and of the family name each; keeps a change of both within one transaction
_PHONE_TAIL = 7  # digits; numbers are typed with and without their country code
MOST_WORDS = 8
REVIEW_TERM = "review:duplicate"
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
        words=tuple(dict.fromkeys(names))[:MOST_WORDS],
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

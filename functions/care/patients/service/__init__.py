"""The use cases of patients: registration, details, families, who is whose to a patient, emergencies, erasing."""

from care.patients.service.emergencies import break_glass, find_access, remind_of_reviews, review, review_queue
from care.patients.service.erasures import close, forget, reopen
from care.patients.service.families import acts_for, family, remove_family_member, set_family_member
from care.patients.service.imports import register_imported
from care.patients.service.patients import (
    change,
    find_all,
    find_file,
    identified,
    possible_duplicates,
    register_at_desk,
    search,
)
from care.patients.service.registrations import check, sign_up, undo
from care.patients.service.relations import learn_of_visit, ties

__all__ = [
    "acts_for",
    "break_glass",
    "change",
    "check",
    "close",
    "family",
    "find_access",
    "find_all",
    "find_file",
    "forget",
    "identified",
    "learn_of_visit",
    "possible_duplicates",
    "register_at_desk",
    "register_imported",
    "remind_of_reviews",
    "remove_family_member",
    "reopen",
    "review",
    "review_queue",
    "search",
    "set_family_member",
    "sign_up",
    "ties",
    "undo",
]

"""Text as people search for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz  O'Żak-Kos", "lukasz ozak kos"),
        ("  Müller, Jörg ", "muller jorg"),
        ("Straße", "strasse"),
        ("D\u2019Angelo", "dangelo"),
        ("\u0130pek I\u015f\u0131k", "ipek isik"),
        ("Ærøskøbing", "aeroskobing"),
        ("Þórður", "thordur"),
        ("ﬁne", "fine"),
        ("Ωμέγα", "ωμεγα"),
        ("हिन्दी", "हिन्दी"),
        ("李 明", "李 明"),
        ("Nguyễn", "nguyen"),
        ("Ёлкин", "елкин"),
        ("…!", ""),
    ],
)
def test_names_are_found_however_they_are_written(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_what_is_folded_has_no_separator_of_keys_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert "#" not in folded
    assert folded == " ".join(folded.split())


def test_vowel_signs_are_kept_where_they_are_letters() -> None:
    assert fold("कि") != fold("का")


@given(st.text(st.characters(codec="utf-8", categories=["L", "M", "Zs", "Pd", "Po"]), max_size=25))
def test_case_does_not_matter(name: str) -> None:
    assert fold(name.upper()) == fold(fold(name).upper())

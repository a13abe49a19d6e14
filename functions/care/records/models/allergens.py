"""What people are most often allergic to, under codes of the house; everything else is written in words.

The codes are our own: the public vocabularies of substances are either licensed or name molecules, where people are
allergic to penicillins and peanuts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """Codes of FHIR R4 AllergyIntolerance.category."""

    FOOD = "food"
    MEDICATION = "medication"
    ENVIRONMENT = "environment"
    BIOLOGIC = "biologic"


@dataclass(frozen=True, slots=True)
class Allergen:
    code: str
    name: str
    category: Category


_NAMES = {
    Category.MEDICATION: (
        "Penicillins",
        "Cephalosporins",
        "Sulfonamides",
        "Macrolides",
        "Fluoroquinolones",
        "Tetracyclines",
        "Aspirin",
        "Ibuprofen",
        "Paracetamol",
        "Codeine",
        "Morphine",
        "Local anaesthetics",
        "Iodinated contrast media",
        "ACE inhibitors",
        "Heparin",
        "Insulin",
    ),
    Category.FOOD: (
        "Peanut",
        "Tree nuts",
        "Cow's milk",
        "Egg",
        "Wheat",
        "Soya",
        "Fish",
        "Shellfish",
        "Sesame",
        "Celery",
        "Mustard",
        "Strawberry",
    ),
    Category.ENVIRONMENT: (
        "Grass pollen",
        "Tree pollen",
        "Ragweed pollen",
        "House dust mites",
        "Moulds",
        "Cat dander",
        "Dog dander",
        "Bee venom",
        "Wasp venom",
        "Latex",
        "Nickel",
        "Adhesive plaster",
    ),
    Category.BIOLOGIC: ("Influenza vaccine", "Tetanus antitoxin", "Monoclonal antibodies"),
}


def _code(name: str) -> str:
    return name.lower().replace("'", "").replace(" ", "-")


ALLERGENS: Mapping[str, Allergen] = {
    _code(name): Allergen(_code(name), name, category) for category, names in _NAMES.items() for name in names
}


def find_allergens(words: str) -> list[Allergen]:
    """The allergens of which each word begins a word of the name."""
    wanted = words.lower().split()
    return [
        allergen
        for allergen in ALLERGENS.values()
        if all(any(part.startswith(word) for part in allergen.name.lower().split()) for word in wanted)
    ]

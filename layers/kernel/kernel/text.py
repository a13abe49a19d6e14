"""Text as people search for it."""

import unicodedata

_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2019\u2018\u02bc`\u00b4"))
# Letters that Unicode does not take apart into a base letter and a mark.
_BASE_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",  # dotless i
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)


def fold(text: str) -> str:
    """A name without what people write differently: case, accents, hyphens, apostrophes, spacing. The words that are
    left are parted by single spaces: `Łukasz  O'Żak-Kos` folds to `lukasz ozak kos`.

    Only the marks of Latin, Greek and Cyrillic are dropped; in other scripts a mark is a vowel.
    """
    folded = text.translate(_APOSTROPHES)
    for _ in range(2):  # taking apart can uncover capitals, and folding can uncover marks
        folded = unicodedata.normalize("NFKD", folded).casefold()
    letters = (
        character if unicodedata.category(character)[0] in "LMN" else " "
        for character in folded.translate(_BASE_LETTERS).translate(_APOSTROPHES)
        if not "\u0300" <= character <= "\u036f"
    )
    return unicodedata.normalize("NFC", " ".join("".join(letters).split()))

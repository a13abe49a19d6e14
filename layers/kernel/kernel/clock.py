"""The one place that reads the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def second() -> datetime:
    """The present instant in whole seconds, as instants are stored."""
    return now().replace(microsecond=0)


def iso(at: datetime) -> str:
    """An instant as ISO 8601 in UTC with `Z`, e.g. `2026-11-21T09:00:00Z`; whole seconds unless it has a fraction."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The aware instant that `iso` wrote.

    Raises:
        ValueError: not ISO 8601, or without an offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return at.astimezone(UTC)

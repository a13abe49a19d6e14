"""Structured logs. They carry ids and codes; never a name, a contact, a clinical value or a token."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The function's logger: JSON lines under POWERTOOLS_SERVICE_NAME.

    Exceptions are logged as type and place, without their message: a message may quote what a person typed.
    """
    return Logger(utc=True, serialize_stacktrace=False, log_uncaught_exceptions=False)


def failure(error: BaseException) -> dict[str, str]:
    """Type and raising place of an exception, fit to be logged."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"
    return {"error": type(error).__name__, "place": place}

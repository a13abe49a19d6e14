"""What the workflow that erases asks of the patients domain."""

from care.patients.repository import erasures, patients
from kernel import directory
from kernel.errors import Erased
from kernel.races import again


def close(patient_id: str) -> None:
    """Let nobody refer to a patient who is to be erased, nor change what is known of them. Can be taken back. Nothing
    where everything has been forgotten.

    Raises:
        Unavailable: others have changed the details again and again meanwhile.
    """

    def once() -> None:
        file, _proxies = patients.find(patient_id)
        if file is None:
            return
        try:
            erasures.close(file)
        except Erased:
            return  # an earlier attempt came as far as that

    again(once)


def reopen(patient_id: str) -> None:
    """Take back `close`."""
    erasures.reopen(patient_id)


def forget(patient_id: str) -> None:
    """Remove a patient's account, what they are found by, and what is left of their details.

    Raises:
        Unavailable: others have changed the details again and again meanwhile.
    """

    def once() -> None:
        erasing = erasures.find(patient_id)
        file, _proxies = patients.find(patient_id)
        if erasing is None or file is None:
            return
        if erasing.user_id:
            directory.delete_user(erasing.user_id)
        erasures.forget(patient_id, file.version)

    again(once)

"""What can keep a patient from being told."""


class ContactUnknown(Exception):
    """No event has told yet how the patient is reached: the visit's event has overtaken the contact's."""


class InvalidStep(Exception):
    """The transition table does not allow the step from the state `standing`."""

    def __init__(self, standing: str) -> None:
        super().__init__(standing)
        self.standing = standing

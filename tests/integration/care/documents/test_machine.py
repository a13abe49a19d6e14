"""Documents against what must hold: whatever happens in whatever order, twice or late, nothing is opened that was not
found to be as announced and clean, and nothing is left in quarantine that is not waited for."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.integration.care.documents.cabinet import MARIA, PDF, THE_PATIENT, Cabinet, made, opened, read

# Games begin with something sent, or most of them would come to nothing.
CONTENTS = (PDF, PDF + b"% another", b"MZ" + bytes(30))
# What leads somewhere comes more often.
RESULTS = ("NO_THREATS_FOUND", "NO_THREATS_FOUND", "NO_THREATS_FOUND", "THREATS_FOUND", "FAILED")
OTHERS = (False, False, False, True)


@dataclass
class Sent:
    """What the oracle knows of a version: what was announced, what arrived first, what was said of it."""

    announced: bytes
    arrived: bytes | None = None
    object_version: str = ""
    said: set[str] = field(default_factory=set)
    status: str = "uploading"


class Life(RuleBasedStateMachine):
    """The life of one document, whose scanner answers by events."""

    cabinet: Cabinet

    def __init__(self) -> None:
        super().__init__()
        announced = made(self.cabinet.announce())
        self.document_id: str = announced["document"]["document_id"]
        self.versions = [Sent(PDF)]
        self.forms = [announced]

    def _key(self, number: int) -> str:
        return f"quarantine/{MARIA}/{self.document_id}/{number:04d}"

    def _read(self) -> list[dict[str, object]]:
        items: list[dict[str, object]] = THE_PATIENT.get(f"/v1/documents/{self.document_id}/versions").json["items"]
        return items

    @rule(data=st.data(), content=st.sampled_from(CONTENTS))
    def send(self, data: st.DataObject, content: bytes) -> None:
        number = data.draw(st.integers(1, len(self.versions)))
        key = self.cabinet.send(self.forms[number - 1], content)
        version = self.versions[number - 1]
        if self._read()[number - 1]["status"] == "uploading":
            version.arrived, version.object_version = content, self.cabinet.object_version(key)

    @precondition(lambda self: self.versions[-1].arrived is not None)
    @rule()
    def complete(self) -> None:
        THE_PATIENT.post(f"/v1/documents/{self.document_id}/complete")

    @precondition(lambda self: self.versions[-1].arrived is not None)
    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        self.cabinet.happens("ObjectArrived", self._key(data.draw(st.integers(1, len(self.versions)))))

    @precondition(lambda self: self.versions[-1].arrived is not None)
    @rule(data=st.data())
    def check(self, data: st.DataObject) -> None:
        self.cabinet.check(self.document_id, data.draw(st.integers(1, len(self.versions))))

    @precondition(lambda self: self.versions[-1].arrived is not None)
    @rule(data=st.data(), result=st.sampled_from(RESULTS), other=st.sampled_from(OTHERS))
    def scan(self, data: st.DataObject, result: str, other: bool) -> None:
        number = data.draw(st.integers(1, len(self.versions)))
        version = self.versions[number - 1]
        if not other:
            version.said.add(result)
        about = "another" if other else version.object_version
        self.cabinet.happens("ObjectScanned", self._key(number), result=result, object_version=about)

    @precondition(lambda self: len(self.versions) > 1)
    @rule(data=st.data())
    def wait(self, data: st.DataObject) -> None:
        self.cabinet.happens("ScanDue", self.document_id, data.draw(st.integers(1, len(self.versions))))

    @precondition(lambda self: self.versions[-1].arrived and len(self.versions) < 3)
    @rule(content=st.sampled_from(CONTENTS[:2]))
    def replace(self, content: bytes) -> None:
        answer = self.cabinet.replace(self.document_id, content)
        if answer.status == 201:
            self.forms.append(answer.json)
            self.versions.append(Sent(content))
        else:
            assert answer.slug == "version-in-check"

    @invariant()
    def what_is_opened_is_well_and_what_is_settled_stays(self) -> None:
        told = self._read()
        for version, one in zip(self.versions, told, strict=True):
            if one["status"] == "available":
                assert version.arrived == version.announced
                assert "NO_THREATS_FOUND" in version.said
            assert version.status in ("uploading", "checking", one["status"])
            version.status = str(one["status"])
        available = [one["version"] for one in told if one["status"] == "available"]
        files = sorted(set(self.cabinet.objects(f"documents/{MARIA}/{self.document_id}/")))
        assert files == [f"documents/{MARIA}/{self.document_id}/{number:04d}" for number in available]
        assert (opened(self.document_id).status == 201) is bool(available)
        assert read(self.document_id)["version"] == (available or [len(told)])[-1]
        assert [one["version"] for one in told if one["current"]] == available[-1:]

    def teardown(self) -> None:
        """Once everything was looked at again, nothing is left in quarantine but what is waited for."""
        for number, told in enumerate(self._read(), 1):
            if told["status"] in ("available", "refused"):
                self.cabinet.check(self.document_id, number)
                assert self.cabinet.objects(self._key(number)) == []


def test_nothing_is_opened_that_was_not_found_to_be_well(cabinet: Cabinet) -> None:
    cabinet.account.setenv("SCANNER", "guardduty")
    run_state_machine_as_test(
        type("Game", (Life,), {"cabinet": cabinet}),
        settings=settings(
            max_examples=25,
            stateful_step_count=16,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

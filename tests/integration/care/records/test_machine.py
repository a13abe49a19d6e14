"""The record against an oracle: whatever is done in whatever order, no version is lost, the timeline is the sum of the
current versions, and an encounter that is over takes nothing more."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.integration.care.records.ward import DR_GRETA, MARIA, Ward, made, record

from care.records.service import encounters

CODES = ("J06.9", "I10", "E11.9")
WORDS = st.text(st.characters(categories=("L", "P", "Zs")), min_size=1, max_size=30).filter(str.strip)


@dataclass
class Written:
    """An entry as the oracle remembers it: where it was written, and what each version said, under which status."""

    encounter: str | None
    versions: list[tuple[str, str]]

    @property
    def stands(self) -> bool:
        return self.versions[-1][1] != "entered-in-error"


@dataclass
class Oracle:
    encounters: dict[str, str] = field(default_factory=dict)  # id -> status
    entries: dict[str, Written] = field(default_factory=dict)


class Record(RuleBasedStateMachine):
    ward: Ward

    def __init__(self) -> None:
        super().__init__()
        for item in self.ward.items():
            self.ward.forget(item)
        self.known = Oracle()

    # ---- encounters

    @rule()
    def open(self) -> None:
        if len(self.known.encounters) < 3:
            self.known.encounters[self.ward.opened()["encounter_id"]] = "arrived"

    @precondition(lambda self: self.known.encounters)
    @rule(data=st.data(), step=st.sampled_from(["start", "close", "cancel", "entered-in-error"]))
    def take(self, data: st.DataObject, step: str) -> None:
        encounter_id = data.draw(st.sampled_from(sorted(self.known.encounters)))
        status = self.known.encounters[encounter_id]
        standing = [e for e in self.known.entries.values() if e.encounter == encounter_id and e.stands]
        allowed = {
            "start": {"arrived": "in-progress"},
            "close": {"in-progress": "finished"},
            "cancel": {"arrived": "cancelled"},
            "entered-in-error": dict.fromkeys(("arrived", "in-progress", "finished"), "entered-in-error"),
        }[step]
        answer = DR_GRETA.post(f"/v1/encounters/{encounter_id}/{step}", {"reason": "a game"})
        if status not in allowed:
            assert answer.slug == "invalid-transition"
        elif step == "entered-in-error" and standing:
            assert answer.slug == "encounter-not-empty"
        else:
            assert answer.status == 200, answer.text
            self.known.encounters[encounter_id] = allowed[status]

    # ---- entries

    @precondition(lambda self: self.known.encounters)
    @rule(data=st.data(), words=WORDS, minutes=st.integers(0, 300))
    def note(self, data: st.DataObject, words: str, minutes: int) -> None:
        at = (self.ward.now - timedelta(minutes=minutes)).isoformat()
        self._write(data, "notes", {"text": words, "at": at}, words.strip(), "final")

    @precondition(lambda self: self.known.encounters)
    @rule(data=st.data(), code=st.sampled_from(CODES))
    def diagnose(self, data: st.DataObject, code: str) -> None:
        self._write(data, "diagnoses", {"code": code}, code, "active")

    def _write(self, data: st.DataObject, path: str, body: dict[str, Any], says: str, status: str) -> None:
        encounter_id = data.draw(st.sampled_from(sorted(self.known.encounters)))
        answer = DR_GRETA.post(f"/v1/encounters/{encounter_id}/{path}", body)
        if self.known.encounters[encounter_id] == "in-progress":
            self.known.entries[made(answer)["entry_id"]] = Written(encounter_id, [(says, status)])
        else:
            assert answer.slug == "encounter-not-open", answer.text

    @rule(code=st.sampled_from(CODES))
    def problem(self, code: str) -> None:
        if len(self.known.entries) < 8:
            written = made(DR_GRETA.post(f"/v1/patients/{MARIA}/problems", {"code": code}))
            self.known.entries[written["entry_id"]] = Written(None, [(code, "active")])

    @precondition(lambda self: self.known.entries)
    @rule(data=st.data(), words=WORDS, code=st.sampled_from(CODES))
    def correct(self, data: st.DataObject, words: str, code: str) -> None:
        entry_id = data.draw(st.sampled_from(sorted(self.known.entries)))
        entry = self.known.entries[entry_id]
        is_note = entry.versions[0][1] == "final"
        content: dict[str, Any] = {"text": words} if is_note else {"code": code, "status": "resolved"}
        answer = DR_GRETA.put(f"/v1/records/{entry_id}", {"reason": "a game", "content": content})
        if entry.stands:
            assert answer.status == 200, answer.text
            entry.versions.append((words.strip(), "amended") if is_note else (code, "resolved"))
        else:
            assert answer.slug == "invalid-transition"

    @precondition(lambda self: self.known.entries)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        entry_id = data.draw(st.sampled_from(sorted(self.known.entries)))
        entry = self.known.entries[entry_id]
        answer = DR_GRETA.post(f"/v1/records/{entry_id}/entered-in-error", {"reason": "a game"})
        if entry.stands:
            assert answer.status == 200, answer.text
            entry.versions.append((entry.versions[-1][0], "entered-in-error"))
        else:
            assert answer.slug == "invalid-transition"

    # ---- what must hold

    @invariant()
    def the_timeline_is_the_sum_of_the_current_versions(self) -> None:
        items = record(DR_GRETA, query="limit=3")
        assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
        told = {item["entry_id"]: (_says(item), item["status"]) for item in items if item["kind"] != "encounter"}
        assert told == {entry_id: entry.versions[-1] for entry_id, entry in self.known.entries.items()}
        assert {i["entry_id"]: i["status"] for i in items if i["kind"] == "encounter"} == self.known.encounters
        lists = [item for kind in ("note", "diagnosis", "problem") for item in record(DR_GRETA, query=f"kind={kind}")]
        assert sorted(lists, key=str) == sorted((i for i in items if i["kind"] != "encounter"), key=str)

    @invariant()
    def an_encounter_counts_what_stands_in_it(self) -> None:
        for encounter_id, status in self.known.encounters.items():
            found = encounters.find(encounter_id)
            assert found is not None
            standing = {i: e for i, e in self.known.entries.items() if e.encounter == encounter_id and e.stands}
            assert (found.status, found.entries) == (status, len(standing))
            coded = {i: e.versions[-1][0] for i, e in standing.items() if e.versions[0][1] == "active"}
            assert {entry_id: one.code for entry_id, one in found.codes.items()} == coded

    def teardown(self) -> None:
        for entry_id, entry in self.known.entries.items():
            told = DR_GRETA.get(f"/v1/records/{entry_id}/versions").json["items"]
            assert [(_says(version), version["status"]) for version in told] == entry.versions
            assert [version["version"] for version in told] == list(range(1, len(told) + 1))


def _says(item: dict[str, Any]) -> str:
    return str(item["content"].get("code") or item["content"]["text"])


def test_no_version_is_lost_and_the_timeline_is_their_sum(ward: Ward) -> None:
    run_state_machine_as_test(
        type("Game", (Record,), {"ward": ward}),
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

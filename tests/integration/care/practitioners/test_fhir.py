"""Practitioners read as FHIR R4."""

from tests.fhir.validator import wrong
from tests.integration.care.practitioners.hospital import Hospital

from kernel.fhir.elements import fhir_id

BASE = "/fhir/R4/Practitioner"


def test_practitioners_are_read_and_found_as_hl7_defines_them(hospital: Hospital) -> None:
    ewa, jan = (
        hospital.admin.post("/v1/staff", hospital.doctor(name)).json["practitioner_id"] for name in ("Kowalska", "Zet")
    )
    somebody = hospital.caller("patient")
    read = somebody.get(f"{BASE}/{fhir_id(ewa)}").json
    assert wrong([read]) == []
    assert (read["name"][0]["family"], read["active"]) == ("Kowalska", True)
    assert read["qualification"][0]["code"]["coding"][0]["code"] == "cardiology"

    def found(query: str) -> list[str]:
        answer = somebody.get(f"{BASE}?{query}")
        assert answer.status == 200, answer.text
        return [entry["resource"]["id"] for entry in answer.json.get("entry", [])]

    assert found("") == [fhir_id(ewa), fhir_id(jan)]
    assert found("name=kow") == found(f"_id={fhir_id(ewa)}") == [fhir_id(ewa)]
    assert found(f"identifier=https://salus.dev/fhir/practitioner|{jan}") == [fhir_id(jan)]
    assert found(f"identifier=urn:other|{jan}") == found("_id=x") == found(f"_id={fhir_id(ewa)}&name=zet") == []
    page = somebody.get(f"{BASE}?_count=1").json
    [following] = [link["url"] for link in page["link"] if link["relation"] == "next"]
    assert somebody.get(f"/fhir/R4/{following}").json["entry"][0]["resource"]["id"] == fhir_id(jan)

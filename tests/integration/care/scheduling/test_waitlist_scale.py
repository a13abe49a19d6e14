"""The waitlist with ten thousand in line."""

import json

import boto3
from tests.integration.care.scheduling.clinic import (
    DESK,
    GRETA,
    MARIA,
    NINE,
    TOM,
    Clinic,
    Request,
    size_of,
    watched,
)
from tests.integration.care.scheduling.waiting import (
    PATH,
    SOMEBODY,
    Waitlist,
    cancel,
    decline,
    entry,
    join,
    status,
)

from care.scheduling.service import offers
from kernel import clock

LINE = 10_000


def fill_the_line(clinic: Clinic) -> float:
    """Ten thousand live entries wait for Greta, on Sundays; the read units that all of them cost."""
    wanted = {"begins": 1_795_000_000, "ends": 1_797_000_000, "weekdays": "6", "time_zone": "Europe/Berlin"}
    times = {"earliest": "00:00", "latest": "23:59"}
    table = boto3.resource("dynamodb").Table(clinic.tables["scheduling"])
    with table.batch_writer() as batch:
        for number in range(LINE):
            place = f"1#{1_700_000_000 + number}#wtl_{number:032x}"
            batch.put_item(Item={"pk": f"LINE#{GRETA}", "sk": place, **wanted, **times})
    return sum(map(size_of, clinic.items(f"LINE#{GRETA}"))) / 8192


def of_the_line(requests: list[Request]) -> list[Request]:
    return [request for request in requests if f"LINE#{GRETA}" in json.dumps(request.body)]


def test_behind_ten_thousand_everything_costs_what_it_always_costs_and_an_offer_reads_the_line_at_most_once(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    visit = clinic.book(patient_id=SOMEBODY)["appointment_id"]
    with watched() as alone:
        first = join(priority="urgent")
        entry(first)
        DESK.get(f"{PATH}?patient_id={MARIA}")
        DESK.get(f"{PATH}?practitioner_id={GRETA}&limit=50")
    units = fill_the_line(clinic)
    with watched() as behind:
        second = join(TOM)
        entry(second)
        DESK.get(f"{PATH}?patient_id={TOM}")
        DESK.get(f"{PATH}?practitioner_id={GRETA}&limit=50")
    assert [request.operation for request in behind] == [request.operation for request in alone]
    assert of_the_line(behind)[-1].body["Limit"] == 51
    writes = [len(request.actions) for request in behind if request.operation == "TransactWriteItems"]
    assert writes == [6]  # two checks; the entry, the patient's list and item, the line

    cancel(visit)
    with watched() as suited:
        offers.fill(GRETA, clock.parse(NINE))
    assert status(first) == "offered"
    assert len(of_the_line(suited)) == 1
    assert decline(first).status == 200
    with watched() as searched:
        offers.fill(GRETA, clock.parse(NINE))
    assert status(second) == "offered"
    pages = of_the_line(searched)
    assert len(pages) <= LINE / pages[-1].body["Limit"] + 3
    assert all("FilterExpression" in page.body for page in pages)
    assert len(searched) - len(pages) <= 16
    assert units < 300

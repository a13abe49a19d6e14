"""FHIR R4, as every domain that speaks it does.

A domain maps what it owns to resources (`fhir.py`, pure, made of `elements`) and declares its own routes below `BASE`,
with `FHIR` as their dialect and the actions of its own lists (`wire`). Nothing here knows a domain, and no library of
FHIR is loaded: resources are plain dictionaries, whose shapes the tests hold against HL7's own definitions.
"""

"""FHIR R4 as a whole: what can be done in it, and the import of bundles. Resources are read where they are owned."""

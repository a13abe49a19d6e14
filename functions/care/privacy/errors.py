"""What holds, erasures and exports are refused for."""

from kernel.errors import Conflict


class LegalHold(Conflict):
    slug, title = "legal-hold", "A legal hold keeps this patient's data"


class ErasureUnderWay(Conflict):
    slug, title = "erasure-under-way", "An erasure of this patient waits for its confirmation, or is under way"


class ExportUnderWay(Conflict):
    """Carries the `export_id` of the one that runs."""

    slug, title = "export-under-way", "An export of this patient's data is being made"

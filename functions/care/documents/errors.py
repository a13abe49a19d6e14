"""What can be wrong with a document or an upload."""

from kernel.errors import Conflict


class UploadIncomplete(Conflict):
    """Carries `missing`: the numbers of the parts that have not arrived; a file that is sent as a whole is one part."""

    slug, title = "upload-incomplete", "The file has not arrived yet"


class VersionInCheck(Conflict):
    slug, title = "version-in-check", "The newest version is still being checked"


class DocumentNotAvailable(Conflict):
    """Carries its `current_status`."""

    slug, title = "document-not-available", "The document cannot be opened"


class TooManyVersions(Conflict):
    slug, title = "too-many-versions", "The document has too many versions; add another document"

"""What can be wrong with an import."""

from kernel.errors import Problem


class ImportFailed(Problem):
    """The workflow ended in a failure; the same bundle again goes on where it stood."""

    status, slug, title = 503, "import-failed", "The import broke off; send the bundle again and it goes on"

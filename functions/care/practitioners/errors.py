"""What can be wrong with hiring, changing staff and furnishing the house."""

from kernel.errors import Conflict


class OwnAccount(Conflict):
    slug, title = "own-account", "Administrators cannot take administration from themselves"


class LastAdmin(Conflict):
    slug, title = "last-admin", "Somebody has to be administrator"


class HiringUnderWay(Conflict):
    slug, title = "hiring-under-way", "This hiring has not ended; ask again in a few minutes"


class NameTaken(Conflict):
    slug, title = "name-taken", "There is one of this name"

"""The version of this package, in one place for the wheel, the User-Agent and ``context.library``."""

VERSION = "0.1.0"

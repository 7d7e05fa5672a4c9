"""The names of the official package, `twilio` 9, over ringback: an application moves by changing its imports.

`install()` makes `import twilio` find this package, for code that is not one's own.
"""

from __future__ import annotations

from ringback.twilio._alias import install, uninstall

__all__ = ["__version__", "__version_info__", "install", "uninstall"]

__version_info__ = ("9", "10", "5")
"""The release of the official package whose names and behaviour this one has."""
__version__ = ".".join(__version_info__)

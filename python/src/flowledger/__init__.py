"""Flowledger: a metadata service for Metaflow.

``Ledger`` asks it what Metaflow's own client cannot.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowledger.ledger import Ledger

__all__ = ["Ledger"]


def __getattr__(name: str) -> Any:
    # The command line needs none of the client, and starts sooner without.
    if name == "Ledger":
        from flowledger.ledger import Ledger  # noqa: PLC0415

        return Ledger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

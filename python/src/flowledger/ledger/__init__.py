"""A typed client for what Metaflow's own cannot ask: history, the past, differences, search.

>>> from flowledger import Ledger
>>> ledger = Ledger()
>>> ledger.latest_successful_run("TrainFlow")  # doctest: +SKIP

See :class:`Ledger`.
"""

from flowledger.ledger.client import Ledger
from flowledger.ledger.errors import (
    BadRequest,
    LedgerError,
    NotFound,
    Refused,
    Unavailable,
    Unreachable,
)
from flowledger.ledger.listing import Listing
from flowledger.ledger.models import (
    Artifact,
    Change,
    Diff,
    Event,
    Flow,
    Head,
    Hit,
    Metadata,
    Run,
    RunStatus,
    StepStatus,
    Task,
    TaskCounts,
    TaskStatus,
)
from flowledger.ledger.moments import Moment

__all__ = [
    "Artifact",
    "BadRequest",
    "Change",
    "Diff",
    "Event",
    "Flow",
    "Head",
    "Hit",
    "Ledger",
    "LedgerError",
    "Listing",
    "Metadata",
    "Moment",
    "NotFound",
    "Refused",
    "Run",
    "RunStatus",
    "StepStatus",
    "Task",
    "TaskCounts",
    "TaskStatus",
    "Unavailable",
    "Unreachable",
]

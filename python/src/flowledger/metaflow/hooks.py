"""All that is changed in Metaflow, in memory, because it has no hook for it.

- ``FlowSpec`` gets ``set_metadata`` and ``get_metadata``: Metaflow lets extensions add decorators
  and names, but no methods of a flow, and users write ``self.set_metadata`` without a decorator.
- The provider of a task is noted when Metaflow makes it: only decorators are given it.
- Entries of ``task.metadata`` can be read as ``field_name`` and ``ts_epoch`` too, which is how the
  service and people call what the client calls ``name`` and ``created_at``.
- ``current.flowledger`` is added as Metaflow's own decorators add to ``current``.
- The code of the extension is added to what Metaflow packages of extensions (``packaging``).
"""

from __future__ import annotations

import functools
from typing import Any

from metaflow.client import core
from metaflow.flowspec import FlowSpec
from metaflow.metaflow_current import current

from flowledger.metaflow import packaging, providers, user_metadata
from flowledger.metaflow.metaflow_names import MetadataProvider


def install() -> None:
    """Installs the hooks; a second time changes nothing."""
    if getattr(MetadataProvider, "_flowledger_hooks", False):
        return
    MetadataProvider._flowledger_hooks = True
    _note_providers()
    FlowSpec.set_metadata = _set_metadata
    FlowSpec.get_metadata = _get_metadata
    core.Metadata.field_name = property(lambda entry: entry.name, doc="The name of the field.")
    core.Metadata.ts_epoch = property(
        lambda entry: entry.created_at, doc="When it was recorded, in milliseconds."
    )
    current._update_env({"flowledger": user_metadata.CurrentFlowledger()})
    packaging.ship()


def _note_providers() -> None:
    made = MetadataProvider.__init__

    @functools.wraps(made)
    def make(self: MetadataProvider, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        providers.note(self)

    MetadataProvider.__init__ = make


def _set_metadata(self: FlowSpec, key: str, value: Any) -> None:
    """Records metadata of the running task, at once; see ``current.flowledger.set_metadata``."""
    user_metadata.set_metadata(key, value)


def _get_metadata(self: FlowSpec, key: str | None = None) -> Any:
    """Reads what the running attempt has recorded; see ``current.flowledger.get_metadata``."""
    return user_metadata.get_metadata(key)


_set_metadata.__name__ = "set_metadata"
_get_metadata.__name__ = "get_metadata"

"""The metadata providers that Metaflow has made in this process."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowledger.metaflow.metaflow_names import MetadataProvider

_made: list[weakref.ref[MetadataProvider]] = []


def note(provider: MetadataProvider) -> None:
    _made[:] = [known for known in _made if known() is not None]
    _made.append(weakref.ref(provider))


def made_for(flow: str, description: str) -> MetadataProvider | None:
    """The latest provider of a flow that describes itself so; decorators may have made others."""
    for known in reversed(_made):
        provider = known()
        if (
            provider is not None
            and provider._flow_name == flow
            and described(provider) == description
        ):
            return provider
    return None


def described(provider: MetadataProvider) -> str:
    """A provider as ``type@place``, which Metaflow's ``metadata_str`` is where it has that."""
    return f"{provider.TYPE}@{type(provider).INFO}"

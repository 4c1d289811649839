"""Names of Metaflow that are elsewhere in older versions: its modules were renamed within 2.12."""

from __future__ import annotations

try:
    from metaflow.metadata_provider.metadata import DataArtifact, MetadataProvider, MetaDatum
    from metaflow.plugins.metadata_providers.service import (
        ServiceException,
        ServiceMetadataProvider,
    )
except ModuleNotFoundError:
    from metaflow.metadata.metadata import DataArtifact, MetadataProvider, MetaDatum
    from metaflow.plugins.metadata.service import ServiceException, ServiceMetadataProvider

__all__ = [
    "DataArtifact",
    "MetaDatum",
    "MetadataProvider",
    "ServiceException",
    "ServiceMetadataProvider",
]

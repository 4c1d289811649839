"""The metadata provider, and the commands of ``python flow.py flowledger``."""

from flowledger.metaflow.registration import loads

if loads("flowledger.metaflow.provider"):
    METADATA_PROVIDERS_DESC = [
        ("flowledger", "flowledger.metaflow.provider.FlowledgerMetadataProvider")
    ]
if loads("flowledger.metaflow.commands.flow"):
    CLIS_DESC = [("flowledger", "flowledger.metaflow.commands.flow.cli")]

del loads

"""``metaflow status FLOW`` and ``metaflow metadata get``."""

from flowledger.metaflow.registration import loads

if loads("flowledger.metaflow.commands.status") and loads("flowledger.metaflow.commands.metadata"):
    CMDS_DESC = [
        ("status", "flowledger.metaflow.commands.status.cli"),
        ("metadata", "flowledger.metaflow.commands.metadata.cli"),
    ]

del loads

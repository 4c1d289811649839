"""Names the module that Metaflow loads last."""

toplevel = "flowledger_toplevel"

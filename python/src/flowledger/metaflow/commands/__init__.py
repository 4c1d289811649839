"""What people type: ``metaflow status``, ``metaflow metadata get``, ``python flow.py flowledger``."""

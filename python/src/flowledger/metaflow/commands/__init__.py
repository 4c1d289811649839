"""What people type: ``metaflow status``, ``metaflow metadata get``, ``flow.py flowledger``."""

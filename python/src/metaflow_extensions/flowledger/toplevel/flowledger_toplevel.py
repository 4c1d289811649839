"""Gives steps ``set_metadata``. What is defined here would be a name of ``metaflow``."""

from flowledger.metaflow.registration import loads

if loads("flowledger.metaflow.hooks"):
    from flowledger.metaflow import hooks

    hooks.install()
    del hooks

del loads

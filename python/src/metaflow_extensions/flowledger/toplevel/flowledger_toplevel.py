"""Gives steps ``set_metadata``. What is defined here would be a name of ``metaflow``."""

from flowledger.metaflow.registration import loads, own_version

# Metaflow puts them into the version that it records of itself; older ones do not start without.
__mf_extensions__ = "flowledger"
__version__ = own_version()

if loads("flowledger.metaflow.hooks"):
    from flowledger.metaflow import hooks

    hooks.install()
    del hooks

del loads, own_version

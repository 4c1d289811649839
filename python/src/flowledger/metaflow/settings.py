"""The settings of the extension: Metaflow's own mechanism, and names that people expect to work."""

from __future__ import annotations

import os
from typing import Any

from metaflow import metaflow_config_funcs

# What notes call a setting, and what Metaflow calls it.
_ALIASES = {"METADATA": "DEFAULT_METADATA", "DATASTORE": "DEFAULT_DATASTORE"}


def aliased_settings() -> dict[str, str]:
    """Settings that are made under an alias only, by Metaflow's names.

    An alias counts where the setting is made neither in the environment nor in a file. It goes
    into the environment, so that processes that Metaflow starts find it.
    """
    found = {}
    for alias, name in _ALIASES.items():
        value = _configured(alias)
        if value and _configured(name) is None:
            os.environ["METAFLOW_" + name] = value
            found[name] = metaflow_config_funcs.from_conf(name, value)
    return found


def _configured(name: str) -> str | None:
    """A setting as the environment or a file of Metaflow makes it; no default is noted for it."""
    variable = "METAFLOW_" + name
    if variable in os.environ:
        return os.environ[variable]
    for file in ("METAFLOW_LOCAL_CONFIG", "METAFLOW_CONFIG"):
        values = getattr(metaflow_config_funcs, file, None) or {}
        if variable in values:
            return values[variable]
    return None


def setting(name: str, default: Any = None) -> Any:
    """A setting of the extension, ``METAFLOW_FLOWLEDGER_<name>``, of the type of its default."""
    return metaflow_config_funcs.from_conf("FLOWLEDGER_" + name, default)

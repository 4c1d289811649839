"""Settings under the names that notes and tutorials give them."""

from flowledger.metaflow.settings import aliased_settings

globals().update(aliased_settings())

del aliased_settings

"""The Metaflow side: provider, set_metadata, transport."""

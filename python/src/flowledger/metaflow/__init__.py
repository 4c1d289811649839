"""The Metaflow side: the metadata provider, set_metadata, and the commands.

Metaflow loads it by its own mechanism for extensions; ``metaflow_extensions.flowledger`` has the
registrations. Nothing of it is imported by the server or the command line of Flowledger.
"""

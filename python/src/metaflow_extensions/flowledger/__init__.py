"""What Metaflow finds of Flowledger: it only registers, the code is in flowledger.metaflow."""

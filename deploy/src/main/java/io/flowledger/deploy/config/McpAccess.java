package io.flowledger.deploy.config;

/** What the tools for models, at {@code /mcp}, may do. */
public enum McpAccess {
  /** There are none. */
  OFF,
  /** They read. */
  READ,
  /** They change tags too. */
  WRITE
}

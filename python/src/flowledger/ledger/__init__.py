"""The typed client: history, tail, status, search and what else Metaflow's client cannot ask."""

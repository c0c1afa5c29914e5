"""Real PostgreSQL, Redis, Kafka and Elasticsearch as child processes: no container engine, no system Java, no root.

`stack.py` is the way in for tests and tools, `infra.cli` for people. Linux only: it relies on flock, prctl and /proc.
"""

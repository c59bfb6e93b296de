"""The parts that are not ours: PostgreSQL, Kafka, Temporal and the local mail sink."""

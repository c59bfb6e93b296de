"""The yearly cycle as Temporal workflows, the bridge from Kafka to them, and the control desk's HTTP interface."""

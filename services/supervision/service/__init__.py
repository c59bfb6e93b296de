"""What the supervision service decides. Functions work inside a unit of work and never commit."""

"""What is appraised: people and units, cycles, plans, self-assessments, scores and results."""

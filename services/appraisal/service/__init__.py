"""What the appraisal service decides; each function works inside the caller's unit of work and never commits."""

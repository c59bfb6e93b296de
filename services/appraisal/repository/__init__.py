"""Every query of the appraisal service."""

"""Every query of the supervision service."""

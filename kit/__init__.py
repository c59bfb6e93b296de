"""Plumbing every service shares; it knows no appraisal word."""

"""Who judges and oversees: tasks, plan decisions, check-ins, reviews, evaluations, sessions and objections."""

"""Official documents as PDF: what is on them (pages), their words and layout (texts, templates), and the drawing (engine)."""

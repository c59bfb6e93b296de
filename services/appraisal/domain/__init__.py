"""The rules of appraisal: pure functions over frozen values; nothing here knows a database or a server."""

"""Pages of fund managers: rounds, screening, assignment, decisions, exports."""

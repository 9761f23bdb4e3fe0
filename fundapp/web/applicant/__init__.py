"""Pages of applicants: organisations and applications."""

"""How fast our pages are, against a bare Flask page that reads and writes the same.

Both run under gunicorn with 2 sync workers, on one database with 10,000 applications, and are
asked in turn, so that a busy machine hurts both. Run with: python -m benchmarks.pages --help
"""

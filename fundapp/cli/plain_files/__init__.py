"""Joint evaluation on plain files, for funds that keep their data elsewhere.

No installation and no database is touched: a file in, a table or JSON out.
"""

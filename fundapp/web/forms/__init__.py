"""WTForms of all pages."""

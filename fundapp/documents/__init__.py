"""PDFs: a frozen row goes through a template and becomes bytes."""

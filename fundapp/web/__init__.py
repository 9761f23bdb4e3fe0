"""Pages. The only folder that knows Flask."""

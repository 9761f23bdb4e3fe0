"""Pages of reviewers: the queue, reviews, conflicts."""

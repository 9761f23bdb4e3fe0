"""What a round's reviews say together: agreement, ranks with their doubt, cautions."""

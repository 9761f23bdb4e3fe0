"""Who reviews what, exactly, with the reasons and the price of every change."""

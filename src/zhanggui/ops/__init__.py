"""Keep it safe and show that it is: verify, bench, tour, demo."""

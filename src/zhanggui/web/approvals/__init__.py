"""What waits for a second person: agreeing, declining, taking back; and the bounds beyond which it is asked."""

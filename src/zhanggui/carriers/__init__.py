"""Who can carry a parcel, at what service and cost; the port that every courier plugin sees."""

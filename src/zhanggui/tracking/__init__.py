"""Follow each parcel to the door."""

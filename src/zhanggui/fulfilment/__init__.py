"""Turn promises into parcels: waves, picking, packing, labels, handing over."""

"""Who a buyer is. Personal data lives here, sealed, and nowhere else."""

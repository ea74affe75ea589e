"""The doors of the street: order forms anybody may fill in who has their link."""

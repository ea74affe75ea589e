"""WeChat Pay v3: notifications that are signed and sealed, and the bill of a day."""

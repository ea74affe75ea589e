"""What a stretch of the message was understood as."""

PHONE, NAME, ADDRESS, GOODS, SUM, NOTE, LABEL, NUMBER, POSTCODE, PAYMENT, SENDER, NOISE, OTHERS = range(1, 14)

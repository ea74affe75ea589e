"""Every shop: what comes from it, how it is read, matched and handed on."""

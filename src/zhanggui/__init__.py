"""掌柜 Zhanggui: an e-commerce ERP that takes an order from any shop to the buyer's door."""

__version__ = "0.1.0"

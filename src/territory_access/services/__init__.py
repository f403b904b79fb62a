"""Services that a territory can open: what they are, and who pays for them."""

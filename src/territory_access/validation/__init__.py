"""Which published numbers are reproduced, and with what residual."""

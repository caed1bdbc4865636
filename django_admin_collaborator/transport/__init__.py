"""How a browser is connected to its rooms."""

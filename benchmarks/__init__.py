"""What the package costs, measured in one run beside bare floors and beside the package of the same name on PyPI."""

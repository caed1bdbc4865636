"""What ./dev runs, one module per subcommand. Each runs inside .venv, from the root of the checkout."""

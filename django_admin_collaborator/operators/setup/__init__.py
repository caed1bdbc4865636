"""``setup``: looks at a project, and says or writes the lines that it lacks. It works before the app is installed."""

"""For whoever runs the site: who edits what, what is set wrong, what is not guarded."""

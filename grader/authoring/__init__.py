"""What authors need beside the grading itself."""

"""What is measured about the grader: speed, statistics and verdicts."""

"""The course of broken exercises is material for tests here, and none to be graded by our own plugin of pytest."""

collect_ignore = ["broken"]

"""nbgrader's courses: notebooks made from exercises, and scores of submitted notebooks where the instructor looks for them."""

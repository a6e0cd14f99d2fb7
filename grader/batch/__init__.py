"""Many submissions: taken in from wherever they were handed in, graded, and kept."""

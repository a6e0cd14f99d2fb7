"""The versions of the gradebook, oldest first by their numbers. A file that was released is never changed."""

"""What runs beside a student's code: the wire, the worker and the values that cross. Standard library and NumPy only."""

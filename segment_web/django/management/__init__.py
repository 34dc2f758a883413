"""Hold the commands of manage.py, in the package where Django looks for them."""

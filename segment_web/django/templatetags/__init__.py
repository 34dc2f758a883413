"""Hold the template tags of Django, in the package where Django looks for them."""

"""What becomes of accounts: Django's own signals, and the packages for them that Django projects use."""

"""A project with the packages for accounts that Django projects use, and a user model of its own."""

"""The pages, by what a visitor does there."""

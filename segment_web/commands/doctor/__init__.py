"""The parts of ``doctor``: checks that read, checks that ask the network, and what each of them may say."""

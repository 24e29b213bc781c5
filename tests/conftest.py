"""What all tests share."""

pytest_plugins = ("tests.plugins.embedded_pg", "tests.plugins.append_only")

"""What all tests share."""

pytest_plugins = ("tests.plugins.embedded_pg",)

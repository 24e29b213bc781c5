"""Reports: the figures of a period, and the papers they go out on."""

"""The pages of registers for those who are logged in, all made from the definitions: thin, they call actions and queries."""

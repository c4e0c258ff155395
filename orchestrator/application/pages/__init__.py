"""The sections of a slice's page, one a module; `application.body` puts them together."""

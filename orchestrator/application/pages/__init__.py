"""The sections of a slice's page, one a module; `application.pages.body` puts them together."""

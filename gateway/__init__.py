"""Everything that speaks to the outside: sockets, HTTP, sign-in, the web page, the command line."""

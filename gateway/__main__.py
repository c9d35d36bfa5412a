"""`python -m gateway` is `gauntlet`."""

from gateway.cli import main

raise SystemExit(main())

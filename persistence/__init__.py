"""Everything that lasts: journal, snapshots, read tables, accounts, migrations, embedded PostgreSQL."""

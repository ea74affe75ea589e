"""The shared words everyone above uses: money, address, actor, refusals, flows, clock, database. No tables."""

"""Golden files: requests to the demo's database, and the SQL that they become."""

"""Amazon's All Orders report: a row for each item, tab-separated."""

"""One append-only book: audit trail, timeline and outbox; and the verbs' frame."""

"""Who gets which call: matching (pure), the ledger of transactions around it, offers, deadlines."""

SELECT outbox.erase_refused() AS erased

-- Audit events on their way to the ledger: written in the transaction of the business change, deleted by the
-- relay once the ledger has answered. Every role sees only the rows of its own producer.

GRANT USAGE ON SCHEMA outbox TO users_app, academics_app, booking_app, gateway_app, ledger_append;

-- The producer a role speaks for; null for every other role, which therefore sees and writes nothing.
CREATE FUNCTION outbox.producer() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog
  RETURN CASE current_user
    WHEN 'users_app' THEN 'users'
    WHEN 'academics_app' THEN 'academics'
    WHEN 'booking_app' THEN 'booking'
    WHEN 'gateway_app' THEN 'gateway'
    WHEN 'ledger_append' THEN 'ledger'
  END;

-- The count of each producer's events of a tenant. Its row lock is held until the transaction ends, so that
-- numbers are given out in commit order and an abandoned one is used again: a gap in the ledger proves loss.
CREATE TABLE outbox.counter (
  producer text NOT NULL DEFAULT outbox.producer(),
  tenant text NOT NULL CHECK (tenant ~ '^[a-z][a-z0-9_]{1,38}[a-z0-9]$'),
  next bigint NOT NULL DEFAULT 0 CHECK (next >= 0),
  -- Highest transaction that took a number here; see outbox.event.turn.
  turn xid8 NOT NULL,
  PRIMARY KEY (producer, tenant)
);

CREATE TABLE outbox.event (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The transaction that wrote it, raised to the one of the event before it in the same count: rows are sent
  -- in the order (turn, position), once no transaction up to turn is still running.
  turn xid8 NOT NULL,
  id uuid NOT NULL UNIQUE,
  producer text NOT NULL DEFAULT outbox.producer(),
  tenant text NOT NULL,
  sequence bigint NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  payload jsonb NOT NULL,
  UNIQUE (producer, tenant, sequence)
);
CREATE INDEX event_turn ON outbox.event (producer, turn, position);

-- Events the ledger refused for ever: kept for whoever repairs them, out of the way of the others.
CREATE TABLE outbox.refused (
  position bigint PRIMARY KEY,
  id uuid NOT NULL,
  producer text NOT NULL,
  tenant text NOT NULL,
  sequence bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  outcome text NOT NULL CHECK (outcome IN ('conflict', 'invalid')),
  detail text NOT NULL,
  payload jsonb NOT NULL
);

ALTER TABLE outbox.counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox.counter FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox.event FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox.refused ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox.refused FORCE ROW LEVEL SECURITY;

-- Inside a tenant's transaction only that tenant's rows exist; the relay works outside of any tenant.
CREATE FUNCTION outbox.is_visible(row_producer text, row_tenant text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog
  RETURN row_producer = outbox.producer()
    AND row_tenant = coalesce(nullif(current_setting('app.tenant', true), ''), row_tenant);

CREATE POLICY own ON outbox.counter USING (outbox.is_visible(producer, tenant));
CREATE POLICY own ON outbox.event USING (outbox.is_visible(producer, tenant));
CREATE POLICY own ON outbox.refused USING (outbox.is_visible(producer, tenant));

GRANT SELECT, INSERT, UPDATE ON outbox.counter TO users_app, academics_app, booking_app, gateway_app, ledger_append;
GRANT SELECT, INSERT, DELETE ON outbox.event TO users_app, academics_app, booking_app, gateway_app, ledger_append;
GRANT SELECT, INSERT ON outbox.refused TO users_app, academics_app, booking_app, gateway_app, ledger_append;

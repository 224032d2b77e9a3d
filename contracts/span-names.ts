/**
 * Names of inner spans: the constants `sdk.span` takes. Server and client spans are named `METHOD route` and
 * database spans `OPERATION target` by their own patterns in `privacy/scrub/span-name.ts`.
 */
export const spanNames = [
  'audit.append',
  'audit.export',
  'audit.proof',
  'audit.publish',
  'audit.record',
  'audit.relay',
  'audit.verify',
  'auth.hash_password',
  'auth.refresh',
  'auth.sign_token',
  'auth.verify_password',
  'auth.verify_token',
  'booking.find_slots',
  'campus.calculate_gpa',
  'campus.check_access',
  'campus.read_transcript',
  'demo.scenario',
  'gateway.proxy',
  'db.begin',
  'db.commit',
  'db.connect',
  'db.query',
  'db.rollback',
  'db.transaction',
  // names the stock and browser instrumentations use
  'dns.lookup',
  'documentFetch',
  'documentLoad',
  'pg-pool.connect',
  'pg.connect',
  'resourceFetch',
  'tcp.connect',
  'tls.connect',
] as const
export type SpanName = (typeof spanNames)[number]

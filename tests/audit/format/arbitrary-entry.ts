/** Entries of every kind a valid event can become, for the properties of the export formats. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { LedgerEntry } from '../../../audit/format/entry.ts'
import { auditActions, auditClasses, type AuditEvent } from '../../../contracts/audit-event.ts'
import { basisCodes } from '../../../contracts/basis.ts'
import { roles, services } from '../../../contracts/services.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/)
/** Text as hostile as the contract allows: separators, quotes, line ends, formula starts, any plane of Unicode. */
export const hostileText = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
    fc.string({
      minLength: 1,
      maxLength: 60,
      unit: fc.constantFrom(...Array.from('|\\=",\r\n\t;+-@\' ab\u2028\u00e9\u{1f514}\0')),
    }),
  )
  .filter((text) => text.isWellFormed())

const facts = fc.record(
  {
    class: fc.constantFrom(...auditClasses),
    action: fc.constantFrom(...auditActions),
    outcome: fc.constantFrom('success' as const, 'denied' as const, 'failure' as const),
    actorRole: fc.constantFrom(...roles, 'service' as const, 'anonymous' as const),
    basis: fc.constantFrom(...basisCodes),
    reason: word,
    resource: word,
    traceId: fc.stringMatching(/^[0-9a-f]{32}$/),
    synthetic: fc.boolean(),
  },
  { requiredKeys: ['class', 'action', 'outcome'] },
) as fc.Arbitrary<AuditEvent['facts']>

const personal = fc.record(
  {
    actor: hostileText,
    subject: hostileText,
    resourceId: hostileText,
    party: hostileText,
    interest: hostileText,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<NonNullable<AuditEvent['personal']>>

const leaf = fc.record(
  {
    commitment: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    id: fc.uuid(),
    producer: fc.constantFrom(...services),
    time: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    eventTime: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
    version: fc.constant(2 as const),
    sequence: fc.nat(),
    synthetic: fc.constant(true as const),
  },
  { requiredKeys: ['commitment', 'id', 'producer', 'time', 'eventTime', 'version'] },
)

/** Entries of valid events. */
export const entries: fc.Arbitrary<LedgerEntry> = fc
  .record(
    { index: fc.nat(), tenant: fc.constant('drill'), leaf, facts, personal },
    { requiredKeys: ['index', 'tenant', 'leaf'] },
  )
  .map((drawn) => ({
    ...drawn,
    origin: `ledger.example/logs/${drawn.tenant}`,
    leafHash: createHash('sha256').update(JSON.stringify(drawn)).digest(),
  }))

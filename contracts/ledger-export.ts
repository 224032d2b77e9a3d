/**
 * An export of a log, newline-delimited JSON: a header, then entries in order with every signed checkpoint
 * right after the last entry it covers; the last line is the checkpoint that covers all of them.
 */
import Type, { type Static } from 'typebox'

export const exportFormat = 'campanile/ledger-export/v1'

/** Said in every export, because no export can say otherwise about itself. */
export const exportNotice =
  'an export without a witness on another host cannot detect a holder of the log key who rewrote the log'

export const ExportHeader = Type.Object(
  {
    format: Type.Literal(exportFormat),
    tenant: Type.String(),
    origin: Type.String(),
    /** Verifier key of the log; an auditor compares it with the one received by another way. */
    vkey: Type.String(),
    /** How the log came from its first key to this one, signed notes; absent when it never changed. */
    handovers: Type.Optional(Type.Array(Type.String(), { maxItems: 1_000 })),
    size: Type.Integer({ minimum: 0 }),
    /** True when demo data is inside: such an export is no evidence. */
    synthetic: Type.Boolean(),
    notice: Type.String(),
  },
  { additionalProperties: false },
)
export type ExportHeader = Static<typeof ExportHeader>

/** A disclosure that must not show anywhere: 34 CFR 99.31(a)(9)(ii)(A)–(C). Body of `POST /v1/sealed/:tenant`. */
import Type, { type Static } from 'typebox'
import { recordTypes } from './record-fields.ts'

const sealedBases = ['99.31(a)(9)(ii)(A)', '99.31(a)(9)(ii)(B)', '99.31(a)(9)(ii)(C)'] as const

const Id = Type.String({ minLength: 1, maxLength: 128 })

export const SealedBody = Type.Object(
  {
    /** Chosen once; sent again until the answer says that it is written. */
    id: recordTypes.Uuid,
    /** When it was disclosed. */
    time: recordTypes.Time,
    basis: Type.Unsafe<(typeof sealedBases)[number]>({ type: 'string', enum: sealedBases }),
    /** Who disclosed. */
    actor: Id,
    students: Type.Array(Id, { minItems: 1, maxItems: 10, uniqueItems: true }),
    /** To whom. */
    party: recordTypes.Line,
    /** Which order, issued by whom. */
    instrument: recordTypes.Line,
    recordKinds: Type.Array(recordTypes.Word, { minItems: 1, maxItems: 20, uniqueItems: true }),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type SealedBody = Static<typeof SealedBody>

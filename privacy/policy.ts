/**
 * The policy as data: what a site may set without touching code. It can only add to what `contracts/` lists,
 * never take a protection away.
 */
import Type, { type Static } from 'typebox'

/** Longest site pattern and most allowed keys; a policy is read by every browser that loads the portal. */
export const maxPatternLength = 64
export const maxAllowances = 200

export const Allowance = Type.Object(
  {
    /** The attribute key, spelled as the instrumentation sends it. */
    key: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,127}$' }),
    /** What its values are; free text cannot be asked for. */
    value: Type.Unsafe<'boolean' | 'number' | 'word' | 'identifier' | 'version' | 'route'>({
      type: 'string',
      enum: ['boolean', 'number', 'word', 'identifier', 'version', 'route'],
    }),
    /** Who answers for it: a team or office. */
    owner: Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' }),
    /** Last day on which it is allowed, UTC. */
    expires: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' }),
    /**
     * True where the owner answers for it that no value names a person or a group of fewer than five: only then it may be
     * a label of span metrics, where a series is kept back until it is of enough people. Default false.
     */
    label: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type Allowance = Static<typeof Allowance>

export const PrivacyPolicy = Type.Object(
  {
    /** `enforce` changes what passes; `observe` only counts; `off` does neither. */
    mode: Type.Unsafe<'enforce' | 'observe' | 'off'>({ type: 'string', enum: ['enforce', 'observe', 'off'] }),
    /**
     * Student numbers of this campus, in the subset of regular expressions that `privacy/detect/site-pattern.ts` compiles:
     * literals, classes, `\d`, counts, both anchors. Default `^[A-Z]?\d{7,9}$`.
     */
    studentNumber: Type.Optional(Type.String({ minLength: 3, maxLength: maxPatternLength })),
    /** Keys allowed for a while beyond `contracts/attributes.ts`. */
    allow: Type.Optional(Type.Array(Allowance, { maxItems: maxAllowances })),
    /** Query keys whose values may stay where they have the shape of a word, number or date. */
    queryKeys: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,31}$' }), { maxItems: 100 }),
    ),
    /** Path words beyond `contracts/path-words.ts`. */
    pathWords: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z.][A-Za-z0-9_.-]{0,63}$' }), { maxItems: 2_000 }),
    ),
    /**
     * Names of services, parts and environments beyond the lists and shapes of the contracts: they stay under every key
     * whose value is a name, and are all the names, beside the contracts' own, that pages of browsers may write.
     */
    words: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z@][A-Za-z0-9_./@-]{0,63}$' }), { maxItems: 2_000 }),
    ),
    /** Hosts that may be named, beside loopback. */
    hosts: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,252}$' }), { maxItems: 200 }),
    ),
    /** Log, span and event texts beyond `contracts/log-events.ts`: constants of an existing application. */
    texts: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 2_000 })),
  },
  { additionalProperties: false },
)
export type PrivacyPolicy = Static<typeof PrivacyPolicy>
/** Who speaks: programs of the house, or pages that anybody may script and that may say less. */
export type Audience = 'programs' | 'browsers'
export type FenceMode = PrivacyPolicy['mode']

/** The policy of a fresh installation. */
export const defaultPolicy: PrivacyPolicy = { mode: 'enforce' }

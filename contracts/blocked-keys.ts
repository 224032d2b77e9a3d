/** Attribute keys that the fence of the collector took away last, without any value: `GET /privacy/blocked-keys`. */
import Type, { type Static } from 'typebox'

/** Most that are listed; who was seen longest ago goes first. */
export const maxBlockedKeys = 64

export const BlockedKey = Type.Object(
  {
    /** The key where nothing is found in it, else its shape in braces: `{a.a9}`. */
    name: Type.String({ pattern: '^(?:[A-Za-z][A-Za-z0-9_.-]{0,63}|\\{[aA9?_.:/-]{0,17}\\})$' }),
    /** Why it went, one of the rules of the fence. */
    rule: Type.String({ pattern: '^[a-z_]{1,32}$' }),
    /** Where it stood, one of the places of the fence. */
    place: Type.String({ pattern: '^[a-z_.]{1,32}$' }),
    /** How often, since it came on the list. */
    times: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)
export type BlockedKey = Static<typeof BlockedKey>

/** The last seen first. */
export const BlockedKeys = Type.Object(
  { keys: Type.Array(BlockedKey, { maxItems: maxBlockedKeys }) },
  { additionalProperties: false },
)
export type BlockedKeys = Static<typeof BlockedKeys>

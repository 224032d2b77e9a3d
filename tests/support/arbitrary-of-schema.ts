/** Draws values that a schema allows, from the keywords our contracts are written with; any other is an error. */
import fc from 'fast-check'

export interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Longest texts and lists that are drawn where the schema allows more. */
const longest = 40

/**
 * Makes the arbitrary of a schema.
 *
 * @param freeText draws text for strings without a pattern; what is drawn is cut to the schema's lengths
 */
export function arbitraryOf(schema: Schema, freeText: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const { type, anyOf, enum: choices } = schema
  if (choices !== undefined) return fc.constantFrom(...choices)
  if (Object.hasOwn(schema, 'const')) return fc.constant(schema.const)
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((each) => arbitraryOf(each, freeText)))
  switch (type) {
    case 'object':
      return objectOf(schema, freeText)
    case 'array':
      return arrayOf(schema, freeText)
    case 'string':
      return stringOf(schema, freeText)
    case 'integer':
      return fc.maxSafeInteger().map((value) => within(value, schema))
    case 'boolean':
      return fc.boolean()
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`)
  }
}

function objectOf(
  { properties = {}, required = [] }: Schema,
  freeText: fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  const drawn = Object.entries(properties).map(([name, each]) => [name, arbitraryOf(each, freeText)] as const)
  return fc.record(Object.fromEntries(drawn), { requiredKeys: [...required] })
}

function arrayOf(schema: Schema, freeText: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems = longest, uniqueItems = false } = schema
  const lengths = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) }
  const item = arbitraryOf(items, freeText)
  return uniqueItems ? fc.uniqueArray(item, lengths) : fc.array(item, lengths)
}

function stringOf(
  { pattern, minLength = 0, maxLength = longest }: Schema,
  freeText: fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  const isFit = (text: string) => Array.from(text).length >= minLength
  return freeText.map((text) => Array.from(text).slice(0, maxLength).join('')).filter(isFit)
}

function within(value: number, { minimum = -Infinity, maximum = Infinity }: Schema): number {
  return Math.min(Math.max(value < minimum ? Math.abs(value) : value, minimum), maximum)
}

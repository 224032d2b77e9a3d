/**
 * Lists as PostgreSQL receives them in binary (array_recv). A Buffer goes to the server as it is; text lists of
 * bytes would be hexadecimal and escaped, which costs an append more than its hashing.
 */

/** Object ids of element types (pg_type.dat). */
const oids = { boolean: 16, bytea: 17, bigint: 20, smallint: 21, integer: 23, text: 25, uuid: 2950 } as const

/** Writes a list of one dimension. */
function arrayOf(oid: number, elements: readonly (Uint8Array | null)[]): Buffer {
  const header = 20
  const length = elements.reduce((sum, element) => sum + 4 + (element?.length ?? 0), header)
  const array = Buffer.allocUnsafe(elements.length === 0 ? 12 : length)
  array.writeInt32BE(elements.length === 0 ? 0 : 1, 0)
  array.writeInt32BE(elements.includes(null) ? 1 : 0, 4)
  array.writeInt32BE(oid, 8)
  if (elements.length === 0) return array
  array.writeInt32BE(elements.length, 12)
  array.writeInt32BE(1, 16)
  let at = header
  for (const element of elements) {
    at = array.writeInt32BE(element?.length ?? -1, at)
    if (element === null) continue
    array.set(element, at)
    at += element.length
  }
  return array
}

/** Writes a `bytea[]`; null elements stay null. */
export function byteaArray(elements: readonly (Uint8Array | null)[]): Buffer {
  return arrayOf(oids.bytea, elements)
}

/** Writes a `text[]`. */
export function textArray(elements: readonly string[]): Buffer {
  return arrayOf(
    oids.text,
    elements.map((text) => Buffer.from(text)),
  )
}

/** Writes a `uuid[]` of ids in their usual spelling. */
export function uuidArray(ids: readonly string[]): Buffer {
  return arrayOf(
    oids.uuid,
    ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex')),
  )
}

/** Writes a `bigint[]` of safe integers. */
export function bigintArray(numbers: readonly number[]): Buffer {
  return arrayOf(
    oids.bigint,
    numbers.map((number) => {
      const bytes = Buffer.allocUnsafe(8)
      bytes.writeBigInt64BE(BigInt(number))
      return bytes
    }),
  )
}

/** Writes a `boolean[]`. */
export function booleanArray(values: readonly boolean[]): Buffer {
  return arrayOf(
    oids.boolean,
    values.map((value) => Buffer.of(value ? 1 : 0)),
  )
}

/** Writes an `integer[]`. */
export function integerArray(numbers: readonly number[]): Buffer {
  return numbersOf(oids.integer, 4, numbers)
}

/** Writes a `smallint[]`. */
export function smallintArray(numbers: readonly number[]): Buffer {
  return numbersOf(oids.smallint, 2, numbers)
}

function numbersOf(oid: number, width: number, numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(width * numbers.length)
  numbers.forEach((number, at) => bytes.writeIntBE(number, width * at, width))
  return arrayOf(
    oid,
    numbers.map((_, at) => bytes.subarray(width * at, width * (at + 1))),
  )
}

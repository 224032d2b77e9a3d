/**
 * Lists as PostgreSQL receives them in binary (array_recv). A Buffer goes to the server as it is; text lists of
 * bytes would be hexadecimal and escaped, which costs an append more than its hashing.
 */

/** Object ids of element types (pg_type.dat). */
const oids = { boolean: 16, bytea: 17, bigint: 20, smallint: 21, integer: 23, text: 25, uuid: 2950 } as const

/** Bytes before the elements of a list that has any. */
const headerBytes = 20

/** Makes a list of one dimension without its elements, which may be null. */
function headed(oid: number, count: number, elementBytes: number): Buffer {
  const array = Buffer.allocUnsafe(count === 0 ? 12 : headerBytes + elementBytes)
  array.writeInt32BE(count === 0 ? 0 : 1, 0)
  array.writeInt32BE(0, 4)
  array.writeInt32BE(oid, 8)
  if (count === 0) return array
  array.writeInt32BE(count, 12)
  array.writeInt32BE(1, 16)
  return array
}

/** Writes a list of one dimension. */
function arrayOf(oid: number, elements: readonly (Uint8Array | null)[]): Buffer {
  let length = 0
  for (const element of elements) length += 4 + (element?.length ?? 0)
  const array = headed(oid, elements.length, length)
  let at = headerBytes
  for (const element of elements) {
    at = array.writeInt32BE(element?.length ?? -1, at)
    if (element === null) array.writeInt32BE(1, 4)
    else {
      array.set(element, at)
      at += element.length
    }
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
  return numbersOf(oids.bigint, 8, numbers)
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

function numbersOf(oid: number, width: 2 | 4 | 8, numbers: readonly number[]): Buffer {
  const array = headed(oid, numbers.length, (4 + width) * numbers.length)
  let at = headerBytes
  for (const number of numbers) {
    at = array.writeInt32BE(width, at)
    if (width === 2) at = array.writeInt16BE(number, at)
    else if (width === 4) at = array.writeInt32BE(number, at)
    else at = array.writeBigInt64BE(BigInt(number), at)
  }
  return array
}

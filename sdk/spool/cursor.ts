/**
 * Up to which number each tenant's events are settled. It only saves sending again what the ledger has: without the
 * file, everything that is still in a segment is sent once more and answered as a duplicate.
 */
import { crc32c } from '@node-rs/crc32'
import Type from 'typebox'
import { tenantPattern } from '../../contracts/services.ts'
import { validator } from '../../lib/validate.ts'
import { writeWhole, type SpoolFiles } from './files.ts'
import { parseJson } from './segment-head.ts'

const name = 'delivered.json'
const Cursor = Type.Object(
  {
    delivered: Type.Record(Type.String({ pattern: tenantPattern }), Type.Integer({ minimum: 0 })),
    /** CRC-32C of the JSON of `delivered`. */
    check: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)
const validate = validator(Cursor)

/** Reads the highest settled number of each tenant; a missing or damaged file knows none. */
export async function readCursor(files: SpoolFiles, folder: string): Promise<Map<string, number>> {
  const text = await files.read(`${folder}/${name}`).then(
    (bytes) => bytes.toString('utf8'),
    // Missing or unreadable: see above.
    () => '',
  )
  const checked = validate(parseJson(text))
  if (!checked.valid || checkOf(checked.value.delivered) !== checked.value.check) return new Map()
  return new Map(Object.entries(checked.value.delivered))
}

export async function writeCursor(
  files: SpoolFiles,
  folder: string,
  settled: ReadonlyMap<string, number>,
): Promise<void> {
  const delivered = Object.fromEntries(settled)
  await writeWhole(files, { folder, name }, JSON.stringify({ delivered, check: checkOf(delivered) }))
}

function checkOf(delivered: Readonly<Record<string, number>>): number {
  return crc32c(Buffer.from(JSON.stringify(delivered)))
}

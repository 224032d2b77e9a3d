/**
 * Ledger entries as Apache Parquet: the columns of the CSV export with types, in row groups that are bounded by rows
 * and by text, so that what is held in memory does not grow with the log. The library arrives as an argument.
 */
import type * as hyparquet from 'hyparquet-writer'
import { columnValues, csvColumns, type CsvColumn } from '../format/csv.ts'
import type { LedgerEntry } from '../format/entry.ts'

/** What is used of the library. */
type ParquetLibrary = Pick<typeof hyparquet, 'ByteWriter' | 'ParquetWriter'>

const groupRows = 10_000
/** A row with every text at its longest is 64 kB; a group of them must not be 640 MB. */
const groupCharacters = 16_000_000

type Kind = 'text' | 'count' | 'time'
const kinds: Partial<Record<CsvColumn, Kind>> = {
  index: 'count',
  producer_sequence: 'count',
  sequenced_at: 'time',
  happened_at: 'time',
}
const elements: Readonly<Record<Kind, object>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  count: { type: 'INT64' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
}
const schema = [
  { name: 'ledger', num_children: csvColumns.length },
  ...csvColumns.map((name) => ({
    name,
    repetition_type: 'OPTIONAL' as const,
    ...elements[kinds[name] ?? 'text'],
  })),
]

export class ParquetRows {
  readonly #bytes: InstanceType<ParquetLibrary['ByteWriter']>
  readonly #writer: InstanceType<ParquetLibrary['ParquetWriter']>
  #rows: ReturnType<typeof columnValues>[] = []
  #characters = 0

  constructor({ ByteWriter, ParquetWriter }: ParquetLibrary) {
    this.#bytes = new ByteWriter()
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: 'campanile' })
  }

  /** Takes entries in; answers the bytes of the file that are ready, often none. */
  write(entries: readonly LedgerEntry[]): Uint8Array {
    for (const entry of entries) {
      const row = columnValues(entry)
      this.#rows.push(row)
      this.#characters +=
        (row.other_facts ?? '').toString().length + (row.other_personal ?? '').toString().length
      if (this.#rows.length >= groupRows || this.#characters >= groupCharacters) this.#endGroup()
    }
    return this.#take()
  }

  /** Ends the file; answers its last bytes. */
  end(): Uint8Array {
    if (this.#rows.length > 0) this.#endGroup()
    // With bytes in memory the library is done when it returns.
    void this.#writer.finish()
    return this.#take()
  }

  #endGroup(): void {
    const rows = this.#rows
    const columnData = csvColumns.map((name) => {
      const kind = kinds[name] ?? 'text'
      // Indexes of pages would be held until the end of the file.
      return { name, data: rows.map((row) => valueOf(row[name], kind)), offsetIndex: false }
    })
    void this.#writer.write({ columnData, rowGroupSize: groupRows })
    this.#rows = []
    this.#characters = 0
  }

  #take(): Uint8Array {
    const taken = Uint8Array.from(this.#bytes.getBytes())
    // Starts over, as the library's own writer of files does.
    this.#bytes.index = 0
    return taken
  }
}

function valueOf(value: string | number | undefined, kind: Kind): string | bigint | Date | undefined {
  if (value === undefined) return undefined
  if (kind === 'count') return BigInt(value)
  return kind === 'time' ? new Date(value) : String(value)
}

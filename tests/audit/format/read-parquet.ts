/** Reads a Parquet file back with another library than wrote it. */
import { parquetMetadata, parquetReadObjects } from 'hyparquet'

export interface ReadParquet {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Rows of each group. */
  readonly groups: readonly number[]
  /** Columns with the type that the file declares. */
  readonly types: ReadonlyMap<string, string>
}

/** Reads a whole file. */
export async function readParquet(bytes: Uint8Array): Promise<ReadParquet> {
  const file = Uint8Array.from(bytes).buffer
  const { row_groups: groups, schema } = parquetMetadata(file)
  const columns = schema.filter(({ type }) => type !== undefined)
  return {
    rows: await parquetReadObjects({ file }),
    groups: groups.map(({ num_rows: count }) => Number(count)),
    types: new Map(columns.map(({ name, type, converted_type: as }) => [name, as ?? type ?? ''])),
  }
}

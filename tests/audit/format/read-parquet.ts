/** Reads a Parquet file back with another library than wrote it. */

export interface ReadParquet {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** Rows of each group. */
  readonly groups: readonly number[]
  /** Columns with the type that the file declares. */
  readonly types: ReadonlyMap<string, string>
}

interface SchemaElement {
  readonly name: string
  readonly type?: string
  readonly converted_type?: string
}

/** What is used of `hyparquet`. */
interface Reader {
  readonly parquetMetadata: (file: ArrayBuffer) => {
    readonly row_groups: readonly { readonly num_rows: bigint }[]
    readonly schema: readonly SchemaElement[]
  }
  readonly parquetReadObjects: (options: { readonly file: ArrayBuffer }) => Promise<ReadParquet['rows']>
}

const readerPackage = 'hyparquet'

/** Reads a whole file. */
export async function readParquet(bytes: Uint8Array): Promise<ReadParquet> {
  // The package is a development dependency; its version is pinned.
  const { parquetMetadata, parquetReadObjects } = (await import(readerPackage)) as Reader
  const file = Uint8Array.from(bytes).buffer
  const { row_groups: groups, schema } = parquetMetadata(file)
  const columns = schema.filter(({ type }) => type !== undefined)
  return {
    rows: await parquetReadObjects({ file }),
    groups: groups.map(({ num_rows: count }) => Number(count)),
    types: new Map(columns.map(({ name, type, converted_type: as }) => [name, as ?? type ?? ''])),
  }
}

/** Loads the library that writes Parquet, when the first export asks for it. */
import { ParquetRows } from '../format/parquet.ts'

/** Begins a Parquet file. */
export async function openParquet(): Promise<ParquetRows> {
  return new ParquetRows(await import('hyparquet-writer'))
}

/** Loads the library that writes Parquet, when the first export asks for it. */
import { ParquetRows } from './parquet-rows.ts'

/** Begins a Parquet file. */
export async function openParquet(): Promise<ParquetRows> {
  return new ParquetRows(await import('hyparquet-writer'))
}

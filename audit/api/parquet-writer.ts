/** Loads the library that writes Parquet, when the first export asks for it. */
import { AuditError } from '../log/errors.ts'
import { ParquetRows, type ParquetLibrary } from '../format/parquet.ts'

const writerPackage = 'hyparquet-writer'

/**
 * Begins a Parquet file.
 *
 * @throws AuditError AUDIT_EXPORT_FAILED where the library is not installed
 */
export async function openParquet(): Promise<ParquetRows> {
  let library: unknown
  try {
    library = await import(writerPackage)
  } catch (error) {
    throw new AuditError('AUDIT_EXPORT_FAILED', `${writerPackage} is not installed`, { cause: error })
  }
  if (isParquetLibrary(library)) return new ParquetRows(library)
  throw new AuditError('AUDIT_EXPORT_FAILED', `${writerPackage} is another version than expected`)
}

function isParquetLibrary(library: unknown): library is ParquetLibrary {
  if (typeof library !== 'object' || library === null) return false
  return ['ByteWriter', 'ParquetWriter'].every((name) => typeof Reflect.get(library, name) === 'function')
}

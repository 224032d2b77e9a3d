/** What can go wrong while the house is put together on one machine. */
import { CodedError } from '../../lib/errors.ts'

export type LocalCode =
  | 'ALREADY_RUNNING'
  | 'COMPONENT_FAILED'
  | 'HOME_OCCUPIED'
  | 'MIGRATION_CHANGED'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_MISNAMED'
  | 'MIGRATION_MISSING'
  | 'MIGRATION_OUT_OF_ORDER'
  | 'PACKAGE_MISSING'
  | 'POSTGRES_FAILED'
  | 'POSTGRES_MISSING'

export class LocalError extends CodedError<LocalCode> {}

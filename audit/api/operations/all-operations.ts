/** Every operation of the ledger's door, by the name under which its handler is found. */
import { logOperations } from './log-operations.ts'
import type { Operation } from './operation.ts'
import { anchorOperations, witnessOperations } from './proof-operations.ts'
import { quarantineOperations } from './quarantine-operations.ts'
import { recordOperations, sealedOperations } from './record-operations.ts'
import { frameOperations, tokenOperations } from './token-operations.ts'

/** Mounted on every ledger. */
export const doorOperations = {
  ...logOperations,
  ...recordOperations,
  ...quarantineOperations,
  ...anchorOperations,
  ...tokenOperations,
} as const

/** All there are, also those that are mounted by others or only where they are configured. */
export const allOperations: Readonly<Record<string, Operation>> = {
  ...doorOperations,
  ...witnessOperations,
  ...sealedOperations,
  ...frameOperations,
}

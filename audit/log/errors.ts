/** The ledger's one error class; it stands here because the verifier may reach no further than this folder. */
import { CodedError } from '../../lib/errors.ts'

export type AuditErrorCode =
  | 'AUDIT_PROOF_INVALID'
  | 'AUDIT_NOTE_MALFORMED'
  | 'AUDIT_NOTE_UNSIGNED'
  | 'AUDIT_NOTE_BAD_SIGNATURE'
  | 'AUDIT_KEY_MALFORMED'
  | 'AUDIT_CHECKPOINT_MALFORMED'
  | 'AUDIT_PROOF_MALFORMED'
  | 'AUDIT_POLICY_MALFORMED'
  | 'AUDIT_POLICY_UNMET'
  | 'AUDIT_WITNESS_MALFORMED'
  | 'AUDIT_TREE_RANGE'
  | 'AUDIT_SAMPLE_INVALID'
  | 'AUDIT_REPORT_INVALID'
  | 'AUDIT_LOG_ROLLED_BACK'
  | 'AUDIT_LOG_FORKED'
  | 'AUDIT_LOG_CORRUPT'
  | 'AUDIT_KEYSTORE_CORRUPT'
  | 'AUDIT_QUEUE_FULL'
  | 'AUDIT_STOPPING'
  | 'AUDIT_WRITER_TAKEN'
  | 'AUDIT_WRITER_LOST'
  | 'AUDIT_EXPORT_FAILED'

export class AuditError extends CodedError<AuditErrorCode> {}

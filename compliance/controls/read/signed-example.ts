/** A statement that holds and one that has expired, for the pages of controls. */
import type { Example } from '../control.ts'

const statement = (state: string, expires: string): Example => ({
  kind: 'attestation',
  type: 'statement',
  attributes: { state, signer: 'Robin Vale', role: 'registrar', expires },
})

export const signedExample = statement('current', '2027-08-31')
/** Proves nothing any more. */
export const expiredExample = statement('expired', '2025-08-31')

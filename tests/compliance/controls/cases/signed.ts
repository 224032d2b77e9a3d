/** Statements people signed, for cases. */
import { live, named, type Source } from '../cases.ts'

/** A statement on an item, current unless another state is given. */
export function signed(item: string, state = 'current', expires = '2027-08-31'): Source {
  return named(
    item,
    live('attestation', 'statement', { state, signer: 'Robin Vale', role: 'registrar', expires }),
  )
}

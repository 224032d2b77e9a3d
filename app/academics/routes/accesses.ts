/** `GET /students/:id/accesses`: who saw this record, for the student and the registrar of record. */
import type { Express } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { disclosureOf } from '../domain/access.ts'
import { AcademicsError } from '../errors.ts'
import type { Access, AccessList } from '../ledger.ts'
import { uuidParam } from '../../door/input.ts'
import { answered, readerOf, type AcademicsDoor } from './door.ts'
import { refuse } from './transcript.ts'

/** Mounts the list of accesses. */
export function mountAccesses(app: Express, door: AcademicsDoor): void {
  app.get('/students/:id/accesses', async (request, response) => {
    const reader = readerOf(door, request)
    const student = uuidParam(request, 'id')
    const answer = await answered(door, door.records.openAccesses(reader, student))
    if (answer.outcome === 'denied') {
      const disclosure = disclosureOf(answer, { role: reader.role, hasReason: false })
      // No reason opens this list, so none is asked for.
      throw refuse(door, {
        tenant: reader.tenant,
        denied: answer,
        disclosure: disclosure === 'reason_wanted' ? 'forbidden' : disclosure,
      })
    }
    const { accesses, isComplete } = await askLedger(door, reader.tenant, student)
    response.set('cache-control', 'no-store').json({ student, accesses: accesses.map(plain), isComplete })
  })
}

async function askLedger(
  { ledger, sdk }: AcademicsDoor,
  tenant: string,
  student: string,
): Promise<AccessList> {
  try {
    return await ledger.accessesOf(tenant, student)
  } catch (error) {
    if (!(error instanceof AcademicsError)) throw error
    sdk.log.warn('call failed', { tenant, target: 'ledger' })
    throw new Refusal('overloaded', {
      detail: 'the ledger does not answer; nothing is lost, ask again later',
      headers: { 'retry-after': '5' },
      cause: error,
    })
  }
}

/** Picks what the student is told; whatever else the ledger may say stays here. */
function plain({ id, index, time, action, outcome, ...rest }: Access): Access {
  const { class: kind, basis, actorRole, party, interest, synthetic } = rest
  return {
    id,
    index,
    time,
    action,
    class: kind,
    outcome,
    ...(basis === undefined ? {} : { basis }),
    ...(actorRole === undefined ? {} : { actorRole }),
    ...(party === undefined ? {} : { party }),
    ...(interest === undefined ? {} : { interest }),
    ...(synthetic === undefined ? {} : { synthetic }),
  }
}

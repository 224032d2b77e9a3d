import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { openPersonal, sealPersonal, type Purpose, type SealedRow } from '../../../audit/store/personal.ts'
import { auditClasses } from '../../../contracts/audit-event.ts'
import { saltBytes } from '../../../contracts/leaf.ts'
import { propertyRuns } from '../../support/property.ts'

const purposes: readonly Purpose[] = [...auditClasses, 'register', 'quarantine']
const key = createSecretKey(Buffer.alloc(32, 7))
const salt = Buffer.alloc(saltBytes, 1)
const personal = '{"subject":"s-1","note":"ümlaut ✓"}'
const rowOf = (purpose: Purpose): SealedRow => ({ key, purpose, eventId: 'event-1' })
const sealedFor = (purpose: Purpose) =>
  sealPersonal(rowOf(purpose), { nonce: randomBytes(12), salt, personal })

describe('personal data of a subject', () => {
  it('opens for what it was sealed for, and for nothing else', () => {
    for (const purpose of purposes) {
      const sealed = sealedFor(purpose)
      for (const other of purposes) {
        if (other === purpose)
          expect(openPersonal(rowOf(other), sealed)).to.deep.equal({ salt, personal: JSON.parse(personal) })
        else
          expect(() => openPersonal(rowOf(other), sealed))
            .to.throw()
            .with.property('code', 'AUDIT_LOG_CORRUPT')
      }
    }
  })

  it('opens at its own event and under its own subject only', () => {
    const sealed = sealedFor('access')
    for (const other of [{ eventId: 'event-2' }, { key: createSecretKey(Buffer.alloc(32, 8)) }])
      expect(() => openPersonal({ ...rowOf('access'), ...other }, sealed))
        .to.throw()
        .with.property('code', 'AUDIT_LOG_CORRUPT')
  })

  it('opens that was sealed under the subject’s own key, before there was one for each purpose', () => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(Buffer.from('event-1'))
    const body = Buffer.concat([cipher.update(Buffer.concat([salt, Buffer.from(personal)])), cipher.final()])
    const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body])
    expect(openPersonal(rowOf('disclosure'), sealed).personal).to.deep.equal(JSON.parse(personal))
  })

  it('does not open cut or with any bit changed', () => {
    const sealed = sealedFor('disclosure')
    const changes = fc.oneof(
      fc.nat({ max: sealed.length - 1 }).map((length) => sealed.subarray(0, length)),
      fc.nat({ max: 8 * sealed.length - 1 }).map((bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return changed
      }),
    )
    fc.assert(
      fc.property(changes, (changed) => {
        expect(() => openPersonal(rowOf('disclosure'), changed))
          .to.throw()
          .with.property('code', 'AUDIT_LOG_CORRUPT')
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { TombstoneFiles, type Tombstone } from '../../../audit/erasure/tombstone-files.ts'
import { openCustody } from '../../../lib/custody.ts'
import { uuid7 } from '../../../lib/uuid7.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { propertyRuns } from '../../support/property.ts'
import { CutDisk, mount, mountPoint } from './cut-disk.ts'

const directory = `${mountPoint}/home/keystore`
const runs = propertyRuns({ ci: 12, soak: 400 })

/** What was given out or promised before the power went. */
class Given {
  readonly keys = new Map<string, string>()
  readonly secrets = new Map<string, string>()
  readonly tombstones = new Set<string>()
}

function aTombstone(): Tombstone {
  const token = 'ab'.repeat(32)
  return { id: uuid7(), token, erasedAt: '2026-09-01T08:00:00.000Z', reason: 'record_destroyed' }
}

describe('the keys and tombstones of a ledger whose power is cut', function () {
  this.timeout(1_800_000)
  let folder: string
  let passphraseFile: string

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-cut-'))
    passphraseFile = join(folder, 'passphrase')
    writeFileSync(passphraseFile, 'a passphrase of these tests', { mode: 0o600 })
  })
  after(() => rmSync(folder, { recursive: true }))

  async function live(given: Given, random: () => number): Promise<void> {
    const custody = await openCustody({ directory, passphraseFile })
    const tombstones = new TombstoneFiles(`${directory}/tombstones`)
    for (let round = 0; round < 4; round++) {
      const name = `log-tenant_${Math.floor(random() * 6)}`
      const isKnown = given.keys.has(name)
      const [key] = await custody.signingKeys(name, { isKnown })
      given.keys.set(name, key.keyId)
      const [secret] = await custody.secrets(name, 32, { isKnown: given.secrets.has(name) })
      given.secrets.set(name, Buffer.from(secret.bytes).toString('hex'))
      const tombstone = aTombstone()
      await tombstones.add('drill', tombstone)
      given.tombstones.add(tombstone.id)
    }
  }

  async function hold(given: Given): Promise<void> {
    const custody = await openCustody({ directory, passphraseFile })
    for (const [name, keyId] of given.keys) {
      const [key] = await custody.signingKeys(name, { isKnown: true })
      expect(key.keyId).to.equal(keyId)
    }
    for (const [name, bytes] of given.secrets) {
      const [secret] = await custody.secrets(name, 32, { isKnown: true })
      expect(Buffer.from(secret.bytes).toString('hex')).to.equal(bytes)
    }
    const kept = await new TombstoneFiles(`${directory}/tombstones`).read('drill')
    expect(kept.map(({ id }) => id)).to.include.members([...given.tombstones])
  }

  it('are all there that were ever given out, and the keystore opens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = randomFrom(seed)
        const given = new Given()
        let disk = mount(new CutDisk({ random }))
        for (let life = 0; life < 2; life++) {
          const cutAfter = Math.floor(random() ** 2 * 160)
          const before = () => {
            if (disk.operations > cutAfter) disk.isOff = true
          }
          disk = mount(disk.reboot({ random, before }))
          await live(given, random).catch((error: unknown) => {
            if (!(error instanceof Error && error.message.includes('POWER_OFF'))) throw error
          })
          disk = mount(disk.reboot({ random }))
          await hold(given)
        }
      }),
      runs,
    )
  })
})

import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { SubjectKeys } from '../../../audit/store/subject-keys.ts'
import { subjectKeyName } from '../../../audit/store/subject-shard.ts'
import {
  headLength,
  openRecord,
  recordLength,
  tokenLength,
  versionOf,
  type KeyEncryptionKey,
} from '../../../audit/store/subject-records.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { propertyRuns } from '../../support/property.ts'
import { CutDisk, mount, mountPoint, type DiskOperation } from './cut-disk.ts'

const directory = `${mountPoint}/keystore/subjects`
const runs = propertyRuns({ ci: 150, soak: 4_000 })
const older: KeyEncryptionKey = { version: 1, bytes: randomBytes(32) }
const newer: KeyEncryptionKey = { version: 2, bytes: randomBytes(32) }

/** What was promised about subjects, by token in hex. */
class Promises {
  readonly kept = new Map<string, string>()
  readonly destroyed = new Set<string>()
  /** Being destroyed when the power went: either is right. */
  readonly unsure = new Set<string>()
}

interface Life {
  readonly random: () => number
  readonly promises: Promises
  readonly version: 1 | 2
}

function openKeys(version: 1 | 2): SubjectKeys {
  return new SubjectKeys({ directory, keyEncryptionKeys: version === 1 ? [older] : [newer, older] })
}

/** A token of the one file that all subjects of these tests share. */
function tokenFrom(random: () => number): Buffer {
  const token = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  token[0] = 16 * Math.floor(random() * 16)
  return token
}

async function live(keys: SubjectKeys, { random, promises }: Life, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const known = [...promises.kept.keys()].filter((token) => !promises.unsure.has(token))
    const chosen = known[Math.floor(random() * known.length)]
    if (chosen !== undefined && random() < 0.3) await destroyOne(keys, promises, chosen)
    else await ensureSome(keys, promises, random)
  }
}

async function ensureSome(keys: SubjectKeys, promises: Promises, random: () => number): Promise<void> {
  const tokens = Array.from({ length: 1 + Math.floor(random() * 4) }, () => tokenFrom(random))
  const made = await keys.ensure('drill', tokens)
  made.forEach((key, at) => promises.kept.set(tokens[at]?.toString('hex') ?? '', subjectKeyName(key)))
}

async function destroyOne(keys: SubjectKeys, promises: Promises, token: string): Promise<void> {
  promises.unsure.add(token)
  const name = promises.kept.get(token) ?? ''
  await keys.destroy('drill', Buffer.from(token, 'hex'), name)
  promises.unsure.delete(token)
  promises.kept.delete(token)
  promises.destroyed.add(token)
}

async function hold(disk: CutDisk, { promises, version }: Omit<Life, 'random'>): Promise<void> {
  const keys = openKeys(version)
  for (const [token, name] of promises.kept) {
    const key: KeyObject | undefined = await keys.find('drill', Buffer.from(token, 'hex'))
    if (key === undefined && promises.unsure.has(token)) continue
    expect(key && subjectKeyName(key), `the key of ${token}`).to.equal(name)
  }
  for (const token of promises.destroyed) {
    expect(await keys.find('drill', Buffer.from(token, 'hex'))).to.equal(undefined)
  }
  await keys.close()
  // Under no name either: a draft that a crash left behind is a copy of every key.
  for (const [path, content] of disk.files()) {
    for (const token of openable(content)) expect(promises.destroyed.has(token), path).to.equal(false)
  }
}

/** Lists the tokens of the records of a file that open. */
function openable(content: Buffer): string[] {
  const key = [older, newer].find(({ version }) => version === versionOf(content))
  const found: string[] = []
  for (let at = headLength; key !== undefined && at + recordLength <= content.length; at += recordLength) {
    const record = content.subarray(at, at + recordLength)
    if (openRecord(key, { tenant: 'drill', record }) !== undefined) {
      found.push(record.subarray(0, tokenLength).toString('hex'))
    }
  }
  return found
}

function isFrom(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && error.message.startsWith(code))) throw error
  }
}

/** Lives of one keystore, each ended by a cut at a random operation. */
async function cutAndCut(seed: number): Promise<void> {
  const random = randomFrom(seed)
  const promises = new Promises()
  let disk = mount(new CutDisk({ random }))
  for (let lives = 2 + Math.floor(random() * 4), version: 1 | 2 = 1; lives > 0; lives--) {
    const cutAfter = Math.floor(random() ** 2 * 90)
    const before = () => {
      if (disk.operations > cutAfter) disk.isOff = true
    }
    disk = mount(disk.reboot({ random, before }))
    await live(openKeys(version), { random, promises, version }, 12).catch(isFrom('POWER_OFF'))
    // A killed process leaves what it had not synced for the next one to be lost.
    disk = mount(random() < 0.4 ? disk.kill({ random }) : disk.reboot({ random }))
    await hold(disk, { promises, version })
    if (random() < 0.3) version = 2
  }
}

describe('a keystore whose power is cut', function () {
  this.timeout(1_800_000)

  it('opens with every subject key it gave out, and with none that it destroyed', async () => {
    await fc.assert(fc.asyncProperty(fc.integer(), cutAndCut), runs)
  })

  it('is caught losing keys on a disk that does not sync, so that the test above can fail', async () => {
    let lost = 0
    for (let seed = 0; seed < 40; seed++) {
      const random = randomFrom(seed)
      const promises = new Promises()
      const disk = mount(new CutDisk({ random, liesAboutSync: true }))
      await live(openKeys(1), { random, promises, version: 1 }, 6)
      const rebooted = mount(disk.reboot({ random }))
      await hold(rebooted, { promises, version: 1 }).catch(() => lost++)
    }
    expect(lost).to.be.above(20)
  })
})

describe('a keystore whose disk fails', function () {
  this.timeout(1_800_000)
  const all: readonly DiskOperation[] = ['open', 'write', 'sync', 'syncFolder', 'rename', 'remove', 'mkdir']

  for (const [what, code, failing] of [
    ['has no room', 'ENOSPC', ['open', 'write', 'mkdir']],
    ['does not sync', 'EIO', ['sync', 'syncFolder']],
    ['fails', 'EIO', all],
  ] as const) {
    it(`gives out no key that is not durable while it ${what}, and goes on without a restart after it`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const random = randomFrom(seed)
          const promises = new Promises()
          let isFailing = false
          const before = (operation: DiskOperation, path: string) => {
            if (!isFailing || !(failing as readonly DiskOperation[]).includes(operation) || random() < 0.5)
              return
            throw Object.assign(new Error(`DISK ${operation} ${path}`), { code })
          }
          const disk = mount(new CutDisk({ random, before }))
          const keys = openKeys(1)
          for (let spell = 0; spell < 4; spell++) {
            isFailing = spell % 2 === 1
            for (let round = 0; round < 6; round++) {
              const lived = live(keys, { random, promises, version: 1 }, 2)
              await (isFailing ? lived.catch(isFrom('')) : lived)
            }
          }
          isFailing = false
          for (const token of promises.unsure) {
            await destroyOne(keys, promises, token)
          }
          await keys.close()
          await hold(mount(disk.reboot({ random })), { promises, version: 1 })
        }),
        { ...runs, numRuns: Math.ceil(runs.numRuns / 3) },
      )
    })
  }

  it('answers with a code of its own', async () => {
    const before = (operation: DiskOperation) => {
      if (operation === 'write') throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    mount(new CutDisk({ random: Math.random, before }))
    const outcome = await openKeys(1)
      .ensure('drill', [createSecretKey(randomBytes(32)).export()])
      .catch((error: unknown) => error)
    expect(outcome).to.include({ code: 'AUDIT_STORAGE_FAILED' })
  })
})

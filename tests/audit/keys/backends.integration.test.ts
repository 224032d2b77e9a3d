import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { startModelKms } from '../../support/model-kms.ts'
import { locateSoftHsm, makeSoftToken } from '../../support/soft-token.ts'
import {
  anEvent,
  append,
  awaitCheckpoint,
  launchLedger,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { exportTo, keyOf, runAudit } from './keys-process.ts'

type Variables = Readonly<Record<string, string>>

interface Backend {
  readonly variables: Variables
  /** The same with the key that takes over. */
  readonly next: Variables
  /** What `keys list` calls it. */
  readonly shown: RegExp
  readonly losesItsKey: () => void
  readonly close: () => Promise<void>
}

const hsm = locateSoftHsm()
/** Children load what the tests load. */
const inherited: Variables = { NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '' }

async function openKms(): Promise<Backend> {
  const kms = await startModelKms(['alias/ledger', 'alias/next'])
  const variables = {
    ...inherited,
    ...kms.environment,
    CAMPANILE_CUSTODY: 'kms',
    CAMPANILE_KMS_KEY_ID: 'alias/ledger',
  }
  return {
    variables,
    next: { ...variables, CAMPANILE_KMS_KEY_ID: 'alias/next' },
    shown: /^keystore under kms alias\/ledger$/m,
    losesItsKey: () => kms.setState('alias/ledger', 'pending deletion'),
    close: kms.close,
  }
}

/** The anchor's key stays in the token, the logs' keys are sealed under it. */
async function openToken(): Promise<Backend> {
  if (!hsm.isThere) throw new Error(hsm.reason)
  const token = makeSoftToken(hsm, ['anchor'])
  token.tool('--keypairgen', '--key-type', 'rsa:2048', '--usage-decrypt', '--sensitive', '--id', '02')
  const variables = { ...inherited, ...token.variables }
  return {
    variables,
    next: { ...variables, CAMPANILE_PKCS11_KEY_ID: '02' },
    shown: /^keystore under pkcs11 campus\/01$/m,
    losesItsKey: () => {
      for (const type of ['privkey', 'pubkey']) token.tool('--delete-object', '--type', type, '--id', '01')
    },
    close: () => Promise.resolve(token.remove()),
  }
}

const backends = [
  { name: 'kms', key: 'alias/next', open: openKms },
  ...(hsm.isThere ? [{ name: 'pkcs11', key: '02', open: openToken }] : []),
]

for (const { name, key, open } of backends) {
  describe(`the keys of a ledger whose keystore is under ${name}`, () => {
    let home: LedgerHome
    let ledger: LedgerProcess | undefined
    let backend: Backend
    beforeEach(async () => {
      home = await makeHome()
      backend = await open()
    })
    afterEach(async () => {
      await ledger?.stop('SIGKILL')
      await backend.close()
      await home.remove()
    })

    async function start(variables: Variables = backend.variables): Promise<LedgerProcess> {
      ledger = await startLedger(home, { variables })
      return ledger
    }
    /** Appends one event, waits until it is signed for, and answers the key it is signed with. */
    async function grow(running: LedgerProcess, size: number): Promise<string> {
      await append(running, [anEvent()])
      await awaitCheckpoint(running, 'drill', size)
      return keyOf(running, 'drill')
    }
    async function keys(args: readonly string[], variables: Variables = backend.variables): Promise<string> {
      const { code, output } = await runAudit(home, ['keys', ...args], variables)
      expect(code, output).to.equal(0)
      return output
    }
    const verify = async (file: string, vkey: string) =>
      (await runAudit(home, ['verify', file, '--key', vkey])).code

    it('follow one another as they do under a passphrase', async () => {
      const first = await start()
      const old = await grow(first, 1)
      await first.stop()
      expect(await keys(['list'])).to.match(backend.shown)
      await keys(['rotate', 'log-drill'])
      await keys(['rotate', 'subject-keys'])
      const second = await start()
      const next = await grow(second, 2)
      expect(next).not.to.equal(old)
      const file = await exportTo(second, 'drill', 'rotated.ndjson')
      expect([await verify(file, old), await verify(file, next)]).to.deep.equal([0, 0])
    })

    it('outlive the backend in a backup under a recovery passphrase', async () => {
      const first = await start()
      const old = await grow(first, 1)
      const recovery = join(home.folder, 'recovery')
      writeFileSync(recovery, 'a recovery passphrase in a safe', { mode: 0o600 })
      const backup = await keys(['backup', join(home.folder, 'backups'), '--recovery', recovery])
      await first.stop()
      backend.losesItsKey()
      const refused = await launchLedger(home, { variables: backend.variables })
      expect(await refused.ended()).to.equal(1)
      renameSync(join(home.folder, 'keystore'), join(home.folder, 'keystore-closed'))
      const path = / files in (\S+);/.exec(backup)?.[1] ?? expect.fail(backup)
      const recovered = { CAMPANILE_PASSPHRASE_FILE: recovery }
      await keys(['restore', path], recovered)
      if (name === 'pkcs11') {
        // What signed in the token is gone with it or stays there; it is not in the backup.
        await keys(['rotate', 'anchor.ed25519', '--compromised'], recovered)
      }
      expect(await grow(await start(recovered), 2)).to.equal(old)
    })

    if (name === 'pkcs11') {
      it('sign in the token where they are named for it, over a rotation that brings them there', async () => {
        const first = await start()
        const old = await grow(first, 1)
        await first.stop()
        const inToken = { ...backend.variables, CAMPANILE_PKCS11_SIGNING_KEYS: 'anchor,log-*' }
        await keys(['rotate', 'log-drill'], inToken)
        const second = await start(inToken)
        const next = await grow(second, 2)
        expect(next).not.to.equal(old)
        expect(await grow(second, 3)).to.equal(next)
        const file = await exportTo(second, 'drill', 'token.ndjson')
        expect([await verify(file, old), await verify(file, next)]).to.deep.equal([0, 0])
        await second.stop()
        const moved = await runAudit(home, ['keys', 'move', 'passphrase'], inToken)
        expect(moved.code).to.equal(1)
        expect(moved.output).to.match(/log-drill.* lives in the token|anchor.* lives in the token/)
      })
    }

    it('are given to another key of the backend, and the old one opens nothing, when it is compromised', async () => {
      const first = await start()
      const old = await grow(first, 1)
      await first.stop()
      expect(await keys(['move', name, '--key', key])).to.include('key files are sealed anew')
      expect((await runAudit(home, ['keys', 'list'], backend.variables)).code).to.equal(1)
      await keys(['rotate', 'log-drill', '--compromised'], backend.next)
      await keys(['rotate', 'subject-keys', '--compromised'], backend.next)
      const second = await start(backend.next)
      const next = await grow(second, 2)
      const file = await exportTo(second, 'drill', 'replaced.ndjson')
      expect([await verify(file, next), await verify(file, old)]).to.deep.equal([0, 1])
    })
  })
}

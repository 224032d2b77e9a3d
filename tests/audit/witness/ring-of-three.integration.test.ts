import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { judgeCheckpoint } from '../../../audit/log/policy.ts'
import { eventually } from '../../support/poll.ts'
import { runAudit } from '../keys/keys-process.ts'
import {
  anEvent,
  append,
  ask,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'

interface House {
  readonly name: string
  readonly home: LedgerHome
  /** What stands before the ledger in another house's network: it lets `/witness/` through and nothing else. */
  readonly proxy: Server
  readonly variables: Readonly<Record<string, string>>
  ledger?: LedgerProcess
}

describe('a ring of three houses, set up with commands only', () => {
  let houses: House[] = []
  afterEach(async () => {
    for (const { ledger, proxy, home } of houses) {
      await ledger?.stop('SIGKILL')
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      await home.remove()
    }
    houses = []
  })

  async function openHouse(name: string): Promise<House> {
    const proxy = createServer((request, response) => {
      const { ledger } = house
      if (ledger === undefined || request.url?.startsWith('/witness/') !== true) {
        response.writeHead(404).end()
        return
      }
      void buffer(request)
        .then(async (body) => {
          const method = request.method ?? 'GET'
          const answer = await fetch(`${ledger.url}${request.url}`, {
            method,
            headers: { 'content-type': 'text/plain' },
            ...(method === 'POST' ? { body } : {}),
          })
          const type = answer.headers.get('content-type') ?? 'text/plain'
          response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
        })
        .catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const variables = { CAMPANILE_LOG_ORIGIN: `${name}.example`, CAMPANILE_ANCHOR_MILLIS: '100' }
    const house: House = { name, home: await makeHome(), proxy, variables }
    houses.push(house)
    return house
  }

  async function peers({ home, variables }: House, args: readonly string[]): Promise<string> {
    const { code, output } = await runAudit(home, ['peers', ...args], variables)
    expect(code, output).to.equal(0)
    return output
  }

  async function start(house: House): Promise<LedgerProcess> {
    house.ledger = await startLedger(house.home, { variables: house.variables })
    return house.ledger
  }

  const textOf = async (ledger: LedgerProcess, path: string) => (await ask(ledger, path)).text()

  /**
   * Waits until so many houses have cosigned the newest anchor checkpoint; answers which. With its quorum it asks nobody
   * again, not even a house that was slow this time: the next one does, once the log has grown.
   */
  function cosignersOf(ledger: LedgerProcess, count: number): Promise<readonly string[]> {
    return eventually(`${count} houses cosign`, async () => {
      const [note, policy] = await Promise.all([
        textOf(ledger, '/v1/anchor/checkpoint'),
        textOf(ledger, '/v1/anchor/policy'),
      ])
      const { cosigners, hasQuorum } = judgeCheckpoint(parsePolicy(Buffer.from(policy)), note)
      const names = [...new Set(cosigners.map(({ name }) => name.split('.')[0] ?? ''))].sort()
      if (hasQuorum && names.length < count) await append(ledger, [anEvent()])
      return hasQuorum && names.length === count && cosigners.length === 2 * count ? names : undefined
    })
  }

  /** Takes an event's proof home with key and policy, and verifies it with nothing else. */
  async function provesOffline({ home, ledger = expect.fail() }: House): Promise<void> {
    const keep = async (file: string, path: string) => {
      const answer = await eventually(file, async () => {
        const response = await ask(ledger, path)
        return response.ok ? response.text() : undefined
      })
      writeFileSync(join(home.folder, file), answer.trimEnd())
      return join(home.folder, file)
    }
    const proof = await keep('event.json', '/v1/logs/drill/proof/anchored?index=0')
    const key = await keep('drill.vkey', '/v1/logs/drill/key')
    const policy = await keep('ring.policy', '/v1/anchor/policy')
    const { code, output } = await runAudit(home, ['verify-proof', proof, '--key', key, '--policy', policy])
    expect(code, output).to.equal(0)
    expect(output).to.match(/cosigned by (?:south|east)[.]ml-dsa-44/)
  }

  it('cosigns for each other with keys of both kinds, and goes on when one of them is away', async () => {
    const [north, south, east] = [await openHouse('north'), await openHouse('south'), await openHouse('east')]
    const cards = await Promise.all(
      houses.map(async (house) => {
        const { port } = house.proxy.address() as AddressInfo
        const url = `http://127.0.0.1:${port}/witness`
        const file = join(house.home.folder, 'house.card')
        writeFileSync(file, await peers(house, ['card', '--name', house.name, '--url', url]))
        return { house, file }
      }),
    )
    for (const { house, file } of cards) {
      const others = houses.filter((other) => other !== house)
      await Promise.all(others.map((other) => peers(other, ['add', file])))
    }
    expect((await peers(north, ['list'])).split('\n').filter((line) => line !== '')).to.have.length(2)
    await Promise.all(houses.map(start))
    for (const house of houses) await append(house.ledger ?? expect.fail(), [anEvent()])
    for (const house of houses) {
      const others = houses.filter((other) => other !== house).map(({ name }) => name)
      expect(await cosignersOf(house.ledger ?? expect.fail(), 2)).to.deep.equal(others.sort())
    }
    await provesOffline(north)
    await south.ledger?.stop()
    const ledger = north.ledger ?? expect.fail()
    const before = await textOf(ledger, '/v1/anchor/checkpoint')
    await append(ledger, [anEvent()])
    await eventually('north goes on', async () => (await textOf(ledger, '/v1/anchor/checkpoint')) !== before)
    expect(await cosignersOf(ledger, 1)).to.deep.equal([east.name])
  })
})

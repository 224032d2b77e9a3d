import { expect } from 'chai'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAddCheckpoint } from '../../../audit/log/witness-message.ts'
import type { WitnessAnswer } from '../../../audit/witness/witness.ts'
import { propertyRuns } from '../../support/property.ts'
import { TestLog, testSigner } from '../log/cosigned-log.ts'

const child = new URL('../fixtures/witness-child.ts', import.meta.url).pathname
const log = new TestLog(testSigner('peer.example/anchor', 1))
/** When it is killed: before it can have read the request, while it writes, when its state is on disk. */
const moments = ['sent', 'writing', 'kept'] as const
const { numRuns: kills, seed } = propertyRuns({ ci: 12, soak: 300 })

function request(from: number, to: number, of = log): string {
  return writeAddCheckpoint({ oldSize: from, path: of.consistency(from, to), note: of.checkpoint(to) })
}

async function ask(witness: ChildProcess, body: string): Promise<WitnessAnswer> {
  const answered = once(witness, 'message') as Promise<[WitnessAnswer]>
  witness.send(body)
  return (await answered)[0]
}

describe('a witness that is killed', () => {
  let folder: string
  const children: ChildProcess[] = []

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-witness-crash-'))
  })

  after(() => {
    for (const each of children) each.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  function start(): ChildProcess {
    const witness = fork(child, [join(folder, 'state')], { env: {} })
    children.push(witness)
    return witness
  }

  /** Resolves at a moment of the request for `size` that is under way. */
  async function reached(moment: (typeof moments)[number], size: number): Promise<void> {
    const files = () => readdirSync(join(folder, 'state'))
    const note = () => files().find((name) => name.endsWith('.note')) ?? ''
    const isKept = () => readFileSync(join(folder, 'state', note()), 'utf8').includes(`\n${size}\n`)
    const isThere = { sent: () => true, writing: () => files().length > 1 || isKept(), kept: isKept }[moment]
    while (!isThere()) await new Promise((resolve) => setImmediate(resolve))
  }

  it('forgets nothing it cosigned, and cosigns no fork of it afterwards', async () => {
    let cosigned = 0
    let kept = 0
    let asked = 0
    // A small linear congruential generator: the same kills for the same seed.
    let state = seed
    const random = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below
    for (let kill = 0; kill < kills; kill++) {
      const witness = start()
      const first = await ask(witness, request(cosigned, cosigned + 1))
      if (first.status === 'conflict') {
        // What was on its way when it was killed is either kept whole or not at all.
        expect(first.size).to.equal(asked)
        cosigned = first.size
        kept++
        const forked = new TestLog(log.signer, cosigned - 1)
        for (const size of [cosigned, cosigned + 3]) {
          expect((await ask(witness, request(cosigned, size, forked))).status).to.equal('inconsistent')
        }
      } else {
        expect(first.status).to.equal('cosigned')
        cosigned += 1
      }
      for (let more = random(6); more > 0; more--) {
        expect((await ask(witness, request(cosigned, cosigned + 2))).status).to.equal('cosigned')
        cosigned += 2
      }
      asked = cosigned + 3
      const gone = once(witness, 'exit')
      witness.send(request(cosigned, asked))
      await reached(moments[kill % moments.length] ?? 'sent', asked)
      witness.kill('SIGKILL')
      await gone
    }
    // A third of the kills came after the state was on disk and before the answer was read.
    expect(kept).to.be.at.least(Math.floor(kills / 4))
  })
})

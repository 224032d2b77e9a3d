import { expect } from 'chai'
import { parseCosignerKey, verifyCosignatures } from '../../../audit/log/cosignature.ts'
import { parseNote } from '../../../audit/log/note.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { parseAddCheckpoint, writeAddCheckpoint, writeSize } from '../../../audit/log/witness-message.ts'
import { Witness } from '../../../audit/witness/witness.ts'
import { Witnesses } from '../../../audit/witness/witnesses.ts'
import { TestLog, testSigner } from '../log/cosigned-log.ts'
import { postQuantumSigner } from '../log/post-quantum-signer.ts'
import { MemoryNotes } from './memory-notes.ts'

const log = new TestLog(testSigner('peer.example/anchor', 1))
const name = 'house.example/witness'
const signer = testSigner(name, 50, 'cosignature')
const postQuantum = postQuantumSigner(name, 51)
const witnessed = parsePolicy(Buffer.from(`log ${log.signer.vkey}\nquorum none\n`))
const given = { signer, policy: witnessed, nowMillis: () => 1_700_000_000_000 }

function request(from: number, to: number): string {
  return writeAddCheckpoint({ oldSize: from, path: log.consistency(from, to), note: log.checkpoint(to) })
}

describe('a witness with keys of both kinds', () => {
  it('cosigns with both', async () => {
    const files = new MemoryNotes()
    const witness = new Witness({ ...given, files, postQuantumSigner: postQuantum })
    expect(witness.vkey).to.equal(signer.vkey)
    const answer = await witness.addCheckpoint(request(0, 5))
    if (answer.status !== 'cosigned') return expect.fail(answer.status)
    const signed = parseNote(log.checkpoint(5) + answer.lines)
    expect(verifyCosignatures(signed, [signer.vkey, postQuantum.vkey].map(parseCosignerKey))).to.have.length(
      2,
    )
  })

  it('goes on from what it cosigned before it had the second key', async () => {
    const files = new MemoryNotes()
    await new Witness({ ...given, files }).addCheckpoint(request(0, 5))
    const witness = new Witness({ ...given, files, postQuantumSigner: postQuantum })
    expect(await witness.addCheckpoint(request(0, 9))).to.deep.equal({ status: 'conflict', size: 5 })
    expect((await witness.addCheckpoint(request(5, 9))).status).to.equal('cosigned')
  })

  it('is asked by a log that trusts either, and not shown the lines of others', async () => {
    const shown: number[] = []
    const witness = new Witness({ ...given, files: new MemoryNotes(), postQuantumSigner: postQuantum })
    const door: typeof fetch = async (_url, init) => {
      const body = await new Response(init?.body ?? '').text()
      shown.push(parseAddCheckpoint(body).signed.signatures.length)
      const answer = await witness.addCheckpoint(body)
      if (answer.status === 'cosigned') return new Response(answer.lines)
      return answer.status === 'conflict'
        ? new Response(writeSize(answer.size), { status: 409 })
        : new Response('', { status: 422 })
    }
    const lines = [
      `log ${log.signer.vkey}`,
      `witness classic ${signer.vkey} https://house.example/witness`,
      `witness lattice ${postQuantum.vkey} https://house.example/witness`,
      'group both all classic lattice',
      'quorum both',
    ]
    const policy = parsePolicy(Buffer.from(`${lines.join('\n')}\n`))
    const outcomes: string[] = []
    const witnesses = new Witnesses({
      policy,
      timeoutMillis: 60_000,
      fetch: door,
      onAsked: (each, { status }) => outcomes.push(`${each} ${status}`),
    })
    const cosign = (size: number, note = log.checkpoint(size)) =>
      witnesses.cosign({
        note,
        checkpoint: { origin: log.signer.name, size, root: log.root(size) },
        proofFrom: (from) => Promise.resolve(log.consistency(from, size)),
      })
    const { note, hasQuorum } = await cosign(5)
    expect(hasQuorum).to.equal(true)
    expect(outcomes.sort()).to.deep.equal(['classic cosigned', 'lattice cosigned'])
    const [classicOnly] = note.split(/(?<=\n)(?=— house)/).slice(1)
    expect((await cosign(5, log.checkpoint(5) + (classicOnly ?? ''))).hasQuorum).to.equal(true)
    expect(new Set(shown)).to.deep.equal(new Set([1]))
  })
})

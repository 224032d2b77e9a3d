import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { AuditError } from '../../../audit/log/errors.ts'
import { parseCosignerKey } from '../../../audit/log/cosignature.ts'
import { parseVerifierKey } from '../../../audit/log/note.ts'
import { isQuorum } from '../../../audit/log/policy.ts'
import {
  addPeer,
  cosignedFor,
  readCard,
  readPeers,
  removePeer,
  trustIn,
  writeCard,
  type Peer,
} from '../../../audit/witness/peers.ts'
import { testSigner } from '../log/cosigned-log.ts'
import { postQuantumSigner } from '../log/post-quantum-signer.ts'

function peer(name: string, seed: number, url = `https://${name}.example/witness`): Peer {
  const witness = `${name}.example/witness`
  return {
    name,
    log: parseVerifierKey(testSigner(`${name}.example/anchor`, seed).vkey),
    witnesses: [
      {
        name: `${name}.ed25519`,
        key: parseCosignerKey(testSigner(witness, seed + 1, 'cosignature').vkey),
        url,
      },
      { name: `${name}.ml-dsa-44`, key: parseCosignerKey(postQuantumSigner(witness, seed + 2).vkey), url },
    ],
  }
}

const [south, east, west] = [peer('south', 10), peer('east', 20), peer('west', 30)]
const cardOf = (of: Peer) => Buffer.from(writeCard(of))
const vkeys = ({ log, witnesses }: Peer) => [log.keyId, ...witnesses.map(({ key }) => key.keyId)]

describe('the peers of a ring', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-peers-'))))
  afterEach(() => rmSync(folder, { recursive: true }))
  const codeOf = async (work: () => unknown) => {
    try {
      await work()
      return 'accepted'
    } catch (error) {
      return error instanceof AuditError ? error.code : error
    }
  }

  it('are read from their cards as they wrote them', () => {
    expect(vkeys(readCard(cardOf(south)))).to.deep.equal(vkeys(south))
    expect(cardOf(readCard(cardOf(south))).equals(cardOf(south))).to.equal(true)
  })

  it('are kept one a file, replaced by a new card and forgotten by name', async () => {
    for (const each of [south, east, west]) await addPeer(folder, cardOf(each))
    expect((await readPeers(folder)).map(({ name }) => name)).to.deep.equal(['east', 'south', 'west'])
    const rotated = { ...peer('south', 40), witnesses: south.witnesses }
    await addPeer(folder, cardOf(rotated))
    expect(vkeys((await readPeers(folder))[1] ?? expect.fail())).to.deep.equal(vkeys(rotated))
    expect(await removePeer(folder, 'south')).to.equal(true)
    expect(await removePeer(folder, 'south')).to.equal(false)
    expect(readdirSync(folder).sort()).to.deep.equal(['east.card', 'west.card'])
    expect(await readPeers(join(folder, 'absent'))).to.deep.equal([])
  })

  it('are asked all, and all but one are enough unless somebody says otherwise', () => {
    const policy = trustIn([south, east, west])
    const names = ({ witnesses }: Peer, at: number) => witnesses[at]?.name ?? ''
    expect(isQuorum(policy, [names(south, 0), names(east, 1)])).to.equal(true)
    // Two keys of one house are one house.
    expect(isQuorum(policy, [names(south, 0), names(south, 1)])).to.equal(false)
    expect(isQuorum(trustIn([south, east, west], 3), [names(south, 0), names(east, 0)])).to.equal(false)
    expect(isQuorum(trustIn([south]), [])).to.equal(false)
    expect(trustIn([]).quorum).to.equal('none')
    expect(cosignedFor([south, east]).logs.map(({ key }) => key.name)).to.deep.equal([
      'south.example/anchor',
      'east.example/anchor',
    ])
  })

  it('are refused with keys or logs of another, and where more are asked for than there are', async () => {
    await addPeer(folder, cardOf(south))
    const impostor = { ...peer('east', 50), log: south.log }
    const witnesses = south.witnesses.map((each, at) => ({ ...each, name: `east.${at}` }))
    const sharing = { ...peer('east', 50), witnesses }
    expect(await codeOf(() => addPeer(folder, cardOf(impostor)))).to.equal('AUDIT_POLICY_MALFORMED')
    expect(await codeOf(() => addPeer(folder, cardOf(sharing)))).to.equal('AUDIT_POLICY_MALFORMED')
    expect(await codeOf(() => trustIn([south], 2))).to.equal('AUDIT_POLICY_MALFORMED')
    expect(readdirSync(folder)).to.deep.equal(['south.card'])
  })

  it('are refused where a card is none: paths as names, addresses in the open, policies', async () => {
    const card = cardOf(south).toString()
    for (const wrong of [
      '',
      'quorum none\n',
      card.replaceAll('south.ed25519', '../south.ed25519'),
      card.replaceAll('https://', 'http://'),
      card.replace('quorum none', 'group g any south.ed25519\nquorum g'),
      `${card}${card}`,
      card.replace('witness south.ed25519', 'witness east.ed25519'),
      `${card}#${'x'.repeat(20_000)}`,
    ]) {
      expect(await codeOf(() => addPeer(folder, Buffer.from(wrong))), wrong.slice(0, 60)).to.equal(
        'AUDIT_POLICY_MALFORMED',
      )
    }
    expect(await codeOf(() => removePeer(folder, '../south'))).to.equal('AUDIT_POLICY_MALFORMED')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await codeOf(() => readCard(Buffer.from(bytes)))).to.be.oneOf([
          'AUDIT_POLICY_MALFORMED',
          'AUDIT_KEY_MALFORMED',
        ])
      }),
      { numRuns: 50 },
    )
  })

  it('stop the house that finds a damaged card, before it trusts fewer than it was told', async () => {
    await addPeer(folder, cardOf(south))
    writeFileSync(join(folder, 'east.card'), 'quorum none\n')
    expect(await codeOf(() => readPeers(folder))).to.equal('AUDIT_POLICY_MALFORMED')
  })
})

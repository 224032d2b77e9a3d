import { expect } from 'chai'
import { readYamlDocuments } from '../../../../compliance/gather/compose/document.ts'
import { strategicallyMerged } from '../../../../compliance/gather/kubernetes/strategic-merge.ts'
import type { Value } from '../../../../compliance/gather/value.ts'

function said(value: Value | undefined): unknown {
  if (value?.kind === 'list') return value.items.map(said)
  if (value?.kind === 'map')
    return Object.fromEntries([...value.entries].map(([key, entry]) => [key, said(entry)]))
  return value?.kind === 'plain' ? value.value : value?.kind
}

/** What becomes of the lists of a Pod. */
function merged(base: string, patch: string): unknown {
  const [before, after] = [base, patch].map((text) => {
    const [root] = readYamlDocuments('a.yaml', `apiVersion: v1\nkind: Pod\n${text}\n`).roots
    if (root?.kind !== 'map') throw new Error('expected an object')
    return root
  })
  if (before === undefined || after === undefined) throw new Error('expected two objects')
  const {
    apiVersion: _version,
    kind: _kind,
    ...rest
  } = said(strategicallyMerged(before, after)) as Record<string, unknown>
  return rest
}

describe('a strategic merge', () => {
  it('tells ports of one number apart by their protocol', () => {
    const base =
      'ports: [{ containerPort: 53, protocol: UDP, hostPort: 53 }, { containerPort: 53, protocol: TCP }]'
    expect(merged(base, 'ports: [{ containerPort: 80 }]')).to.deep.equal({
      ports: [
        { containerPort: 53, protocol: 'UDP', hostPort: 53 },
        { containerPort: 53, protocol: 'TCP' },
        { containerPort: 80 },
      ],
    })
    expect(merged(base, 'ports: [{ containerPort: 53, name: dns }]')).to.deep.equal({
      ports: [
        { containerPort: 53, protocol: 'UDP', hostPort: 53 },
        { containerPort: 53, protocol: 'TCP', name: 'dns' },
      ],
    })
  })

  it('keeps what the object says twice', () => {
    expect(
      merged('env: [{ name: a, value: x }, { name: a, value: y }]', 'env: [{ name: b, value: z }]'),
    ).to.deep.equal({
      env: [
        { name: 'a', value: 'x' },
        { name: 'a', value: 'y' },
        { name: 'b', value: 'z' },
      ],
    })
  })

  it('keeps entries without a name when another is taken away', () => {
    const patch = 'env: [{ name: b, $patch: delete }, { value: z }]'
    expect(merged('env: [{ value: x }, { name: b }, { value: y }]', patch)).to.deep.equal({
      env: [{ value: 'x' }, { value: 'y' }, { value: 'z' }],
    })
  })

  it('puts a list in place of one that is called like a part of every object', () => {
    expect(merged('constructor: [{ a: 1 }]', 'constructor: [{ b: 1 }]')).to.deep.equal({
      constructor: [{ b: 1 }],
    })
  })
})

import { expect } from 'chai'
import { attributeOf } from '../../../../compliance/evidence.ts'
import type { FileSet } from '../../../../compliance/gather/file-reader.ts'
import { gatherKubernetes } from '../../../../compliance/gather/kubernetes/kubernetes.ts'
import { renderingsOf, transformed } from '../../../../compliance/gather/kubernetes/kustomize.ts'
import type { Value } from '../../../../compliance/gather/value.ts'

const image = 'spec.containers.0.image'
const app =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { app: web } }\nspec:\n  containers: [{ name: app, image: app:1 }]\n'
const patch = (target = '') =>
  `patches:\n  - patch: |-\n      apiVersion: v1\n      kind: Pod\n      metadata: { name: a }\n      spec: { containers: [{ name: app, image: app:2 }] }\n${target}`

function filesOf(texts: Readonly<Record<string, string>>): FileSet {
  return { paths: Object.keys(texts), textOf: (path) => texts[path] }
}

/** What is known of the image of the object in `k0/app.yaml`, or why nothing is. */
function imageOf(beside: Readonly<Record<string, string>>): unknown {
  const file = 'k0/app.yaml'
  const files = filesOf({ [file]: app, ...beside })
  const { resources } = gatherKubernetes({ file, bytes: new TextEncoder().encode(app) }, files)
  expect(resources).to.have.length(1)
  const found = resources[0] && attributeOf(resources[0], image)
  return found?.known === true ? found.value : found?.why
}

describe('what kustomizations make of objects', () => {
  it('may patch what an inner kustomization gave the label that is asked for', () => {
    const beside = {
      'k0/kustomization.yaml': 'resources: [app.yaml]\ncommonLabels: { app: front }\n',
      'k1/kustomization.yaml': `resources: [../k0]\n${patch('    target: { labelSelector: app=front }\n')}`,
    }
    expect(imageOf(beside)).to.equal('may be patched at k1/kustomization.yaml')
  })

  /** Kustomizations in a row, each of which takes the one before; the last one also says something. */
  const row = (length: number, last: string) =>
    Object.fromEntries(
      Array.from({ length }, (_, index) => [
        `k${index}/kustomization.yaml`,
        `resources: [${index === 0 ? 'app.yaml' : `../k${index - 1}`}]\n${index === length - 1 ? last : ''}`,
      ]),
    )

  it('says what it does not know of overlays that are too many in a row', () => {
    expect(imageOf(row(8, patch()))).to.equal('app:2')
    const why = 'is set by more than 8 overlays in a row'
    for (const length of [9, 10, 12]) expect(imageOf(row(length, patch())), `${length}`).to.equal(why)
    expect(imageOf(row(10, '')), 'none changes anything').to.equal('app:1')
    const renderings = renderingsOf('k0/app.yaml', filesOf({ ...row(10, 'namespace: n\n') }))
    expect(renderings.map(({ namespace }) => namespace)).to.deep.equal([{ kind: 'unknown', why }])
  })

  it('says what it does not know of components that are too deep in each other', () => {
    const nested = (length: number) => ({
      'k0/kustomization.yaml': 'resources: [app.yaml]\ncomponents: [../c0]\n',
      ...Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `c${index}/kustomization.yaml`,
          index === length - 1 ? patch() : `components: [../c${index + 1}]\n`,
        ]),
      ),
    })
    expect(imageOf(nested(8))).to.equal('app:2')
    expect(imageOf(nested(9))).to.equal('is set by more than 8 components in each other')
  })

  it('says plainly why it does not know what is set', () => {
    const overlays = Array.from({ length: 51 }, (_, index) => [
      `o${index}/kustomization.yaml`,
      `resources: [../k0/app.yaml]\n${patch()}`,
    ])
    expect(imageOf(Object.fromEntries(overlays))).to.equal('is set by more than 50 overlays')
    expect(imageOf({ 'k0/kustomization.yaml': 'resources: [app.yaml]\ncomponents: [../gone]\n' })).to.equal(
      'is patched at k0/kustomization.yaml: gone is not read',
    )
  })
})

describe('the work of patches', () => {
  const pod: Value = {
    kind: 'map',
    entries: new Map<string, Value>([
      ['kind', { kind: 'plain', value: 'Pod' }],
      ['spec', { kind: 'plain', value: 'x' }],
    ]),
  }
  const texts = (kustomization: string) => ({
    'k/kustomization.yaml': `resources: [a.yaml, b.yaml]\n${kustomization}`,
  })
  const patchesFor = (name: string, count: number) => {
    const item = `{ patch: '[{"op":"add","path":"/spec","value":"y"}]', target: { name: ${name} } }`
    return texts(`patches: [${Array(count).fill(item).join(', ')}]\n`)
  }
  /** Lays kustomizations over one object after another; answers what is said of each, and the work it took. */
  const laid = (files: Readonly<Record<string, string>>, objects: number, units: number) => {
    const [rendering] = renderingsOf('k/a.yaml', filesOf(files))
    if (rendering === undefined) throw new Error('expected a rendering')
    const work = { left: units }
    let looks = 0
    const chains = rendering.chains.map((chain) =>
      chain.map((each) => ({
        ...each,
        patches: each.patches.map(({ target, ...of }) => ({
          ...of,
          get target() {
            looks += 1
            return target
          },
        })),
      })),
    )
    const said = Array.from({ length: objects }, () =>
      transformed(pod, { name: 'a', namespace: 'n' }, { chains, work }),
    )
    const specs = said.map((each) => (each?.kind === 'map' ? each.entries.get('spec') : undefined))
    return { specs, looks, spent: units - work.left }
  }
  const why = 'is not looked at: the patches of the scan are too many for its objects'

  it('is bounded for all objects of a scan, and what is beyond is not known', () => {
    const { specs, looks } = laid(patchesFor('other', 100), 1_000, 100_000)
    expect(looks).to.be.within(1_000, 20_000)
    expect(specs[0]).to.include({ kind: 'plain', value: 'x' })
    expect(specs.at(-1)).to.deep.equal({ kind: 'unknown', why })
  })

  it('hides the object in which it ends', () => {
    const { specs } = laid(patchesFor('a', 100), 1, 500)
    expect(specs).to.deep.equal([{ kind: 'unknown', why }])
  })

  it('is more where a patch is laid over an object', () => {
    const looked = laid(patchesFor('b', 100), 10, 1_000_000)
    const { specs, spent } = laid(patchesFor('a', 100), 10, 1_000_000)
    expect(spent).to.be.above(looked.spent)
    expect(specs.at(-1)).to.include({ kind: 'plain', value: 'y' })
  })

  it('is counted for images', () => {
    const images = Array(1_000).fill('{ name: x, newTag: y }').join(', ')
    const files = filesOf({ ...texts(`images: [${images}]\n`), 'k/a.yaml': app })
    const [rendering] = renderingsOf('k/a.yaml', files)
    const before = rendering?.work.left ?? 0
    gatherKubernetes({ file: 'k/a.yaml', bytes: new TextEncoder().encode(app) }, files)
    expect(before - (rendering?.work.left ?? 0)).to.be.above(1_000)
  })

  it('is one for all files of a scan, and another for the next', () => {
    const files = filesOf(patchesFor('a', 1))
    const workFor = (file: string, of: FileSet) => renderingsOf(file, of)[0]?.work
    expect(workFor('k/a.yaml', files)).to.equal(workFor('k/b.yaml', files))
    expect(workFor('k/a.yaml', files)).not.to.equal(workFor('k/a.yaml', filesOf(patchesFor('a', 1))))
  })
})

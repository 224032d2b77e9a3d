import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import type { FileSet } from '../../../../compliance/gather/file-reader.ts'
import { gatherKubernetes, kubernetesReader } from '../../../../compliance/gather/kubernetes/kubernetes.ts'

function read(text: string, { file = 'k8s/app.yaml', beside = {} as Readonly<Record<string, string>> } = {}) {
  const texts: Readonly<Record<string, string>> = { ...beside, [file]: text }
  const files: FileSet = { paths: Object.keys(texts), textOf: (path) => texts[path] }
  return gatherKubernetes({ file, bytes: new TextEncoder().encode(text) }, files)
}
const addresses = (resources: readonly Resource[]) => resources.map(({ address }) => address)
const deployment = (name: string, beside = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}${beside}
spec:
  selector: { matchLabels: { app: x } }
  template:
    spec:
      containers:
        - name: app
          image: app:1.0.0
`

describe('the reader of Kubernetes', () => {
  it('reads every document and every item of a list, each at its lines', () => {
    const { resources, faults } = read(
      `${deployment('a')}---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: b, namespace: campus }\n`,
    )
    expect(faults).to.deep.equal([])
    expect(addresses(resources)).to.deep.equal(['deployment/default/a', 'service/campus/b'])
    expect(resources.map(({ position }) => position.startLine)).to.deep.equal([1, 16])
    const [first] = resources
    expect(first && knownValueOf(first, 'spec.template.spec.containers.0.image')).to.equal('app:1.0.0')
  })

  it('takes JSON, and leaves out what is no object of Kubernetes', () => {
    const json = '{\n\t"apiVersion": "v1",\n\t"kind": "Pod",\n\t"metadata": { "name": "a" },\n\t"spec": {}\n}'
    expect(addresses(read(json).resources)).to.deep.equal(['pod/default/a'])
    expect(read('apiVersion: 1\nkind: x\n---\na: b\n').resources).to.deep.equal([])
    expect(kubernetesReader.recognises?.('services:\n  app: {}\n')).to.equal(false)
  })

  it('says of a Helm template that it is unknown, and reads the documents beside it', () => {
    const { resources, faults } = read(
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\nspec: {}\n{{- end }}\n---\n${deployment('a')}`,
    )
    expect(faults).to.deep.equal([])
    expect(addresses(resources)).to.deep.equal(['deployment/default/a', 'service/default/template-1'])
    const template = resources.find(({ type }) => type === 'service')
    expect(template && attributeOf(template, 'spec.type')).to.include({ known: false })
    expect(resources[0]?.position.startLine).to.equal(9)
  })

  it('takes the templates of an alert for the text they are', () => {
    const { resources } = read(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  summary: 'x {{ $labels.instance }}'\n`,
    )
    expect(resources[0] && knownValueOf(resources[0], 'data.summary')).to.equal('x {{ $labels.instance }}')
  })

  it('leaves open what a patch does not say', () => {
    const { resources } = read(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  template:\n    spec:\n      containers:\n        - { name: app, resources: {} }\n',
    )
    const [half] = resources
    expect(half && attributeOf(half, 'spec.template.spec.containers.0.securityContext')).to.include({
      known: false,
    })
  })

  it('puts objects into the namespace of the kustomization that takes them', () => {
    const beside = {
      'k8s/base/kustomization.yaml': 'resources:\n  - app.yaml\n',
      'k8s/production/kustomization.yaml': 'namespace: campus\nresources:\n  - ../base\n',
    }
    const { resources } = read(deployment('a'), { file: 'k8s/base/app.yaml', beside })
    expect(addresses(resources)).to.deep.equal(['deployment/campus/a'])
    expect(resources[0] && knownValueOf(resources[0], 'metadata.namespace')).to.equal('campus')
  })

  const overlays = (dev: string, prod: string) => ({
    'k8s/base/kustomization.yaml': 'resources: [app.yaml]\n',
    'k8s/mid/kustomization.yaml': 'resources: [../base]\n',
    'k8s/dev/kustomization.yaml': `resources: [../mid]\n${dev}`,
    'k8s/prod/kustomization.yaml': `resources:\n- ../mid\n${prod}`,
  })
  const app =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  replicas: 1\n  selector: {}\n  template: { spec: { containers: [{ name: a, image: "r:5000/app:latest" }] } }\n'
  const image = 'spec.template.spec.containers.0.image'

  it('knows an object in each namespace that an overlay puts it into', () => {
    const beside = overlays('namespace: dev\n', 'namespace: prod\n')
    const { resources } = read(app, { file: 'k8s/base/app.yaml', beside })
    expect(addresses(resources)).to.deep.equal(['deployment/dev/a', 'deployment/prod/a'])
    expect(resources.map((each) => knownValueOf(each, 'metadata.namespace'))).to.deep.equal(['dev', 'prod'])
  })

  it('puts in the images and replicas that every overlay names, and knows none where they differ', () => {
    const named = 'images: [{ name: "r:5000/app", newName: app, digest: "sha256:aa" }]\n'
    const read1 = (dev: string, prod: string) => {
      const { resources } = read(app, { file: 'k8s/base/app.yaml', beside: overlays(dev, prod) })
      expect(addresses(resources)).to.deep.equal(['deployment/default/a'])
      return resources[0]
    }
    const same = read1(
      `${named}replicas: [{ name: a, count: 3 }]\n`,
      `${named}replicas: [{ name: a, count: 3 }]\n`,
    )
    expect(same && knownValueOf(same, image)).to.equal('app@sha256:aa')
    expect(same && knownValueOf(same, 'spec.replicas')).to.equal(3)
    const differs = read1(
      named,
      'images: [{ name: "r:5000/app", newTag: 1.2 }]\nreplicas: [{ name: a, count: 3 }]\n',
    )
    expect(differs && attributeOf(differs, image)).to.include({ known: false })
    expect(differs && attributeOf(differs, 'spec.replicas')).to.include({ known: false })
    const other = read1('images: [{ name: other, newTag: x }]\n', '')
    expect(other && knownValueOf(other, image)).to.equal('r:5000/app:latest')
  })

  describe('with patches of kustomize', () => {
    const container = 'spec.template.spec.containers.0'
    const base = (context: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  selector: {}\n  template:\n    spec:\n      containers:\n        - name: app\n          image: app:1.0.0\n          securityContext: ${context}\n`
    const strategic = (context: string, more = '') =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          securityContext: ${context}\n${more}`
    const indented = (text: string) => text.replace(/^/gm, '      ')
    const inFolder = (kustomization: string, beside: Readonly<Record<string, string>> = {}) => ({
      'k8s/kustomization.yaml': `resources: [app.yaml]\n${kustomization}`,
      ...beside,
    })
    const one = (text: string, beside: Readonly<Record<string, string>>, file = 'k8s/app.yaml') => {
      const { resources } = read(text, { file, beside })
      expect(resources).to.have.length(1)
      return (path: string) => {
        const [first] = resources
        const found = first && attributeOf(first, path)
        return found?.known === true ? found.value : found === undefined ? 'absent' : 'unknown'
      }
    }

    it('lays a patch of a file over the object it names', () => {
      const patch = strategic('{ privileged: true }', '        - { name: side, image: side:2 }\n')
      for (const key of ['patchesStrategicMerge: [p.yaml]\n', 'patches: [{ path: p.yaml }]\n']) {
        const of = one(
          base('{ privileged: false, runAsNonRoot: true }'),
          inFolder(key, { 'k8s/p.yaml': patch }),
        )
        expect(of(`${container}.securityContext`)).to.deep.equal({ privileged: true, runAsNonRoot: true })
        expect(of(`${container}.image`)).to.equal('app:1.0.0')
        expect(of('spec.template.spec.containers.1.name')).to.equal('side')
      }
    })

    it('lays inline patches over what their target names, and takes away what they delete', () => {
      const inline = `patches:\n  - patch: |-\n${indented(strategic('{ runAsNonRoot: null }'))}\n    target: { kind: Deployment|StatefulSet, name: a.* }\n`
      const of = one(base('{ runAsNonRoot: true }'), inFolder(inline.replace('a }', 'anything }')))
      expect(of(`${container}.securityContext.runAsNonRoot`)).to.equal('absent')
      const other = one(base('{ runAsNonRoot: true }'), inFolder(inline.replace('a.*', 'b.*')))
      expect(other(`${container}.securityContext.runAsNonRoot`)).to.equal(true)
      const gone = read(base('{}'), {
        beside: inFolder(
          'patchesStrategicMerge:\n  - |-\n    $patch: delete\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: { name: a }\n',
        ),
      })
      expect(gone.resources).to.deep.equal([])
    })

    it('takes the steps of a JSON patch, and knows nothing of an object where it cannot', () => {
      const at = `/spec/template/spec/containers/0/securityContext`
      const json = (step: string) =>
        inFolder(
          `patchesJson6902:\n  - target: { kind: Deployment, name: a, version: v1 }\n    patch: '[${step}]'\n`,
        )
      const steps: readonly (readonly [string, unknown])[] = [
        [`{"op":"remove","path":"${at}/runAsNonRoot"}`, 'absent'],
        [`{"op":"replace","path":"${at}/runAsNonRoot","value":false}`, false],
        [`{"op":"replace","path":"${at}","value":{"runAsNonRoot":false}}`, false],
        ['{"op":"remove","path":"/spec/template/spec/containers/0/ports"}', 'unknown'],
        ['{"op":"copy","from":"/spec/x","path":"/spec/y"}', 'unknown'],
      ]
      for (const [step, expected] of steps) {
        const of = one(base('{ runAsNonRoot: true }'), json(step))
        expect(of(`${container}.securityContext.runAsNonRoot`)).to.equal(expected)
      }
    })

    it('knows nothing of what a patch changes that was not read, or that may be for it', () => {
      const image = `${container}.image`
      const unread = [
        'patches: [{ path: gone.yaml }]\n',
        'patches: [{ path: gone.yaml, target: { kind: Deployment } }]\n',
        'components: [../gone]\n',
        'transformers: [gone.yaml]\n',
        'patches: [{ target: { name: "[a-z]+" }, patch: \'[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"x"}]\' }]\n',
      ]
      for (const text of unread) expect(one(base('{}'), inFolder(text))(image), text).to.equal('unknown')
      const other = 'patches: [{ path: gone.yaml, target: { kind: StatefulSet } }]\n'
      expect(one(base('{}'), inFolder(other))(image)).to.equal('app:1.0.0')
    })

    it('knows what overlays agree on', () => {
      const overlay = (context: string) =>
        `resources: [../base]\npatches:\n  - patch: |-\n${indented(strategic(context))}`
      const beside = {
        'k8s/base/kustomization.yaml': 'resources: [app.yaml]\n',
        'k8s/dev/kustomization.yaml': overlay('{ privileged: true, runAsUser: 1000 }'),
        'k8s/prod/kustomization.yaml': overlay('{ privileged: false, runAsUser: 1000 }'),
      }
      const of = one(base('{}'), beside, 'k8s/base/app.yaml')
      expect(of(`${container}.securityContext.privileged`)).to.equal('unknown')
      expect(of(`${container}.securityContext.runAsUser`)).to.equal(1000)
    })

    it('lays the patches of components over what the overlay takes', () => {
      const beside = {
        'k8s/base/kustomization.yaml': 'resources: [app.yaml]\n',
        'k8s/root/kustomization.yaml': `kind: Component\npatches:\n  - patch: |-\n${indented(strategic('{ privileged: true }'))}`,
        'k8s/prod/kustomization.yaml': 'resources: [../base]\ncomponents: [../root]\n',
      }
      const of = one(base('{}'), beside, 'k8s/base/app.yaml')
      expect(of(`${container}.securityContext.privileged`)).to.equal(true)
    })

    it('leaves open what the file of a patch does not say, of any kind', () => {
      const beside = { 'k8s/kustomization.yaml': 'resources: [x.yaml]\npatches: [{ path: svc.yaml }]\n' }
      const text = 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [] }\n'
      const of = one(text, beside, 'k8s/svc.yaml')
      expect(of('spec.type')).to.equal('unknown')
    })
  })

  it('ends kustomizations that take each other', () => {
    const beside = {
      'k8s/a/kustomization.yaml': 'resources: [../b, app.yaml]\n',
      'k8s/b/kustomization.yaml': 'resources: [../a, ../b]\nnamespace: n\n',
    }
    expect(read(app, { file: 'k8s/a/app.yaml', beside }).resources).not.to.have.length(0)
    const names = Array.from({ length: 40 }, (_, index) => `k${index}`)
    const all = names.map((name) => `../${name}`).join(', ')
    const each = names.map((name) => [`k8s/${name}/kustomization.yaml`, `resources: [app.yaml, ${all}]\n`])
    const { resources } = read(app, { file: 'k8s/k0/app.yaml', beside: Object.fromEntries(each) })
    expect(resources[0] && attributeOf(resources[0], 'metadata.namespace')).to.include({ known: false })
  })

  it('reads a kind that is called like a part of every object', () => {
    const { resources } = read('apiVersion: v1\nkind: Constructor\nmetadata: { name: a }\n')
    expect(addresses(resources)).to.deep.equal(['constructor/default/a'])
  })

  it('never shows what a Secret holds', () => {
    const { resources } = read(
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { k: q8Xw }\n',
    )
    expect(resources[0] && attributeOf(resources[0], 'stringData.k')).to.include({ isSensitive: true })
  })

  it('bounds aliases that multiply, and reports what is torn', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 9; n += 1)
      lines.push(
        `a${n}: &a${n} [${Array(8)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      )
    const { resources } = read(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n${lines.join('\n')}\n`,
    )
    expect(resources[0]?.attributes.size).to.be.below(25_000)
    expect(read('apiVersion: v1\nkind: Pod\nmetadata: { name: "a\n').faults[0]?.code).to.equal(
      'GATHER_SYNTAX',
    )
  })
})

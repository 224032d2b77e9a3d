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

import { expect } from 'chai'
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import { gatherCompose } from '../../../../compliance/gather/compose/compose.ts'

const gatherText = (text: string) => gatherCompose({ file: 'compose.yml', bytes: Buffer.from(text) })

function service(text: string, name = 'a'): Resource {
  const found = gatherText(text).resources.find(({ address }) => address === `service.${name}`)
  if (found === undefined) throw new Error(`no service ${name}`)
  return found
}

describe('a Compose file', () => {
  it('has a resource for every service, network, volume, secret and config', () => {
    const text =
      'services: { a: { image: x } }\nnetworks: { n: {} }\nvolumes: { v: }\nsecrets: { s: { file: f } }\nconfigs: { c: { file: f } }\n'
    expect(gatherText(text).resources.map(({ address }) => address)).to.deep.equal([
      'service.a',
      'network.n',
      'volume.v',
      'secret.s',
      'config.c',
    ])
  })

  it('places values on their lines, beginning with the key', () => {
    const resource = service('services:\n  a:\n    image: x\n    ports:\n      - "1:2"\n      - "3:4"\n')
    expect(resource.position).to.include({ startLine: 2 })
    expect(attributeOf(resource, 'image')).to.include({ startLine: 3 })
    expect(attributeOf(resource, 'ports')).to.include({ startLine: 4 })
    expect(attributeOf(resource, 'ports.1')).to.include({ startLine: 6 })
  })

  it('reads ports of every spelling in one form', () => {
    const text =
      'services:\n  a:\n    ports:\n      - 80\n      - "8080:80"\n      - "127.0.0.1:8080:80/udp"\n      - "[::1]:9:9"\n      - { target: 80, published: "8081", host_ip: 127.0.0.1 }\n'
    const resource = service(text)
    expect(knownValueOf(resource, 'ports.0')).to.deep.equal({ target: '80', protocol: 'tcp' })
    expect(knownValueOf(resource, 'ports.1')).to.deep.equal({
      target: '80',
      published: '8080',
      protocol: 'tcp',
    })
    expect(knownValueOf(resource, 'ports.2')).to.deep.equal({
      target: '80',
      published: '8080',
      host_ip: '127.0.0.1',
      protocol: 'udp',
    })
    expect(knownValueOf(resource, 'ports.3.host_ip')).to.equal('::1')
    expect(knownValueOf(resource, 'ports.4.published')).to.equal('8081')
  })

  it('reads volumes, networks, labels and the environment of every spelling in one form', () => {
    const text =
      'services:\n  a:\n    volumes: ["/var/run/docker.sock:/s:ro", "data:/d", "/tmp"]\n    networks: [front]\n    environment: ["A=b=c", "TOKEN"]\n    labels: ["x.y=z"]\n'
    const resource = service(text)
    expect(knownValueOf(resource, 'volumes.0')).to.deep.equal({
      type: 'bind',
      source: '/var/run/docker.sock',
      target: '/s',
      read_only: true,
    })
    expect(knownValueOf(resource, 'volumes.1.type')).to.equal('volume')
    expect(childrenOf(resource, 'networks')).to.deep.equal(['networks.front'])
    expect(knownValueOf(resource, 'environment.A')).to.equal('b=c')
    expect(attributeOf(resource, 'environment.TOKEN')).to.include({ known: false })
    expect(knownValueOf(resource, 'labels.x\\.y')).to.equal('z')
  })

  it('marks a fallback and keeps how it was written', () => {
    const text =
      'services:\n  a:\n    environment:\n      P: ${P:-admin123}\n      Q: ${Q}\n      R: a$$b\n      S: x${S-y}${T:-${U:-z}}\n'
    const resource = service(text)
    expect(attributeOf(resource, 'environment.P')).to.include({
      known: true,
      value: 'admin123',
      expression: '${P:-admin123}',
    })
    expect(attributeOf(resource, 'environment.Q')).to.include({
      known: false,
      why: 'is set by the environment variable Q',
    })
    expect(knownValueOf(resource, 'environment.R')).to.equal('a$b')
    expect(knownValueOf(resource, 'environment.S')).to.equal('xyz')
  })

  it('resolves anchors and merge keys', () => {
    const text =
      'x-base: &base\n  user: "1"\n  cap_drop: [ALL]\nservices:\n  a:\n    <<: *base\n    image: x\n  b:\n    <<: [*base]\n    user: "2"\n'
    expect(knownValueOf(service(text), 'user')).to.equal('1')
    expect(knownValueOf(service(text), 'cap_drop.0')).to.equal('ALL')
    expect(knownValueOf(service(text, 'b'), 'user')).to.equal('2')
  })

  it('puts what a service extends below its own entries', () => {
    const text =
      'services:\n  base:\n    user: "1"\n    environment: { A: 1, B: 2 }\n    ports: ["1:1"]\n  a:\n    extends: { service: base }\n    environment: ["B=3"]\n    ports: ["2:2"]\n'
    const resource = service(text)
    expect(knownValueOf(resource, 'user')).to.equal('1')
    expect(knownValueOf(resource, 'environment')).to.deep.equal({ A: 1, B: '3' })
    expect(childrenOf(resource, 'ports')).to.have.length(2)
  })

  it('lays an override over its file: maps merge, lists follow, a command is given anew', () => {
    const base =
      'services:\n  a:\n    image: x:1\n    command: [one, two]\n    environment: { A: 1, B: 2 }\n    ports: ["1:1"]\n'
    const over =
      'services:\n  a:\n    privileged: true\n    command: [three]\n    environment: ["B=3"]\n    ports: ["2:2"]\n'
    const bytes = (file: string, text: string) => ({ file, bytes: Buffer.from(text) })
    const { resources } = gatherCompose(bytes('compose.yml', base), {
      override: bytes('compose.override.yml', over),
    })
    expect(resources).to.have.length(1)
    // Asserted in the line above.
    const resource = resources[0] as Resource
    expect(knownValueOf(resource, 'image')).to.equal('x:1')
    expect(knownValueOf(resource, 'command')).to.deep.equal(['three'])
    expect(knownValueOf(resource, 'environment')).to.deep.equal({ A: 1, B: '3' })
    expect(childrenOf(resource, 'ports')).to.have.length(2)
    expect(attributeOf(resource, 'privileged')).to.include({ file: 'compose.override.yml', startLine: 3 })
  })

  const laidOver = (base: string, over: string): Resource => {
    const file = (name: string, text: string) => ({
      file: name,
      bytes: Buffer.from(`services:\n  a:\n    image: x\n${text}`),
    })
    const override = file('compose.override.yml', over)
    const [resource] = gatherCompose(file('compose.yml', base), { override }).resources
    if (resource === undefined) throw new Error('no service')
    return resource
  }

  it('reads keys that are called like a part of every object', () => {
    expect(
      knownValueOf(service('services:\n  a: { image: x, toString: 1, constructor: y }\n'), 'image'),
    ).to.equal('x')
  })

  it('takes away what an override resets, and gives anew what it overrides', () => {
    const base =
      '    cap_drop: [ALL]\n    ports: ["1:1"]\n    environment: { A: 1, B: 2 }\n    deploy: { replicas: 2 }\n'
    const over =
      '    cap_drop: !reset []\n    ports: !override ["2:2"]\n    environment: { A: !reset null }\n    deploy: !override {}\n'
    const resource = laidOver(base, over)
    expect(attributeOf(resource, 'cap_drop')).to.equal(undefined)
    expect(childrenOf(resource, 'ports')).to.have.length(1)
    expect(knownValueOf(resource, 'ports.0.target')).to.equal('2')
    expect(knownValueOf(resource, 'environment')).to.deep.equal({ B: 2 })
    expect(attributeOf(resource, 'deploy.replicas')).to.equal(undefined)
  })

  it('takes away what a service resets of one it extends', () => {
    const resource = service(
      'services:\n  b: { image: x, privileged: true, cap_add: [NET_ADMIN] }\n  a:\n    extends: b\n    privileged: !reset null\n    cap_add: !override [CHOWN]\n',
    )
    expect(attributeOf(resource, 'privileged')).to.equal(undefined)
    expect(knownValueOf(resource, 'cap_add')).to.deep.equal(['CHOWN'])
  })

  it('does not know what another tag makes of a value', () => {
    const resource = service('services:\n  a:\n    image: x\n    cap_drop: !more [ALL]\n    user: !!str 1\n')
    expect(attributeOf(resource, 'cap_drop')).to.include({ known: false })
    expect(knownValueOf(resource, 'user')).to.equal('1')
  })

  it('merges mounts by the place they are mounted at', () => {
    const base =
      '    volumes: ["./data:/data", "./b:/b"]\n    devices: ["/dev/a:/dev/x"]\n    secrets: [db]\n    ports: ["1:1"]\n'
    const over =
      '    volumes: ["./data:/data:ro"]\n    devices: ["/dev/b:/dev/x"]\n    secrets: [{ source: db, mode: 0400 }, more]\n    ports: ["1:1", "2:2"]\n'
    const resource = laidOver(base, over)
    expect(childrenOf(resource, 'volumes')).to.have.length(2)
    expect(knownValueOf(resource, 'volumes.0.read_only')).to.equal(true)
    expect(knownValueOf(resource, 'devices')).to.deep.equal(['/dev/b:/dev/x'])
    expect(childrenOf(resource, 'secrets')).to.have.length(2)
    expect(childrenOf(resource, 'ports')).to.have.length(2)
  })

  it('knows a service without an image for one half, where its other half may lie beside it', () => {
    const bytes = Buffer.from('services:\n  a:\n    ports: ["1:1"]\n')
    const { resources } = gatherCompose({ file: 'compose.prod.yml', bytes }, { hasSiblings: true })
    expect(resources).to.have.length(1)
    // Asserted in the line above.
    const half = resources[0] as Resource
    expect(knownValueOf(half, 'ports.0.target')).to.equal('1')
    expect(attributeOf(half, 'healthcheck')).to.include({ known: false })
    expect(attributeOf(service(bytes.toString()), 'healthcheck')).to.equal(undefined)
  })

  it('leaves a service open that extends another file, a missing service or itself', () => {
    for (const base of ['{ file: other.yml, service: b }', 'missing', 'a']) {
      const resource = service(`services:\n  a:\n    extends: ${base}\n    image: x\n`)
      expect(knownValueOf(resource, 'image')).to.equal('x')
      expect(attributeOf(resource, 'user')).to.include({ known: false })
    }
  })

  it('names what it does not follow', () => {
    expect(gatherText('include: [other.yml]\nservices: {}\n').faults).to.have.nested.property(
      '[0].code',
      'GATHER_UNSUPPORTED',
    )
  })

  it('reports torn YAML with line and column', () => {
    const { faults } = gatherText('services:\n  a: [1\n  b: }\n')
    expect(faults).to.have.length.above(0)
    expect(faults[0]).to.include({ code: 'GATHER_SYNTAX' })
    expect(gatherText('services: [a]\n').faults).to.have.nested.property('[0].startLine', 1)
    expect(gatherText('- just\n- a list\n').faults).to.have.nested.property('[0].code', 'GATHER_SYNTAX')
  })

  it('ends files made to cost more than their length', function () {
    this.timeout(120_000)
    for (const piece of ['{', '? ', '"', '!!x ', '[']) {
      expect(gatherText(piece.repeat(50_000)).faults, piece).to.have.length.within(1, 21)
    }
  })

  it('ends aliases that multiply', () => {
    const levels = Array.from(
      { length: 20 },
      (_, at) => `x-${at + 1}: &n${at + 1} [*n${at}, *n${at}, *n${at}]`,
    )
    const text = `x-0: &n0 [x]\n${levels.join('\n')}\nservices:\n  a: { command: *n20 }\n`
    const resource = service(text)
    expect(attributeOf(resource, 'command')).to.have.property('known', false)
  })
})

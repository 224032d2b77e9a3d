import { expect } from 'chai'
import { knownValueOf } from '../../../../compliance/evidence.ts'
import { hostReaders } from '../../../../compliance/gather/host/host.ts'

function read(file: string, text: string) {
  const reader = hostReaders.find(({ path, recognises }) => path.test(file) && (recognises?.(text) ?? true))
  if (reader === undefined) throw new Error(`expected a reader of ${file}`)
  return reader.read({ file, bytes: new TextEncoder().encode(text) }, { paths: [], textOf: () => undefined })
}

describe('the readers of hosts', () => {
  it('read daemon.json, alone and as cloud-init writes it', () => {
    const alone = read('image/daemon.json', '{ "icc": false, "hosts": ["fd://"] }').resources
    expect(alone[0] && knownValueOf(alone[0], 'icc')).to.equal(false)
    const { resources } = read(
      'cloud-init.yaml',
      '#cloud-config\npackages: [docker.io]\nwrite_files:\n  - path: /etc/docker/daemon.json\n    content: |\n      { "icc": true }\n',
    )
    expect(resources[0]).to.deep.include({ type: 'docker_daemon' })
    expect(resources[0]?.position.startLine).to.equal(4)
    expect(resources[0] && knownValueOf(resources[0], 'icc')).to.equal(true)
  })

  it('read the last command of a unit', () => {
    const { resources } = read(
      'docker.service.d/override.conf',
      '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H fd:// \\\n  -H tcp://0.0.0.0:2375\n',
    )
    expect(resources[0] && knownValueOf(resources[0], 'command')).to.deep.equal([
      '/usr/bin/dockerd',
      '-H',
      'fd://',
      '-H',
      'tcp://0.0.0.0:2375',
    ])
  })

  it('report what is torn', () => {
    expect(read('daemon.json', '{ "icc": ').faults).not.to.deep.equal([])
    const { resources } = read(
      'user-data',
      '#cloud-config\nwrite_files:\n  - path: /etc/docker/daemon.json\n    content: "{ a"\n',
    )
    expect(resources[0]?.attributes.get('')).to.include({ known: false })
  })
})

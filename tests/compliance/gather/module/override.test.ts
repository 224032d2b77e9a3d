import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import { gatherStacks } from '../../../../compliance/gather/terraform.ts'

function evidence(texts: Readonly<Record<string, string>>) {
  const files = Object.entries(texts).map(([file, text]) => ({ file, bytes: Buffer.from(text) }))
  const { resources, faults } = gatherStacks({ files })
  const find = (address: string): Resource => {
    const found = resources.filter((each) => each.address === address)
    const [only] = found
    if (only === undefined || found.length > 1)
      throw new Error(`found ${found.length} ${address}, expected one`)
    return only
  }
  return {
    faults,
    find,
    resources,
    value: (address: string, path: string) => knownValueOf(find(address), path),
  }
}

const main = `variable "name" {
  type    = string
  default = "main"
}
resource "a" "b" {
  name = var.name
  size = 1
  ingress {
    port = 22
  }
  ingress {
    port = 23
  }
  logging {
    on = true
  }
}
`

describe('override files', () => {
  it('replace attributes and blocks of one type, keep the others, and point at their own lines', () => {
    const { value, find, faults } = evidence({
      'main.tf': main,
      'main_override.tf':
        '\nresource "a" "b" {\n  size = length(var.name)\n  ingress {\n    port = 443\n  }\n}\n',
    })
    expect(faults).to.deep.equal([])
    expect(value('a.b', 'size')).to.equal(4)
    expect(value('a.b', 'name')).to.equal('main')
    expect(value('a.b', 'ingress')).to.deep.equal([{ port: 443 }])
    expect(value('a.b', 'logging.0.on')).to.equal(true)
    expect(attributeOf(find('a.b'), 'size')).to.include({ file: 'main_override.tf', startLine: 3 })
    expect(attributeOf(find('a.b'), 'name')).to.include({ file: 'main.tf', startLine: 6 })
    expect(find('a.b').position).to.include({ file: 'main.tf', startLine: 5 })
  })

  it('are laid over in order of their names, in JSON syntax too', () => {
    const { value } = evidence({
      'override.tf': 'resource "a" "b" {\n  size = 4\n}\n',
      'b_override.tf.json': '{"resource": {"a": {"b": {"size": "${1 + 2}", "other": "${var.name}"}}}}',
      'a_override.tf': 'variable "name" {\n  default = "a"\n}\nresource "a" "b" {\n  size = 2\n}\n',
      'main.tf': main,
    })
    expect(value('a.b', 'size')).to.equal(4)
    expect(value('a.b', 'other')).to.equal('a')
    expect(value('a.b', 'name')).to.equal('a')
  })

  it('change locals by name, and the place of the state', () => {
    const { resources, value } = evidence({
      'main.tf':
        'locals {\n  x = 1\n  y = 2\n}\nterraform {\n  required_version = "1.9"\n  backend "s3" {\n    bucket = "b"\n  }\n}\nresource "a" "b" {\n  sum = local.x + local.y\n}\n',
      'override.tf': 'locals {\n  x = 10\n}\nterraform {\n  backend "local" {\n    path = "p"\n  }\n}\n',
    })
    expect(value('a.b', 'sum')).to.equal(12)
    const paths = resources
      .filter(({ type }) => type === 'terraform')
      .flatMap(({ attributes }) => [...attributes.keys()])
    expect(paths).to.include.members(['required_version', 'backend.0.path'])
    expect(paths).to.not.include('backend.0.bucket')
  })

  it('merge lifecycle by attribute, and name what overrides nothing', () => {
    const { value, faults } = evidence({
      'main.tf': 'resource "a" "b" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
      'override.tf':
        'resource "a" "b" {\n  lifecycle {\n    create_before_destroy = true\n  }\n}\nresource "a" "absent" {}\n',
    })
    expect(value('a.b', 'lifecycle')).to.deep.equal([{ prevent_destroy: true, create_before_destroy: true }])
    expect(faults.map(({ code, file, startLine }) => `${code} ${file}:${startLine}`)).to.deep.equal([
      'GATHER_SYNTAX override.tf:6',
    ])
  })
})

import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import { gatherStacks } from '../../../../compliance/gather/terraform.ts'

type Texts = Readonly<Record<string, string>>

function evidence(texts: Texts) {
  const files = Object.entries(texts).map(([file, text]) => ({ file, bytes: Buffer.from(text) }))
  const { resources, faults } = gatherStacks({ files })
  const find = (address: string): Resource => {
    const found = resources.find((each) => each.address === address)
    if (found === undefined)
      throw new Error(`no ${address} among ${resources.map((each) => each.address).join()}`)
    return found
  }
  return {
    resources,
    faults,
    find,
    value: (address: string, path: string) => knownValueOf(find(address), path),
  }
}

function inJson(document: unknown): Texts {
  return { 'main.tf.json': JSON.stringify(document, null, 2) }
}

/** What is the same whatever syntax it was written in. */
function shape({ resources }: ReturnType<typeof evidence>) {
  return resources.map(({ address, type, attributes }) => ({
    address,
    type,
    attributes: Object.fromEntries(
      [...attributes].map(([path, found]) => [path, found.known ? found.value : found.identity]),
    ),
  }))
}

describe('Terraform in JSON syntax', () => {
  it('gives the same evidence as native syntax', () => {
    const native = evidence({
      'main.tf': `variable "size" {
  type    = number
  default = 2
}
locals {
  name = "data-\${var.size}"
}
resource "aws_security_group" "web" {
  count = var.size
  name  = "\${local.name}-\${count.index}"
  tags  = { Stage = upper("prod") }
  ingress {
    from_port   = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
  dynamic "egress" {
    for_each = [1, 2]
    iterator = it
    content {
      from_port = it.value
    }
  }
}
output "all" {
  value = aws_security_group.web[*].name
}
`,
    })
    const json = evidence(
      inJson({
        variable: { size: { type: 'number', default: 2 } },
        locals: { name: 'data-${var.size}' },
        resource: {
          aws_security_group: {
            web: {
              '//': 'a comment',
              count: '${var.size}',
              name: '${local.name}-${count.index}',
              tags: { Stage: '${upper("prod")}' },
              ingress: [{ from_port: 22, cidr_blocks: ['0.0.0.0/0'] }],
              dynamic: {
                egress: { for_each: [1, 2], iterator: 'it', content: { from_port: '${it.value}' } },
              },
            },
          },
        },
        output: { all: { value: '${aws_security_group.web[*].name}' } },
      }),
    )
    expect(json.faults).to.deep.equal([])
    expect(shape(json)).to.deep.equal(shape(native))
  })

  it('stands beside native files of the same folder and calls modules', () => {
    const { value, faults } = evidence({
      'main.tf.json': '{"module": {"b": {"source": "./b", "tags": {"a": "${local.x}"}}}}',
      'locals.tf': 'locals {\n  x = "y"\n}\n',
      'b/main.tf.json':
        '{"variable": {"tags": {"type": "map(string)"}}, "resource": {"r": {"r": {"v": "${var.tags.a}"}}}}',
    })
    expect(faults).to.deep.equal([])
    expect(value('module.b.r.r', 'v')).to.equal('y')
  })

  it('reads escapes, in templates and expressions too, and points at the line of the file', () => {
    const { find, value } = evidence({
      'main.tf.json':
        '{\n "resource": {"a": {"b": {\n  "plain": "x\\ny\\u00e9",\n  "call": "${join(\\"-\\", [\\"p\\", \\"q\\"])}",\n  "raw": "$${x}",\n  "open": "${var.nothing}"\n }}}\n}\n',
    })
    expect(value('a.b', 'plain')).to.equal('x\nyé')
    expect(value('a.b', 'call')).to.equal('p-q')
    expect(value('a.b', 'raw')).to.equal('${x}')
    const call = attributeOf(find('a.b'), 'call')
    expect([call?.startLine, find('a.b').position.endLine]).to.deep.equal([4, 7])
    expect(attributeOf(find('a.b'), 'open')).to.include({ known: false })
  })

  it('takes objects for blocks, tags and objects with keys of any form for maps', () => {
    const { value } = evidence(
      inJson({
        resource: {
          a: {
            b: { versioning: { enabled: true }, tags: { x: 'y' }, routes: { 'a/b': 1 }, list: [1, { x: 2 }] },
          },
        },
      }),
    )
    expect(value('a.b', 'versioning.0.enabled')).to.equal(true)
    expect(value('a.b', 'tags.x')).to.equal('y')
    expect(value('a.b', 'routes')).to.deep.equal({ 'a/b': 1 })
  })

  it('reads backends and the versions of providers', () => {
    const { find } = evidence(
      inJson({
        terraform: {
          backend: { s3: { bucket: 'state', encrypt: true } },
          required_providers: { aws: { source: 'hashicorp/aws', version: '~> 5.0' } },
        },
      }),
    )
    const found = [...find('terraform').attributes.keys()]
    expect(found).to.include.members(['backend.0.bucket', 'required_providers.0.aws.version'])
  })

  it('names what is no JSON, and blocks that are none, and reads the rest', () => {
    const { faults, value } = evidence({
      'a.tf.json': '{"resource": {"a": ',
      'b.tf.json':
        '{"resource": [{"a": {"b": {"c": 1}}}, {"a": {"d": 7}}], "nonsense": {},\n "locals": {"x": "${1 +}"}}',
      'c.tf.json': '{"resource": {"a": {"e": {"f": 2}}}}',
      'd.tf.json': '['.repeat(100_000),
    })
    expect(faults.map(({ code, file }) => `${code} ${file}`)).to.deep.equal([
      'GATHER_SYNTAX a.tf.json',
      'GATHER_SYNTAX b.tf.json',
      'GATHER_SYNTAX b.tf.json',
      'GATHER_SYNTAX b.tf.json',
      'GATHER_SYNTAX d.tf.json',
    ])
    expect(value('a.b', 'c')).to.equal(1)
    expect(value('a.e', 'f')).to.equal(2)
  })
})

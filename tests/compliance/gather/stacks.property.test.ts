import { expect } from 'chai'
import fc from 'fast-check'
import { gatherStacks } from '../../../compliance/gather/terraform.ts'
import { functions } from '../../../compliance/gather/functions/table.ts'
import { propertyRuns } from '../../support/property.ts'
import { evaluateText } from './evaluate/evaluate-text.ts'
import { taken } from './hcl/snippets.ts'

const names = [
  'var.a',
  'var.b',
  'local.a',
  'local.b',
  'local.c',
  'aws_x.a.id',
  'aws_x.a',
  'aws_x.b["k"].n',
  'aws_x.c[0]',
  'module.m.o',
  'module.m',
  'each.key',
  'count.index',
  'path.module',
  'terraform.workspace',
  'data.aws_iam_policy_document.d.json',
  'null',
  'x',
]
const plain = [
  '1',
  '0.1',
  '-3',
  '1e9',
  '"k"',
  '""',
  'true',
  '[]',
  '{}',
  '["a", "b"]',
  '[1, [2]]',
  '{ a = 1, k = "v" }',
  '"10.0.0.0/8"',
  '"2020-01-01T00:00:00Z"',
  '"%s-%d"',
  '"[a-z]+(b|c)*"',
]

const expression = fc.letrec<{ any: string }>((tie) => {
  const any = tie('any')
  return {
    any: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom(...names),
      fc.constantFrom(...plain),
      fc
        .tuple(any, fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '&&', '||'), any)
        .map(([l, o, r]) => `(${l} ${o} ${r})`),
      fc.tuple(any, any, any).map(([c, t, f]) => `(${c} ? ${t} : ${f})`),
      fc.tuple(any, any).map(([c, b]) => `[for k, v in ${c} : ${b} if v != null]`),
      fc.tuple(any, any).map(([c, b]) => `{ for k, v in ${c} : k => ${b}... }`),
      fc
        .tuple(any, fc.constantFrom('[0]', '["k"]', '.a', '[*].a', '.*.a', '[*][0]'))
        .map(([t, s]) => `(${t})${s}`),
      any.map((each) => `"x\${${each}}y"`),
      fc.tuple(any, any).map(([c, b]) => `"%{ for v in ${c} }\${${b}}%{ endfor }%{ if ${b} }z%{ endif }"`),
      fc
        .tuple(
          fc.constantFrom(...functions.keys(), 'try', 'can', 'uuid', 'nope'),
          fc.array(any, { maxLength: 3 }),
        )
        .map(([f, a]) => `${f}(${a.join(', ')})`),
      fc.array(any, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(any, { maxLength: 3 })
        .map(
          (items) =>
            `{ ${items.map((item, at) => `k${at} = ${item}, `).join('')}(${items[0] ?? '"z"'}) = 1 }`,
        ),
    ),
  }
}).any

describe('the engine of Terraform, on anything', () => {
  it('evaluates every expression to something, twice the same', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const [first, second] = [evaluateText(text, { steps: 5_000 }), evaluateText(text, { steps: 5_000 })]
        expect(first.kind).to.equal(second.kind)
      }),
      propertyRuns({ ci: 2_000, soak: 100_000 }),
    )
  })

  it('reads every module, and shows each block of it', () => {
    const parts = fc.record({
      e: fc.array(expression, { minLength: 9, maxLength: 9 }),
      torn: fc.constantFrom(...taken),
    })
    fc.assert(
      fc.property(parts, ({ e: [a, b, c, count, each, input, out, block, statement], torn }) => {
        const main = `variable "a" {\n default = ${'[1, "x"]'}\n}\nvariable "b" {}\nlocals {\n a = ${a}\n b = ${b}\n c = ${c}\n}
resource "aws_x" "a" {\n n = ${a}\n policy = ${b}\n dynamic "d" {\n for_each = ${block}\n content {\n v = d.value\n }\n }\n}
resource "aws_x" "b" {\n for_each = ${each}\n n = ${c}\n}\nresource "aws_x" "c" {\n count = ${count}\n n = ${b}\n}
data "aws_iam_policy_document" "d" {\n source_policy_documents = ${a}\n statement {\n actions = ${statement}\n }\n}
module "m" {\n source = "./m"\n count = ${count}\n i = ${input}\n}\n`
        const inner = `variable "i" {\n type = list(object({ a = optional(string, "x") }))\n}\noutput "o" {\n value = ${out}\n}\nresource "aws_y" "y" {\n n = var.i\n}\n`
        const files = {
          'main.tf': main,
          'm/main.tf': inner,
          'torn.tf': torn,
          'x.tfvars': `b = ${plain[8]}\n`,
        }
        const bytes = Object.entries(files).map(([file, text]) => ({ file, bytes: Buffer.from(text) }))
        const { resources, faults } = gatherStacks({ files: bytes, readFile: () => '{"a": 1}' })
        const found = new Set(resources.map(({ address }) => address.replace(/\[.*$/s, '')))
        if (faults.every(({ file }) => file !== 'main.tf')) {
          expect(found).to.include.all.keys('aws_x.a', 'aws_x.b', 'aws_x.c')
        }
        for (const { attributes } of resources) {
          for (const attribute of attributes.values()) {
            if (!attribute.known) expect(attribute.why).to.match(/^\S/)
          }
        }
      }),
      propertyRuns({ ci: 300, soak: 100_000 }),
    )
  })

  it('says the same whatever the order of files and blocks', () => {
    const blocks = [
      'variable "a" {\n default = "x"\n}',
      'locals {\n b = "${var.a}-${local.c}"\n c = upper(var.a)\n}',
      'resource "aws_x" "r" {\n n = local.b\n o = aws_x.s.n\n}',
      'resource "aws_x" "s" {\n n = [for v in [local.c] : "${v}${var.a}"]\n}',
    ]
    const shownOf = (texts: readonly string[]) => {
      const files = texts.map((text, at) => ({ file: `${at}.tf`, bytes: Buffer.from(`${text}\n`) }))
      return gatherStacks({ files })
        .resources.map(
          ({ address, attributes }) =>
            `${address} ${JSON.stringify([...attributes].map(([path, each]) => [path, each.known ? each.value : each.why]))}`,
        )
        .sort()
    }
    fc.assert(
      fc.property(fc.shuffledSubarray(blocks, { minLength: blocks.length }), (order) => {
        expect(shownOf(order)).to.deep.equal(shownOf(blocks))
      }),
      propertyRuns({ ci: 24, soak: 200 }),
    )
  })
})

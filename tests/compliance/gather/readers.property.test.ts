import { expect } from 'chai'
import fc from 'fast-check'
import { gatherCompose } from '../../../compliance/gather/compose/compose.ts'
import { gatherDockerfile } from '../../../compliance/gather/dockerfile.ts'
import type { FileBytes } from '../../../compliance/gather/module/source.ts'
import { gatherTerraform, type Gathered } from '../../../compliance/gather/terraform.ts'
import { propertyRuns } from '../../support/property.ts'

const pieces = fc.constantFrom(
  ...'services:|\n|\n  a:|\n    |- |image: |x:1|${A:-b}|${|}|[|]|{|}|&n |*n|<<: |"|!!|? |: |#|FROM |AS b|RUN |ENV A=|ARG |\\|<<E|resource "a" "b" {|= |var.x|local.y|dynamic "c" {|policy = |é|\u0000|\r\n|\t|{"resource": {"a": {"b": {"c": |"${x.y}"|"\\u00e9${|}"|}}}}|: |,'.split(
    '|',
  ),
)
const bytes = fc.oneof(
  fc.array(pieces, { maxLength: 50 }).map((parts) => Buffer.from(parts.join(''))),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
)
const readers: Readonly<Record<string, (file: FileBytes) => Gathered>> = {
  Terraform: (file) => gatherTerraform([file]),
  'Terraform in JSON syntax': ({ bytes }) => gatherTerraform([{ file: 'f.tf.json', bytes }]),
  Compose: gatherCompose,
  Dockerfiles: gatherDockerfile,
}

describe('the readers, on anything', () => {
  for (const [name, read] of Object.entries(readers)) {
    it(`never throw on ${name}, and every place lies inside the file`, function () {
      this.timeout(300_000)
      fc.assert(
        fc.property(bytes, (content) => {
          const { resources, faults } = read({ file: 'f', bytes: content })
          const lines = content.toString('latin1').split(/\r\n|\r|\n/).length
          const attributes = resources.flatMap((resource) => [...resource.attributes.values()])
          for (const { startLine, endLine } of [
            ...faults,
            ...attributes,
            ...resources.map(({ position }) => position),
          ]) {
            expect(startLine).to.be.within(1, lines)
            expect(endLine).to.be.within(startLine, lines)
          }
        }),
        propertyRuns({ ci: 300, soak: 20_000 }),
      )
    })
  }
})

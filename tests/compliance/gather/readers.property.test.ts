import { expect } from 'chai'
import fc from 'fast-check'
import { gatherCompose } from '../../../compliance/gather/compose/compose.ts'
import { gatherDockerfile } from '../../../compliance/gather/dockerfile.ts'
import { gatherTaskDefinition } from '../../../compliance/gather/ecs.ts'
import { gatherKubernetes } from '../../../compliance/gather/kubernetes/kubernetes.ts'
import { gatherGithub } from '../../../compliance/gather/workflow/github.ts'
import { gatherGitlab } from '../../../compliance/gather/workflow/gitlab.ts'
import type { FileBytes } from '../../../compliance/gather/module/source.ts'
import { nginxReader } from '../../../compliance/gather/nginx/nginx.ts'
import { repositoryReader } from '../../../compliance/gather/repository/reader.ts'
import { gatherTerraform, type Gathered } from '../../../compliance/gather/terraform.ts'
import { propertyRuns } from '../../support/property.ts'

const pieces = fc.constantFrom(
  ...'services:|\n|\n  a:|\n    |- |image: |x:1|${A:-b}|${|}|[|]|{|}|&n |*n|<<: |"|!!|? |: |#|FROM |AS b|RUN |ENV A=|ARG |\\|<<E|resource "a" "b" {|= |var.x|local.y|dynamic "c" {|policy = |é|\u0000|\r\n|\t|{"resource": {"a": {"b": {"c": |"${x.y}"|"\\u00e9${|}"|}}}}|: |,|server {|location / {|add_header A $b;|include f;|map $a $b {|x_by_lua_block {'.split(
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
  Kubernetes: (file) => gatherKubernetes(file, { paths: [], textOf: () => undefined }),
  'task definitions': gatherTaskDefinition,
  'workflows of GitHub': gatherGithub,
  'pipelines of GitLab': gatherGitlab,
  nginx: ({ bytes }) => {
    const text = Buffer.from(bytes).toString('utf8')
    const files = { paths: ['f.conf'], textOf: (path: string) => (path === 'f.conf' ? text : undefined) }
    return nginxReader.read({ file: 'f.conf', bytes }, files)
  },
  'settings of a repository': ({ bytes }) =>
    repositoryReader.read({ file: '.env', bytes }, { paths: [], textOf: () => undefined }),
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
